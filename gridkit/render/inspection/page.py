"""What is in files as one page of HTML, that opens without a network and runs nothing."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit.language import labels
from gridkit.language.phrases import Phrase, series
from gridkit.render.inspection import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_STYLE = Path(__file__).with_name("page.css")


def page(look: Mapping[str, Any], lang: str) -> str:
    """Return a look (:func:`gridkit.recipes.inspect.inspect`) as a page in one language, all text in it escaped."""
    every = facts.files(look, lang)
    title = ", ".join(file.name for file in every)
    body = "".join(_file(file, lang) for file in every)
    if "files" in look:
        body += _first(facts.first(look, lang), lang) + _way_on(look.get("go_on", ()), facts.instead(look, lang), lang)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE.read_text(encoding="utf-8")}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _file(file: facts.File, lang: str) -> str:
    things = "".join(_thing(thing, lang) for thing in file.things)
    head = f'<h1>{escape(file.name)}</h1><p class="kind">{escape(file.facts)}</p>'
    return head + things + _first(file.first, lang) + _way_on(file.go_on, file.instead, lang)


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


def _first(questions: Sequence[str], lang: str) -> str:
    return f"<section>{_list(_label('first', lang), questions, 'doubts')}</section>" if questions else ""


def _way_on(commands: Sequence[str], instead: Sequence[str], lang: str) -> str:
    if not commands:
        return ""
    unknown = facts.missing(commands)
    said = Phrase("put your own in the place of {words}", words=series(unknown)).said(lang) if unknown else ""
    lines = "".join(f'<code class="go">{escape(line)}</code>' for line in commands)
    note = "".join(f'<p class="kind">{escape(each)}</p>' for each in (said, *instead) if each)
    return f"<section><h2>{escape(_label('go_on', lang))}</h2>{lines}{note}</section>"


def _label(name: str, lang: str) -> str:
    return labels.label("inspect", name).said(lang)
