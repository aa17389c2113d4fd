// Asks every second whether the version moved, and puts the new content in place of the old without moving the focus.
const live = document.getElementById('live'), state = document.getElementById('state');
let version = live.dataset.version, busy = false;
async function look() {
  if (busy) return;
  busy = true;
  try {
    const url = new URL(location);
    url.searchParams.set('since', version);
    const answer = await fetch(url);
    if (answer.status === 200) { place(await answer.text()); version = answer.headers.get('x-version'); }
    say(state.dataset.live);
  } catch { version = ''; say(state.dataset.offline); }
  busy = false;
}
function say(words) { if (state.textContent !== words) state.textContent = words; }
function place(html) {
  const open = [...live.querySelectorAll('details[open]')].map(details => details.id);
  const id = document.activeElement?.closest('[id]')?.id, row = document.activeElement?.closest('li')?.id;
  live.innerHTML = html;
  for (const details of open) document.getElementById(details)?.setAttribute('open', '');
  const same = id && document.getElementById(id);
  const next = same?.tagName === 'DETAILS' ? same.querySelector('summary') : same;
  (next ?? (row && document.getElementById(row)?.querySelector('summary')))?.focus({preventScroll: true});
}
live.addEventListener('submit', async event => {
  event.preventDefault();
  const fields = new FormData(event.target, event.submitter);
  try { await fetch(event.target.action, {method: 'POST', body: new URLSearchParams(fields)}); } catch {}
  look();
});
setInterval(look, 1000);
