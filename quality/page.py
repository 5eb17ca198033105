"""The looks that all reports share: one page of HTML without any outside address, light and dark, narrow and wide."""

from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1c2329; --soft: #5c6873; --page: #f6f7f5; --card: #fff; --line: #dfe3e0;
  --held: #2f7d5b; --told: #b7791f; --broken: #b8382e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9e7; --soft: #9aa5ad; --page: #14181b; --card: #1c2226;
  --line: #313a40; --held: #58b58a; --told: #e0a84a; --broken: #ef7d72; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.7rem; overflow-wrap: anywhere; } h2 { margin: 0; font-size: 1.1rem; }
section.table h2, h3 code, dt { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
h2.part { margin: 2.4rem 0 0; font-size: 1.25rem; }
p { margin: .35rem 0 0; } .soft { color: var(--soft); }
.decision { border-left: .4rem solid var(--held); padding: .2rem 0 .2rem 1rem; margin-bottom: 2rem; }
.decision.broken { border-color: var(--broken); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem;
  margin-top: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap; }
.bar { display: flex; height: .5rem; margin: .7rem 0 .3rem; border-radius: .25rem; overflow: hidden;
  background: var(--line); }
.bar i { display: block; } i.held { background: var(--held); } i.told { background: var(--told); }
i.broken { background: var(--broken); }
table { width: 100%; border-collapse: collapse; } td, th { padding: .45rem .5rem .45rem 0; text-align: left;
  vertical-align: top; border-top: 1px solid var(--line); } th { font-weight: 600; font-size: .85rem; }
td.dots { white-space: nowrap; color: var(--held); padding-right: 1rem; } td.dots [role] { letter-spacing: .15em; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 0;
  padding-left: 1rem; }
b.held { color: var(--held); } b.told { color: var(--told); } b.broken { color: var(--broken); }
svg.months { display: block; width: 100%; max-width: 21rem; height: 1.6rem; margin-top: .35rem; }
svg.months rect { fill: var(--line); } svg.months rect.failing { fill: var(--told); }
summary { cursor: pointer; margin-top: .6rem; color: var(--soft); } small { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; } nav a { color: inherit; }
h3 { margin: 1.3rem 0 .2rem; font-size: 1rem; } h3 code { font-size: .95em; }
dl { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: .45rem 1.2rem; margin: .5rem 0 0; }
dt { font-size: .88rem; line-height: 1.7; overflow-wrap: anywhere; } dd { margin: 0; }
.few { color: var(--soft); font-style: italic; }
ol.flow { list-style: none; margin: .7rem 0 0; padding: 0; } ol.flow li { margin: 0; }
ol.flow b { font-variant-numeric: tabular-nums; } ol.flow .out { color: var(--soft); font-size: .9rem;
  margin: .25rem 0 .25rem .5rem; padding: .1rem 0 .1rem .8rem; border-left: 2px solid var(--line); }
ol.flow .width { height: .8rem; margin-top: .2rem; border-radius: .2rem; background: var(--line); overflow: hidden; }
ol.flow .width i { display: block; height: 100%; background: var(--held); }
ol.flow .width.hidden { background: repeating-linear-gradient(45deg, var(--line) 0 .3rem, transparent .3rem .6rem); }
.gauges { display: grid; grid-template-columns: minmax(0, 1fr) 9rem 7.5rem; gap: .35rem 1rem; align-items: center;
  margin-top: .4rem; font-size: .92rem; }
.gauge { position: relative; height: .55rem; border-radius: .3rem; background: var(--line); }
.gauge i { position: absolute; top: 0; bottom: 0; } .gauge i.zone { background: var(--held); opacity: .35;
  border-radius: .3rem; }
.gauge i.dot { width: .3rem; top: -.2rem; bottom: -.2rem; margin-left: -.15rem; border-radius: .15rem; }
i.dot.held { background: var(--held); }
.gauges > :nth-child(3n) { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg.rows { display: block; width: 100%; height: 3.2rem; margin-top: .5rem; border-bottom: 1px solid var(--line); }
svg.rows rect { fill: var(--held); opacity: .75; } svg.rows rect.thin { fill: var(--told); opacity: 1; }
svg.rows line { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; vector-effect: non-scaling-stroke; }
.ends { display: flex; justify-content: space-between; color: var(--soft); font-size: .8rem; }
@media (max-width: 34rem) { body { padding: 1.5rem .8rem 3rem; } section { padding: 1rem .9rem; }
  td, code, h2 { overflow-wrap: anywhere; } td b { overflow-wrap: normal; } th.number { white-space: normal; }
  th.number, td.number { padding-left: .5rem; }
  dl { display: block; } dt { margin-top: .6rem; } ol.flow li { overflow-wrap: anywhere; }
  .gauges { grid-template-columns: minmax(0, 1fr); } .gauges > :nth-child(3n+1) { margin-top: .5rem; }
  .gauges > :nth-child(3n) { text-align: left; }
  td.dots { letter-spacing: 0; padding-right: .6rem; } }
@media print { body { background: none; } section { break-inside: avoid; } nav { display: none; } }
"""


def page(title: str, body: str) -> str:
    """A whole page with the looks of all reports."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def section(title: str, beside: str, body: str, *, anchor: str = "", of_table: bool = False) -> str:
    """A part of a page; `title` and `beside` are texts, `body` is HTML; `of_table`: the title is a table's name."""
    named = (f' id="{anchor}"' if anchor else "") + (' class="table"' if of_table else "")
    return (
        f'<section{named}><header><h2>{escape(title)}</h2><span class="soft">{escape(beside)}</span></header>'
        f"{body}</section>\n"
    )
