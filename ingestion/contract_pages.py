"""Contract pages: every source contract as a page of HTML without any outside address, and an index of them.

For suppliers, researchers and the data protection officer: what is sent, what is checked, what becomes of each column.
Made from the contracts alone, so the same contracts give the same bytes.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from ingestion.contract import Column, Contract, Form

STYLE = """
:root { color-scheme: light dark; --ink: #1a2126; --soft: #56636d; --page: #f6f7f4; --card: #fff; --line: #dde2de;
  --mark: #20655a; --tint: #e6f0ec; --identifier: #b4562f; --free_text: #8a4f9e; --sensitive: #d9a441;
  --plain: #b9c6c0; --pseudonym: #3f6fb5; --dropped: #b23b34; --redacted: #8a4f9e; --kept: #2f7d5b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9e6; --soft: #9fabb2; --page: #131719; --card: #1b2124;
  --line: #30393e; --mark: #6fc3b1; --tint: #1f322e; --identifier: #e58c63; --free_text: #c592d6;
  --sensitive: #c79a45; --plain: #53615b; --pseudonym: #8fb6ee; --dropped: #f08b82; --redacted: #cfa1de;
  --kept: #6cc49c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875em; overflow-wrap: anywhere; }
a { color: var(--mark); } .soft { color: var(--soft); } small { color: var(--soft); }
.page { display: grid; grid-template-columns: 15.5rem minmax(0, 1fr); max-width: 92rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.2rem 0 2rem 1.4rem; }
nav b { display: block; margin: 1.1rem 0 .3rem .6rem; font-size: .75rem; letter-spacing: .06em;
  text-transform: uppercase; color: var(--soft); }
nav a { display: block; padding: .2rem .6rem; border-radius: .35rem; color: var(--ink); text-decoration: none;
  font-size: .9rem; }
nav a:hover, nav a[aria-current] { background: var(--tint); } nav a[aria-current] { font-weight: 600; }
main { padding: 2.2rem 1.6rem 5rem 2rem; min-width: 0; }
main.wide { max-width: 76rem; margin: 0 auto; }
h1 { margin: .1rem 0 .5rem; font-size: 1.9rem; line-height: 1.2; text-wrap: balance; }
h2 { margin: 0; font-size: 1.25rem; } h2::first-letter { text-transform: uppercase; }
.eyebrow { margin: 0; color: var(--mark); font-weight: 600; font-size: .9rem; }
.eyebrow::first-letter { text-transform: uppercase; }
.lead { margin: 0; max-width: 46rem; font-size: 1.06rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem 1.8rem;
  margin: 1.5rem 0 0; padding: 1.1rem 0; border-block: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .82rem; } .facts dd { margin: 0; }
.numbers { display: flex; flex-wrap: wrap; gap: .6rem 2.6rem; margin: 1.4rem 0 0; }
.numbers div { display: flex; align-items: baseline; gap: .5rem; }
.numbers b { font-size: 1.7rem; font-variant-numeric: tabular-nums; }
section { margin-top: 1.6rem; padding: 1.3rem 1.4rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .7rem; }
section > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  gap: .3rem 1rem; }
section > p { margin: .35rem 0 0; max-width: 52rem; }
.limits { border-left: .3rem solid var(--sensitive); }
table { width: 100%; margin-top: .9rem; border-collapse: collapse; font-size: .93rem; }
th { padding: .3rem 1rem .3rem 0; text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft);
  border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: .6rem 1rem .6rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; padding-bottom: 0; }
td small { display: block; } td.c code { font-weight: 600; } td.c { width: 22%; } td.b { width: 11rem; }
td.v { width: 27%; } table.sources { table-layout: fixed; } td.s a { font-weight: 600; text-decoration: none; }
td.s a:hover { text-decoration: underline; } td.w svg { margin-top: .4rem; }
td.n { padding-right: 0; text-align: right; white-space: nowrap; font-size: .85rem; color: var(--soft); }
.badge { display: inline-block; padding: .08rem .55rem; border-radius: 1rem; border: 1px solid; font-size: .82rem;
  font-weight: 600; white-space: nowrap; color: var(--tone);
  background: color-mix(in srgb, var(--tone) 10%, transparent); }
.kept { --tone: var(--kept); } .pseudonym { --tone: var(--pseudonym); } .dropped { --tone: var(--dropped); }
.redacted { --tone: var(--redacted); } .error { --tone: var(--dropped); } .warning { --tone: var(--sensitive); }
.codes { display: flex; flex-wrap: wrap; gap: .25rem; } .codes code, .shape { padding: .02rem .4rem;
  border-radius: .3rem; background: var(--tint); }
