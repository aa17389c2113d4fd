// Asks every second whether the version moved, and puts the new content in place of the old without moving the focus.
const live = document.getElementById('live'), state = document.getElementById('state');
let version = live.dataset.version, busy = false;
async function look() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const url = new URL(location);
    url.searchParams.set('since', version);
    const answer = await fetch(url);
    if (answer.status !== 204) { place(await answer.text()); version = answer.headers.get('x-version'); }
    say(state, state.dataset.live);
  } catch { version = ''; say(state, state.dataset.offline); }
  busy = false;
}
function say(where, words) { if (where && where.textContent !== words) where.textContent = words; }
function place(html) {
  const open = [...live.querySelectorAll('details[open]')].map(details => details.id);
  const inside = live.contains(document.activeElement) ? document.activeElement : null;
  const id = inside?.closest('[id]')?.id, row = inside?.closest('li')?.id;
  live.innerHTML = html;
  for (const details of open) document.getElementById(details)?.setAttribute('open', '');
  const same = id && document.getElementById(id);
  const next = same?.tagName === 'DETAILS' ? same.querySelector('summary') : same;
  (next ?? (row && document.getElementById(row)?.querySelector('a, summary')))?.focus({preventScroll: true});
}
document.addEventListener('submit', async event => {
  const form = event.target;
  if (form.method !== 'post') return;
  event.preventDefault();
  let problem = '';
  try {
    const answer = await fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter))});
    const page = answer.ok ? null : new DOMParser().parseFromString(await answer.text(), 'text/html');
    problem = page?.getElementById('problem')?.textContent ?? '';
  } catch {}
  say(document.getElementById('said'), problem);
  look();
});
setInterval(look, 1000);
