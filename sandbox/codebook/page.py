"""The codebook's page for people: one file of HTML without any outside address, for screen, phone and paper.

What it says is in `content.py`, the picture of the tables in `picture.py`, the bars of a column in
`bars.py`. It works without the script; the script filters and copies, and unfolds the page for paper.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sandbox.codebook.bars import bars, how_told
from sandbox.codebook.picture import picture
from sandbox.flow import flow_picture

STYLE = """
:root { color-scheme: light dark; --ink: #1a2126; --soft: #56636d; --page: #f6f7f4; --card: #fff; --line: #dde2de;
  --mark: #20655a; --tint: #e6f0ec; --miss: #c98a2b; --k0: #b4562f; --k1: #3f6fb5; --k2: #8a4f9e; --k3: #6b7d1f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9e6; --soft: #9fabb2; --page: #131719; --card: #1b2124;
  --line: #30393e; --mark: #6fc3b1; --tint: #1f322e; --miss: #dda650; --k0: #e58c63; --k1: #7fabe8; --k2: #c592d6;
  --k3: #b1c45c; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
code, pre, .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875em; }
a { color: var(--mark); } .soft { color: var(--soft); }
.page { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.2rem 0 2rem 1.4rem; }
nav b { display: block; margin: 1.1rem 0 .3rem .6rem; font-size: .75rem; letter-spacing: .06em;
  text-transform: uppercase; color: var(--soft); }
nav a { display: flex; justify-content: space-between; gap: .8rem; padding: .24rem .6rem; border-radius: .35rem;
  color: var(--ink); text-decoration: none; font-size: .92rem; overflow-wrap: anywhere; }
nav a:hover { background: var(--tint); } nav a span { color: var(--soft); font-variant-numeric: tabular-nums; }
nav input { width: 100%; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; color: inherit;
  background: var(--card); font: inherit; font-size: .92rem; }
main { padding: 2.2rem 1.6rem 5rem 2rem; min-width: 0; }
h1 { margin: .1rem 0 .5rem; font-size: 1.9rem; line-height: 1.2; text-wrap: balance; }
h2 { margin: 0; font-size: 1.25rem; } h3 { margin: 1.2rem 0 .3rem; font-size: 1rem; }
.eyebrow { margin: 0; color: var(--mark); font-weight: 600; font-size: .9rem; }
.lead { margin: 0; max-width: 46rem; font-size: 1.06rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .9rem 1.5rem;
  margin: 1.5rem 0 0;
  padding: 1.1rem 0; border-block: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .82rem; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.facts time, .facts code { white-space: nowrap; }
@media (min-width: 861px) { .facts { grid-template-columns: repeat(3, 1fr); } }
section { margin-top: 1.6rem; padding: 1.3rem 1.4rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .7rem; }
section > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  gap: .3rem 1rem; }
section > p { margin: .35rem 0 0; max-width: 50rem; }
details { margin-top: .4rem; } summary { cursor: pointer; color: var(--mark); font-size: .92rem; }
details p, details ol { margin: .4rem 0 0; max-width: 50rem; } ol { padding-left: 1.3rem; }
table { width: 100%; margin-top: .9rem; border-collapse: collapse; font-size: .93rem; }
th { padding: .3rem .8rem .3rem 0; text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft);
  border-bottom: 1px solid var(--line); }
td { padding: .5rem .8rem .5rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; padding-bottom: 0; }
tr:target td { background: var(--tint); }
td.c { width: 23%; overflow-wrap: anywhere; } td.c code { font-weight: 600; } td.c small { display: block;
  color: var(--soft); }
td.o { width: 25%; } td.o a { display: block; overflow-wrap: anywhere; text-decoration: none; }
td.o a:hover { text-decoration: underline; }
td.m { width: 6.6rem; padding-right: 0; font-size: .85rem; white-space: nowrap; }
td small.j { display: block; margin-top: .2rem; color: var(--soft); }
.bar { display: block; height: .4rem; margin: .45rem 0 .2rem; border-radius: .2rem; overflow: hidden;
  background: var(--tint); }
.bar i { display: block; height: 100%; background: var(--miss); }
td small.j b { font-weight: 600; }
.d summary { display: inline-flex; align-items: flex-end; gap: .7rem; color: var(--soft); font-size: .85rem;
  line-height: 1.1; }
