"""The looks of all pages, in one sheet: phone first, light and dark, never a colour without a word."""

__all__ = ["STYLE"]

STYLE = """
:root{color-scheme:light dark;--bg:#f4f5f8;--card:#fff;--ink:#1b2130;--soft:#5a6376;--line:#dfe3ea;--brand:#5136c9;
--onbrand:#fff;--good:#0b6b3a;--goodbg:#e0f4e8;--bad:#a1241c;--badbg:#fdeae8;--wait:#7a4b00;--waitbg:#fff1d6}
@media(prefers-color-scheme:dark){:root{--bg:#12141b;--card:#1c202b;--ink:#eef0f6;--soft:#a9b1c4;--line:#333a4a;
--brand:#a594ff;--onbrand:#14102b;--good:#7fe0a8;--goodbg:#12351f;--bad:#ffaba4;--badbg:#421815;--wait:#ffd48a;
--waitbg:#3d2b08}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--brand)}
a,button,summary{-webkit-tap-highlight-color:transparent}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px;border-radius:6px}
h1{font-size:1.35rem;line-height:1.25;margin:0}h2{font-size:1.05rem;margin:0}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:2}
header{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;padding:1rem clamp(1rem,4vw,2.5rem);
background:var(--card);border-bottom:1px solid var(--line)}
header h1{flex:1 1 14rem}.soft{color:var(--soft);font-size:.9rem;margin:0}
main{padding:1rem clamp(1rem,4vw,2.5rem) 3rem;display:grid;gap:1rem;max-width:84rem;margin:0 auto}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1rem 1.1rem;min-width:0}
.card>h2{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem 1rem;padding-bottom:.6rem}
.count{color:var(--soft);font-weight:400;font-size:.85rem}
.pair,.column{display:grid;gap:1rem;align-items:start;min-width:0}
@media(min-width:62rem){.pair{grid-template-columns:1fr 1fr}}
details[open]{flex:1 1 100%}details+form{margin-left:auto}
.money{display:flex;flex-wrap:wrap;gap:.4rem 2rem;margin:0}.money div{min-width:9rem}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
.money dd,.sum{font-size:1.15rem;font-weight:650;font-variant-numeric:tabular-nums}
ul.rows{list-style:none;margin:0;padding:0}
ul.rows>li{border-top:1px solid var(--line);padding:.6rem 0;display:grid;gap:.45rem}
.line{display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:center}.line .grow{flex:1 1 9rem;overflow-wrap:anywhere}
.badge{display:inline-block;border-radius:99px;padding:.05rem .6rem;font-size:.82rem;font-weight:600;
background:var(--waitbg);color:var(--wait)}
.badge.good{background:var(--goodbg);color:var(--good)}.badge.bad{background:var(--badbg);color:var(--bad)}
.acts{display:flex;flex-wrap:wrap;gap:.4rem}form{margin:0}
button,.button{font:inherit;font-weight:600;border:1px solid var(--line);background:var(--bg);color:var(--ink);
border-radius:10px;
padding:.4rem .85rem;min-height:2.5rem;cursor:pointer;text-decoration:none;display:inline-block;text-align:center}
button:hover,.button:hover{border-color:var(--brand)}
button.first,.button.first{background:var(--brand);border-color:var(--brand);color:var(--onbrand)}
summary{cursor:pointer;color:var(--soft);font-size:.88rem;padding:.15rem 0}
pre{margin:.3rem 0;padding:.7rem;background:var(--bg);border-radius:8px;font-size:.78rem;white-space:pre-wrap;
overflow-wrap:anywhere;max-height:22rem;overflow:auto}
.id{font-family:ui-monospace,monospace;font-size:.8rem;color:var(--soft)}
.pay{max-width:30rem;margin:0 auto;padding:clamp(1rem,5vw,3rem) 1rem;display:grid;gap:1rem}
.pay .card{padding:clamp(1.1rem,5vw,1.8rem);display:grid;gap:1.1rem}.pay dl{margin:0;display:grid;gap:.7rem}
.pay p{margin:0}.pay .sum{font-size:1.9rem}
.pay fieldset{border:1px solid var(--line);border-radius:10px;padding:.4rem .9rem .7rem;margin:0 0 1rem}
.pay label{display:flex;gap:.6rem;align-items:center;min-height:2.5rem}.choices{display:grid;gap:.6rem}
.choices button{width:100%;min-height:3rem}.top{display:flex;justify-content:space-between;align-items:center;gap:1rem}
.bank{font-weight:700;color:var(--brand)}
"""
