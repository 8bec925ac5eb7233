"""What is in files as one page of HTML, that opens without a network and runs nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from gridkit.language.catalogue import languages
from gridkit.language.facts import in_units, named
from gridkit.language.phrases import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}"
    "pre{font:10px/1 monospace;background:#f4f4f4;padding:1rem;display:inline-block}dt{font-weight:600}"
    "dd{margin:0 0 .4rem 1rem}"
)


def page(looks: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Return looks (:func:`gridkit.sources.files.inspect.look`) as a page in one language, all text in it escaped."""
    title = ", ".join(str(look["file"]) for look in looks)
    body = "".join(
        f"<h1>{escape(str(look['file']))}</h1>{_facts(in_units(look, 'inspect'), lang, ('inspect',))}" for look in looks
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )


def _facts(facts: Mapping[str, Any], lang: str, path: tuple[str, ...]) -> str:
    """Return facts as a list of names and values, those that hold others under their name."""
    parts = []
    for name, value in facts.items():
        if value in ("", None, [], {}):
            continue
        label = escape(named((*path, str(name)), value, lang))
        parts.append(f"<dt>{label}</dt><dd>{_value(value, lang, (*path, str(name)))}</dd>")
    return f"<dl>{''.join(parts)}</dl>"


def _value(value: Any, lang: str, path: tuple[str, ...]) -> str:  # noqa: ANN401 - any fact
    if path[-1] == "sketch":
        return f"<pre>{escape(str(value).strip(chr(10)))}</pre>"
    if isinstance(value, dict):
        return escape(_in(value, lang)) if value.keys() >= set(languages()) else _facts(value, lang, path)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        if set(languages()) <= value[0].keys():
            return "".join(f"<p>{escape(_in(each, lang))}</p>" for each in value)
        flat = not any(
            isinstance(each, dict | list) and name != "examples" for row in value for name, each in row.items()
        )
        return _table(value, lang, path) if flat else "".join(_facts(each, lang, path) for each in value)
    if isinstance(value, list | tuple):
        return escape(", ".join(_text(each, lang) for each in value))
    return escape(_text(value, lang))


def _table(rows: Sequence[Mapping[str, Any]], lang: str, path: tuple[str, ...]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(named((*path, name), rows[0].get(name), lang))}</th>" for name in names)
    body = "".join(f"<tr>{_cells((row.get(name) for name in names), lang, path)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cells(values: Iterable[Any], lang: str, path: tuple[str, ...]) -> str:
    return "".join(f"<td>{'' if value is None else _value(value, lang, (*path, ''))}</td>" for value in values)


def _in(value: Mapping[str, Any], lang: str) -> str:
    return str(value.get(lang, value.get("en", "")))


def _text(value: Any, lang: str) -> str:  # noqa: ANN401 - any fact
    return f"{value:,.10g}" if isinstance(value, float) else str(spoken(value, lang))
