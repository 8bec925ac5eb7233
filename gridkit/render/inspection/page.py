"""What is in files as one page of HTML, that opens without a network and runs nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from gridkit.language import labels
from gridkit.language.phrases import Phrase
from gridkit.render.inspection import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--faint:#5b6876;--line:#d9dfe5;--card:#fff;--ground:#f3f5f7;
--doubt:#8a4b00;--warm:#fff5e6;--code:#10344f;--sheet:#eef3f7}@media(prefers-color-scheme:dark){:root{
--ink:#e6ebf0;--faint:#9aa7b4;--line:#33404d;--card:#1b232c;--ground:#12181e;--doubt:#ffc46b;--warm:#2d2416;
--code:#cfe6f7;--sheet:#16202a}}*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.55 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}main{max-width:64rem;margin:0 auto;
padding:2rem 1rem 4rem}h1{font-size:1.5rem;margin:2rem 0 0;overflow-wrap:anywhere}h2{font-size:1.1rem;
margin:0 0 .8rem;overflow-wrap:anywhere}h3{font-size:.8rem;font-weight:600;color:var(--faint);
margin:1.4rem 0 .4rem}.kind{color:var(--faint);margin:0 0 1rem}section{background:var(--card);
border:1px solid var(--line);border-radius:.6rem;padding:1.2rem 1.4rem;margin:1rem 0}.top{display:flex;
flex-wrap:wrap;gap:1rem 2rem;align-items:flex-start}.top pre{
font:11px/1.02 "DejaVu Sans Mono",ui-monospace,monospace;margin:0;padding:.8rem;background:var(--sheet);
border-radius:.4rem}dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.2rem;margin:0;
flex:1 1 20rem}dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}.wide{
overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th{font-weight:600;
color:var(--faint);text-align:left}td,th{padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);
vertical-align:top}td:nth-child(1){font-weight:600;overflow-wrap:anywhere}td:nth-child(4){
font-variant-numeric:tabular-nums}ul{list-style:none;margin:0;padding:0}.doubts li{background:var(--warm);
color:var(--doubt);border-left:3px solid;border-radius:.2rem;padding:.45rem .8rem;margin:.35rem 0;
overflow-wrap:anywhere}.go{display:block;font:.9rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace;
background:var(--sheet);color:var(--code);padding:.7rem .9rem;border-radius:.4rem;margin:.35rem 0;
overflow-wrap:anywhere;user-select:all}@media(max-width:34rem){main{padding:1rem .7rem 3rem}section{
padding:1rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
"""


def page(look: Mapping[str, Any], lang: str) -> str:
    """Return a look (:func:`gridkit.recipes.inspect.inspect`) as a page in one language, all text in it escaped."""
    every = facts.files(look, lang)
    title = ", ".join(file.name for file in every)
    body = "".join(_file(file, lang) for file in every)
    if "files" in look:
        body += _way_on(look.get("go_on", ()), lang)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _file(file: facts.File, lang: str) -> str:
    things = "".join(_thing(thing, lang) for thing in file.things)
    head = f'<h1>{escape(file.name)}</h1><p class="kind">{escape(file.facts)}</p>'
    return head + things + _way_on(file.go_on, lang)


def _thing(thing: facts.Thing, lang: str) -> str:
    name = f"<h2>{escape(thing.name)}</h2>" if thing.name else ""
    drawn = f'<pre aria-hidden="true">{escape(thing.sketch)}</pre>' if thing.sketch else ""
    told = "".join(f"<dt>{escape(each)}</dt><dd>{escape(text)}</dd>" for each, text in thing.facts)
    parts = [name, f'<div class="top">{drawn}<dl>{told}</dl></div>']
    if thing.columns:
        parts.append(_table(facts.heads(lang), thing.columns))
    parts.append(_list(_label("ledger", lang), thing.accounts, ""))
    parts.append(_list(_label("suspicions", lang), thing.doubts, "doubts"))
    return f"<section>{''.join(parts)}</section>"


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _list(title: str, texts: Sequence[str], kind: str) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<h3>{escape(title)}</h3><ul class="{kind}">{items}</ul>' if texts else ""


def _way_on(commands: Sequence[str], lang: str) -> str:
    if not commands:
        return ""
    unknown = facts.missing(commands)
    said = Phrase("put your own in the place of {words}", words=", ".join(unknown)).said(lang) if unknown else ""
    lines = "".join(f'<code class="go">{escape(line)}</code>' for line in commands)
    note = f'<p class="kind">{escape(said)}</p>' if said else ""
    return f"<section><h2>{escape(_label('go_on', lang))}</h2>{lines}{note}</section>"


def _label(name: str, lang: str) -> str:
    return labels.label("inspect", name).said(lang)