.d summary::after { content: "▸"; } .d[open] summary::after { content: "▾"; } .d summary::marker { content: ""; }
.d summary:hover { color: var(--mark); } .strip rect { fill: var(--mark); stroke: none; opacity: .75; }
.strip rect.rest { fill: var(--soft); opacity: .4; }
.d ul { margin: .5rem 0 .2rem; padding: 0; max-width: 30rem; list-style: none; font-size: .85rem; }
.d li { display: grid; grid-template-columns: 8.2rem 1fr 3.2rem; align-items: center; gap: .7rem;
  break-inside: avoid; } .d li span { overflow-wrap: anywhere; }
.d li em { font-style: normal; text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.d li .bar { width: auto; margin: 0; } .d li .bar i { background: var(--mark); opacity: .75; }
.d li.rest span { color: var(--soft); } .d li.rest .bar i { background: var(--soft); opacity: .4; }
pre { margin: .3rem 0 0; padding: .8rem 1rem; overflow-x: auto; background: var(--tint); border-radius: .5rem;
  line-height: 1.5; }
.picture { overflow-x: auto; margin-top: .8rem; } .picture svg { display: block; width: 100%; min-width: 42rem; }
svg path { fill: none; stroke: var(--mark); stroke-width: 1.3; opacity: .55; }
svg rect { fill: var(--page); stroke: var(--line); stroke-width: 1.2; } svg rect.who { fill: var(--tint);
  stroke: var(--mark); }
svg text { fill: var(--ink); font: 14px system-ui, sans-serif; } svg text.name { font-weight: 600; font-size: 15px; }
svg text.rows, svg text.key { fill: var(--soft); font-size: 12.5px; } svg a:hover rect { stroke: var(--mark); }
.k0 { fill: var(--k0); } .k1 { fill: var(--k1); } .k2 { fill: var(--k2); } .k3 { fill: var(--k3); }
.legend { color: var(--soft); font-size: .9rem; } .legend span { margin-right: .9rem; white-space: nowrap; }
.legend svg { width: .75rem; height: .75rem; vertical-align: -.05rem; }
section h3 + p { margin: 0; max-width: 50rem; color: var(--soft); }
figure.code { margin: .5rem 0 0; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
.code figcaption { display: flex; justify-content: space-between; align-items: center; min-height: 2.1rem;
  padding: .15rem .4rem .15rem 1rem; color: var(--soft); font-size: .8rem; border-bottom: 1px solid var(--line); }
.code pre { margin: 0; border-radius: 0; }
.code button { padding: .15rem .7rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--card);
  color: var(--mark); font: inherit; cursor: pointer; } .code button:hover { background: var(--tint); }
[hidden] { display: none !important; }
@media (max-width: 860px) {
  .page { display: block; } main { padding: 1rem 1rem 3rem; } h1 { font-size: 1.5rem; }
  html { scroll-padding-top: 4rem; }
  nav { display: flex; align-items: center; gap: .3rem; top: 0; z-index: 1; padding: .55rem 1rem; overflow-x: auto;
    background: var(--page); border-bottom: 1px solid var(--line); }
  nav b, nav a span { display: none; } nav a { flex: none; border: 1px solid var(--line); background: var(--card); }
  nav input { flex: none; width: 8.5rem; }
  section { padding: 1.1rem 1rem; }
  table, tbody, tr, td, td.c, td.o, td.m { display: block; width: auto; } thead { display: none; }
  tr { padding: .75rem 0; border-bottom: 1px solid var(--line); } tr:last-child { border-bottom: 0; padding-bottom: 0; }
  td { padding: .1rem 0; border: 0; } td.c small { display: inline; margin-left: .5rem; }
  td.o a { display: inline-block; margin-right: .7rem; } td.o:not(:empty)::before { content: "from ";
  color: var(--soft); }
  td.m { display: flex; align-items: center; gap: .6rem; } .bar { width: 6rem; margin: 0; }
  td.m span::before { content: "missing: "; }
}
@media print {
  :root { --ink: #000; --soft: #444; --page: #fff; --card: #fff; --line: #bbb; --mark: #000; --tint: #f2f2f2;
  --miss: #666; }
  body { font-size: 10pt; } .page { display: block; } nav, .code button { display: none; }
  main { padding: 0; } .code pre { white-space: pre-wrap; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .8rem 0 0; }
  tr, pre, .picture { break-inside: avoid; } h2, h3 { break-after: avoid; } a { text-decoration: none; }
  .picture svg { min-width: 0; } .bar, .strip, pre { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } .d summary::after { content: none !important; }
  details::details-content { content-visibility: visible; }
  .d ul { columns: 3 11rem; column-gap: 1.6rem; max-width: none; } .d li { grid-template-columns: 6.6rem 1fr 2.9rem; }
}
"""
SCRIPT = """
const find = document.getElementById("find");
find.hidden = false;
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const section of document.querySelectorAll("section.t")) {
    const name = section.id.toLowerCase();
    let shown = 0;
    for (const row of section.querySelectorAll("tbody tr")) {
      const text = name + " " + row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    section.hidden = !shown;
    const link = document.querySelector(`nav a[href="#${CSS.escape(section.id)}"]`);
    if (link) link.hidden = !shown;
  }
  for (const other of document.querySelectorAll("section:not(.t)")) other.hidden = words.length > 0;
});
// On paper nothing is folded up.
addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
for (const caption of document.querySelectorAll(".code figcaption")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const text = caption.nextElementSibling;
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  caption.append(button);
}
"""
LANGUAGES = {"sh": "Shell", "python": "Python", "sql": "SQL"}
RESULTS_ONLY = (
    " Of this sandbox only results come out: counts, sums and means by group. Groups of few people are left out, and "
    "every number is moved a little."
)
TIERS = {
    "practice": "practice: synthetic people",
    "research": "research: pseudonymised people",
    "company": "company: pseudonymised people, results only",
}


def page(book: Mapping[str, Any]) -> str:
    """The page of a codebook as `content.py` tells it."""
    tables, sources = book["tables"], book["sources"]
    title = escape(book["title"])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: codebook</title><style>{STYLE}</style></head>\n<body><div class='page'>"
        f"{_navigation(tables, sources)}<main id='top'>{_head(book)}"
        f"<section id='picture'><header><h2>The tables</h2></header>{picture(tables)}"
        f'<p class="legend">{how_told(book["least_people"])}</p></section>\n'
        "<section id='flow'><header><h2>Who is in it</h2><span class='soft'>people that each condition of the permit "
        f"leaves{', about' if book['counts'] == 'about' else ''}</span></header>"
        f"{flow_picture(book['flow'])}</section>\n"
        f"{_how(book)}{''.join(_table(table) for table in tables)}{''.join(_source(source) for source in sources)}"
        f"</main></div><script>{SCRIPT}</script></body></html>\n"
    )


def _navigation(tables: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> str:
    listed = "".join(
        f'<a href="#{escape(table["name"])}">{escape(table["name"])}<span>{table["rows"]:,}</span></a>'
        for table in tables
    )
    from_ = "".join(
        f'<a href="#source-{escape(source["name"])}">{escape(source["name"])}<span>{len(source["columns"])}</span></a>'
        for source in sources
    )
    return (
        '<nav aria-label="Contents"><input id="find" type="search" placeholder="Find a column" '
        'aria-label="Find a column" hidden>'
        '<b>Start</b><a href="#top">About</a><a href="#flow">Who is in it</a><a href="#how">How to ask</a>'
        f"<b>Tables</b>{listed}<b>Sources</b>{from_}</nav>"
    )


def _head(book: Mapping[str, Any]) -> str:
    tables = book["tables"]
    period = _span(book["period"]) if book["period"] else "all years"
    facts = {
        "Project": f"<code>{escape(book['project'])}</code>",
        "Release": f"<code>{escape(book['release'])}</code>",
        "Created (UTC)": escape(book["created"][:16].replace("T", " ")),
        "Permit in force": _span(book["permit"]),
        "Rows of": period + ("" if book["dates"] == "exact" else f"; dates: {book['dates']}"),
        "Tier": escape(TIERS[book["tier"]]),
        "Content": f"{len(tables)} tables, {sum(len(table['columns']) for table in tables)} columns, "
        f"{'about ' if book['counts'] == 'about' else ''}{sum(table['rows'] for table in tables):,} rows",
        "Controller": escape(book["controller"]),
        "Questions to": escape(book["contact"]),
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())
    return (
        f'<p class="eyebrow">Codebook</p><h1>{escape(book["title"])}</h1><p class="lead">{escape(book["purpose"])}</p>'
        f'<dl class="facts">{listed}</dl><p class="soft">Legal basis: {escape(book["legal_basis"])}</p>\n'
    )


def _span(days: Mapping[str, Any]) -> str:
    return f"<time>{escape(str(days['from']))}</time> up to <time>{escape(str(days['to']))}</time>"


def _how(book: Mapping[str, Any]) -> str:
    how = book["how_to_ask"]
    roads = {
        road["road"]: f"<h3>{escape(road['title'])}</h3><p>{_note(road['note'])}</p>"
        f"{_code(road['language'], road['code'])}"
        for road in how["roads"]
    }
    samples = "".join(f"<h3>{escape(query['title'])}</h3>{_code('sql', query['sql'])}" for query in book["queries"][1:])
    more = f"<section id='queries'><header><h2>Questions to begin with</h2></header>{samples}</section>\n"
    return (
        "<section id='how'><header><h2>How to ask</h2><span class='soft'>SQL as DuckDB speaks it</span></header>"
        "<p>With a live grant, one SELECT at a time; every query is in the audit log. The three ways below ask the "
        "same question and get the same answer. Each names this release, which never changes; without its name, the "
        f"latest is asked.{RESULTS_ONLY if book['tier'] == 'company' else ''}</p>{roads['machine']}"
        "<h3>From another machine</h3><p>First, once in its shell (bash or zsh): address and token, which come from "
        f"whoever issued the grant.</p>{_code('sh', how['setup'])}{roads['python']}{roads['http']}</section>\n"
        f"{more if samples else ''}"
    )


def _note(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _code(language: str, text: str) -> str:
    """Text to copy; the button comes with the script."""
    return (
        f'<figure class="code"><figcaption>{LANGUAGES[language]}</figcaption>'
        f'<pre tabindex="0">{escape(text)}</pre></figure>'
    )


def _table(table: Mapping[str, Any]) -> str:
    name = escape(table["name"])
    rows = f"{table['rows']:,} {'row' if table['rows'] == 1 else 'rows'}"
    if table["window"]:
        rows += f", {_span(table['window'])}"
    steps = "".join(f"<li>{escape(step)}</li>" for step in table["steps"])
    more = (f"<p>{escape(table['about'])}</p>" if table["about"] else "") + (f"<ol>{steps}</ol>" if steps else "")
    about = f"<details><summary>Definition, and how it is made</summary>{more}</details>" if more else ""
    columns = "".join(_column(table["name"], column) for column in table["columns"])
    return (
        f'<section class="t" id="{name}"><header><h2><code>{name}</code></h2><span class="soft">{rows}</span></header>'
        f"<p>{escape(table['grain'])}</p>{about}"
        "<table><thead><tr><th>Column</th><th>Meaning</th><th>Comes from</th><th>Missing</th></tr></thead>"
        f"<tbody>{columns}</tbody></table></section>\n"
    )


def _column(table: str, column: Mapping[str, Any]) -> str:
    name = escape(column["name"])
    origin = "".join(
        f'<a href="#{escape(place)}"><code>{escape(place)}</code></a>' for place in column["origin"]
    ) or escape(column["origin_note"])
    joins = ", ".join(f'<a href="#{escape(other)}"><code>{escape(other)}</code></a>' for other in column["joins"])
    said = "".join(
        f'<small class="j"><b>{what}</b> {escape(column[name])}</small>'
        for what, name in (("Unit", "unit"), ("Codes", "code_list"))
        if column[name]
    )
    percent = column["missing_percent"] or 0
    return (
        f'<tr id="{escape(table)}.{name}"><td class="c"><code>{name}</code>'
        f"<small>{escape(column['type'])}</small></td>"
        f"<td>{escape(column['meaning'])}{said}"
        + (f'<small class="j">Joins {joins}</small>' if joins else "")
        + f"{bars(column)}</td>"
        f'<td class="o">{origin}</td><td class="m" title="different values: {escape(column["distinct"])}">'
        f'<b class="bar" aria-hidden="true"><i style="width:{percent}%"></i></b>'
        f"<span>{escape(column['missing'])}</span></td></tr>"
    )


def _source(source: Mapping[str, Any]) -> str:
    name = escape(source["name"])
    columns = "".join(
        f'<tr id="{name}.{escape(column["name"])}"><td class="c"><code>{escape(column["name"])}</code></td>'
        f"<td>{escape(column['meaning'])}</td></tr>"
        for column in source["columns"]
    )
    return (
        f'<section id="source-{name}"><header><h2>Source <code>{name}</code></h2>'
        '<span class="soft">as the supplier delivers it</span></header>'
        f"<p>{escape(source['description'])}</p>"
        f"<table><thead><tr><th>Column</th><th>Meaning</th></tr></thead><tbody>{columns}</tbody></table></section>\n"
    )