.shape { display: inline-block; }
summary { cursor: pointer; color: var(--mark); font-size: .88rem; }
svg { display: block; max-width: 100%; }
.identifier { fill: var(--identifier); } .free_text { fill: var(--free_text); } .sensitive { fill: var(--sensitive); }
.plain { fill: var(--plain); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; margin: 1.3rem 0 0; color: var(--soft); font-size: .9rem; }
.legend span { display: flex; align-items: center; gap: .45rem; }
@media (max-width: 900px) {
  .page { display: block; } nav { position: static; max-height: none; padding: 1rem 1rem 0; } nav b { display: none; }
  nav a { display: none; } nav a.top { display: inline-block; padding: 0; color: var(--mark); }
  main { padding: 1rem 1rem 3rem; } h1 { font-size: 1.5rem; } section { padding: 1.1rem 1rem; }
  table, tbody, tr, td, td.c, td.b, td.v, td.s, td.w { display: block; width: auto; } thead { display: none; }
  tr { padding: .75rem 0; border-bottom: 1px solid var(--line); } tr:last-child { border-bottom: 0; }
  td { padding: .15rem 0; border: 0; } td.n { text-align: left; }
}
@media print {
  :root { --ink: #000; --soft: #444; --page: #fff; --card: #fff; --line: #bbb; --mark: #000; --tint: #f2f2f2; }
  body { font-size: 10pt; } .page { display: block; } nav { display: none; } main { padding: 0; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: .8rem 0 0; }
  tr { break-inside: avoid; } h2 { break-after: avoid; } svg { print-color-adjust: exact; }
}
"""

KINDS = {
    "identifier": "identifier",
    "free_text": "free text",
    "sensitive": "sensitive, or says something about who it is",
    "plain": "plain",
}
MODES = {
    "full": "Full: each delivery holds every row and takes the place of the one before.",
    "append": "Append: each delivery brings new rows, and every delivery counts.",
    "upsert": "Upsert: each delivery brings new and changed rows; of each key the latest counts.",
}
FORMATS = {
    "csv": "CSV",
    "fixed_width": "text of fixed width",
    "parquet": "Parquet",
    "sas": "SAS (sas7bdat or XPORT)",
    "ndjson": "NDJSON, one document a line",
    "fhir": "FHIR in JSON",
}
SIGNS = {
    ";": "semicolon",
    ",": "comma",
    "\t": "tab",
    "|": "bar",
    ".": "point",
    '"': "double quote",
    "'": "single quote",
}
SQUARE, GAP, IN_ROW, FEW_CODES = 11, 3, 18, 16


def write_pages(contracts: Mapping[str, Contract], out: Path) -> list[Path]:
    """Write `index.html` and one page per contract into a folder, made when it is not there; gives their paths."""
    out.mkdir(parents=True, exist_ok=True)
    ordered = sorted(contracts.values(), key=lambda contract: (contract.domain, contract.source))
    texts = {"index.html": _index(ordered)}
    texts.update({f"{contract.source}.html": _contract(contract, ordered) for contract in ordered})
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    return [out / name for name in texts]


def treatment(column: Column) -> str:
    """What becomes of a column on its way into the lake: kept, pseudonym, dropped or redacted."""
    if column.classification == "identifier":
        return "pseudonym" if column.pseudonym else "dropped"
    return "redacted" if column.classification == "free_text" else "kept"


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )


def _index(contracts: Sequence[Contract]) -> str:
    columns = [column for contract in contracts for column in contract.columns]
    counts = {
        "sources": len(contracts),
        "columns": len(columns),
        "identifiers": sum(_kind(column) == "identifier" for column in columns),
        "free texts": sum(_kind(column) == "free_text" for column in columns),
    }
    numbers = "".join(f"<div><b>{count:,}</b><span class='soft'>{name}</span></div>" for name, count in counts.items())
    legend = "".join(f"<span>{_squares([kind])}{name}</span>" for kind, name in KINDS.items())
    domains = "".join(
        _domain(domain, list(group)) for domain, group in groupby(contracts, lambda contract: contract.domain)
    )
    return _document(
        "Source contracts",
        "<main class='wide'><p class='eyebrow'>Øverum</p><h1>Source contracts</h1>"
        "<p class='lead'>What each supplier has promised to send, what is checked when it comes, and what becomes of "
        "each column before anybody can do research on it.</p>"
        f"<div class='numbers'>{numbers}</div><div class='legend'>One square is one column: {legend}</div>\n"
        f"{domains}{_key_domains(contracts)}</main>",
    )


def _domain(domain: str, contracts: Sequence[Contract]) -> str:
    rows = "".join(
        f'<tr><td class="s"><a href="{escape(c.source)}.html">{escape(c.title)}</a>'
        f"<small><code>{escape(c.source)}</code> from {escape(c.owner)}</small></td>"
        f"<td>{escape(c.purpose)}</td>"
        f'<td class="w">{_squares([_kind(column) for column in c.columns])}</td>'
        f'<td class="n">{_share_of_identifiers(c)}<br>{escape(FORMATS[c.form.format].split(",")[0].split(" (")[0])}, '
        f"{escape(c.mode)}</td></tr>"
        for c in contracts
    )
    return (
        f"<section><header><h2>{escape(domain)}</h2><span class='soft'>{_number(len(contracts), 'source')}</span>"
        "</header><table class='sources'><colgroup><col style='width:29%'><col><col style='width:17.5rem'>"
        "<col style='width:11.5rem'></colgroup>"
        "<thead><tr><th>Source</th><th>Purpose</th><th>Columns</th><th></th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _share_of_identifiers(contract: Contract) -> str:
    found = sum(_kind(column) == "identifier" for column in contract.columns)
    return f"{_number(found, 'identifier')} of {_number(len(contract.columns), 'column')}"


def _key_domains(contracts: Sequence[Contract]) -> str:
    """Which pseudonyms meet: a key domain, and the columns that are pseudonymised with its key."""
    found: dict[str, list[str]] = {}
    for contract in contracts:
        for column in contract.columns:
            if column.pseudonym:
                place = f"{contract.source}.{column.name}"
                link = f'<a href="{escape(contract.source)}.html"><code>{escape(place)}</code></a>'
                found.setdefault(column.pseudonym, []).append(link)
    if not found:
        return ""
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = "".join(
        f'<tr><td class="b"><span class="badge pseudonym">{escape(name)}</span></td><td>{", ".join(places)}</td></tr>'
        for name, places in ordered
    )
    return (
        "<section><header><h2>Pseudonyms that meet</h2></header><p>Columns with the same key have the same pseudonym "
        "for the same number, so that their rows can be joined; the numbers themselves do not leave the restricted "
        f"zone.</p><table><thead><tr><th>Key</th><th>Columns</th></tr></thead><tbody>{rows}</tbody></table></section>\n"
    )


def _contract(contract: Contract, all_contracts: Sequence[Contract]) -> str:
    rules = f"<section><header><h2>Rules over a row</h2></header>{_rules(contract)}</section>\n"
    return _document(
        f"{contract.title}: contract",
        f"<div class='page'>{_navigation(contract, all_contracts)}<main>"
        f"<p class='eyebrow'>{escape(contract.domain)}</p><h1>{escape(contract.title)}</h1>"
        f"<p class='lead'>{escape(contract.purpose)}</p>{_facts(contract)}"
        "<section class='limits'><header><h2>Limitations</h2></header>"
        f"<p>{escape(contract.limitations)}</p></section>\n"
        f"{_columns(contract)}{rules if contract.row_rules else ''}{_files(contract)}</main></div>",
    )


def _navigation(current: Contract, contracts: Sequence[Contract]) -> str:
    listed = ""
    for domain, group in groupby(contracts, lambda contract: contract.domain):
        listed += f"<b>{escape(domain)}</b>" + "".join(
            f'<a href="{escape(one.source)}.html"{" aria-current=page" if one.source == current.source else ""}>'
            f"{escape(one.source)}</a>"
            for one in group
        )
    return f'<nav aria-label="Contracts"><a class="top" href="index.html">All contracts</a>{listed}</nav>'


def _facts(contract: Contract) -> str:
    years = "year" if contract.retention_years == 1 else "years"
    facts = {
        "Supplier": escape(contract.owner),
        "One row": escape(contract.grain),
        "Delivery": escape(MODES[contract.mode]),
        "Cadence": f"At most {_number(contract.frequency_days, 'day')} between two deliveries",
        "Kept for": f"{contract.retention_years} {years}",
        "Threshold": f"More than {100 * contract.max_refused_share:g} % of rows refused, and the delivery is refused",
        "Primary key": ", ".join(f"<code>{escape(name)}</code>" for name in contract.key) or "None",
        "Version": f"{escape(contract.version)} of <code>{escape(contract.source)}</code>",
    }
    return '<dl class="facts">' + "".join(f"<div><dt>{n}</dt><dd>{v}</dd></div>" for n, v in facts.items()) + "</dl>\n"


def _columns(contract: Contract) -> str:
    rows = "".join(_column(column, contract) for column in contract.columns)
    return (
        f"<section><header><h2>Columns</h2>{_squares([_kind(column) for column in contract.columns])}</header>"
        "<table><thead><tr><th>Column</th><th>In the lake</th><th>Meaning</th><th>What is accepted</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _column(column: Column, contract: Contract) -> str:
    told = treatment(column)
    becomes = "as <code>person_id</code>" if column.name == contract.person_column else ""
    if column.pseudonym and not becomes:
        becomes = f"with the key <code>{escape(column.pseudonym)}</code>"
    if column.redact_as:
        becomes = "and cleared from free text of its row"
    kind = column.classification.replace("_", " ")
    return (
        f'<tr><td class="c"><code>{escape(column.name)}</code><small>{escape(column.logical_type)}'
        f"{', <b>required</b>' if column.required else ''}</small></td>"
        f'<td class="b"><span class="badge {told}">{told}</span><small>{becomes or escape(kind)}</small></td>'
        f'<td>{escape(column.description)}</td><td class="v">{_accepted(column)}</td></tr>'
    )


def _accepted(column: Column) -> str:
    """What a value of the column may be."""
    told: list[str] = []
    if column.check_as == "cpr":
        told.append("A CPR or replacement number with a day that there is; a wrong check digit is a warning")
    if column.valid_values:
        codes = "".join(f"<code>{escape(str(value))}</code>" for value in column.valid_values)
        codes = f'<div class="codes">{codes}</div>'
        if len(column.valid_values) > FEW_CODES:
            codes = f"<details><summary>{len(column.valid_values)} codes</summary>{codes}</details>"
        told.append(codes)
    if column.pattern:
        told.append(f'<code class="shape">{escape(column.pattern)}</code>')
    if column.minimum is not None and column.maximum is not None:
        told.append(f"{column.minimum:,} to {column.maximum:,}")
    elif column.minimum is not None or column.maximum is not None:
        told.append(f"{column.minimum:,} or more" if column.minimum is not None else f"{column.maximum:,} or less")
    if column.format:
        told.append(f"written <code>{escape(column.format)}</code>")
    if column.start and column.length:
        told.append(f"places {column.start} to {column.start + column.length - 1} of the line")
    if column.path:
        told.append(f"at <code>{escape(column.path)}</code> of the document")
    return "".join(f"<div>{one}</div>" for one in told)


def _rules(contract: Contract) -> str:
    effects = {"error": "the row is refused", "warning": "the row is accepted and told"}
    rows = "".join(
        f'<tr><td class="b"><span class="badge {rule.severity}">{rule.severity}</span><small>{effects[rule.severity]}'
        f"</small></td><td>{escape(rule.description)}<small><code>{escape(rule.id)}</code></small></td>"
        f'<td class="v"><code>{escape(rule.expression)}</code></td></tr>'
        for rule in contract.row_rules
    )
    return (
        f"<table><thead><tr><th></th><th>Rule</th><th>Must not be false</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _files(contract: Contract) -> str:
    facts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _form(contract.form).items())
    return f'<section><header><h2>Form of the files</h2></header><dl class="facts">{facts}</dl></section>\n'


def _form(form: Form) -> dict[str, str]:
    told = {"Format": escape(FORMATS[form.format])}
    if form.profile:
        told["Profile"] = escape(form.profile)
    if form.format in ("csv", "fixed_width"):
        told["Encoding"] = escape(form.encoding)
        told["Decimals after a"] = _sign(form.decimal)
        told["No value"] = ", ".join(f"<code>{escape(text)}</code>" if text else "nothing" for text in form.null_values)
        told["Lines skipped"] = str(form.skip_rows)
    if form.format == "csv":
        told["Between fields"] = _sign(form.delimiter)
        told["Around values"] = _sign(form.quote)
        told["First line"] = "names of the columns" if form.header else "a row; columns come in the order above"
        told["Line breaks in values"] = "allowed" if form.newlines_in_values else "none"
    return told


def _sign(sign: str) -> str:
    name = SIGNS.get(sign)
    return f"{name} <code>{escape(sign)}</code>" if name and sign.strip() else escape(name or sign)


def _kind(column: Column) -> str:
    """The four kinds that the squares tell apart."""
    return "sensitive" if column.classification == "quasi_identifier" else column.classification


def _squares(kinds: Sequence[str]) -> str:
    """One square per column, identifiers first."""
    ordered = sorted(kinds, key=list(KINDS).index)
    step = SQUARE + GAP
    width, height = min(len(ordered), IN_ROW) * step - GAP, ((len(ordered) - 1) // IN_ROW + 1) * step - GAP
    told = ", ".join(f"{ordered.count(kind)} {kind.replace('_', ' ')}" for kind in KINDS if kind in ordered)
    squares = "".join(
        f'<rect class="{kind}" x="{place % IN_ROW * step}" y="{place // IN_ROW * step}" width="{SQUARE}" '
        f'height="{SQUARE}" rx="2"/>'
        for place, kind in enumerate(ordered)
    )
    return f'<svg width="{width}" height="{height}" role="img" aria-label="{told}">{squares}</svg>'


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
