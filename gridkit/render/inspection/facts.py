"""A look into files as what is said of it: each thing in them with its facts, columns, account, doubts and way on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridkit.language import labels
from gridkit.language.numbers import length
from gridkit.language.phrases import Phrase, joined, series
from gridkit.sources.files.uses import PLACEHOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Look = Mapping[str, Any]

_LONGEST_CELL, _WHOLE = 28, 1e5
_HALVES = ("EW", "NS")
_KM = 111_320.0
"""Metres of a degree of latitude, about: for the size of what is drawn on a small map."""


@dataclass(frozen=True)
class Thing:
    """One thing in a file: a layer, a table, a raster, a map of OpenStreetMap.

    Attributes
    ----------
    name, sketch
        What it is called, and its small map, empty where it has none.
    facts
        Name and text of each fact, in order.
    columns
        For each column its name, role, type, empties and what it holds.
    accounts, doubts
        What became of its rows, what is doubtful in it, and what was found out on reading, as sentences.
    """

    name: str
    sketch: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, str, str, str], ...] = ()
    accounts: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """One file, the things in it, and the command lines to go on with."""

    name: str
    facts: str
    things: tuple[Thing, ...]
    go_on: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())
    instead: tuple[str, ...] = ()


def files(look: Look, lang: str) -> list[File]:
    """Return the files of a look (:func:`gridkit.recipes.inspect.inspect`) in one language."""
    every: Sequence[Look] = look.get("files") or [look]
    return [_file(each, lang, alone="files" not in look) for each in every]


def heads(lang: str) -> tuple[str, str, str, str, str]:
    """Return the names of the five parts of a column."""
    names = ("name", "role", "type", "empty", "holds")
    name, role, kind, empty, holds = (labels.label("inspect", "columns", each).said(lang) for each in names)
    return name, role, kind, empty, holds


def missing(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the words in command lines that stand for what is not known yet."""
    words = {word for line in lines for word in line.split()}
    return tuple(each for each in PLACEHOLDERS if each in words)


def first(look: Look, lang: str) -> tuple[str, ...]:
    """Return what has to be settled before the command lines of a look go through."""
    return tuple(str(each.get(lang, each["en"])) for each in look.get("first", ()))


def instead(look: Look, lang: str) -> tuple[str, ...]:
    """Return which other files would serve as one that the command lines of a look name."""
    return tuple(str(each.get(lang, each["en"])) for each in look.get("instead", ()))


def _file(look: Look, lang: str, *, alone: bool) -> File:
    every = [*look.get("layers", ()), *look.get("tables", ()), *look.get("others", ())]
    every += [look[name] for name in ("raster", "osm") if name in look]
    kind = labels.code("kind", look["kind"])
    said = kind.said(lang) if isinstance(kind, Phrase) else str(kind)
    lines = tuple(look.get("go_on", ())) if alone else ()
    things = tuple(_thing(each, lang, str(look["file"]), named=len(every) > 1) for each in every)
    return File(
        str(look["file"]),
        f"{said}, {_bytes(look['bytes'])}" if "bytes" in look else said,
        things,
        lines,
        first(look, lang) if alone else (),
        missing(lines),
        instead(look, lang) if alone else (),
    )


def _bytes(count: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"


def _thing(part: Look, lang: str, called: str, *, named: bool) -> Thing:
    facts = [(labels.label("inspect", name).said(lang), text) for name, text in _facts(part, lang) if text]
    held = part.get("columns")  # of a raster their number
    columns = tuple(_column(each, lang) for each in held) if isinstance(held, list) else ()
    doubts = tuple(str(each.get(lang, each["en"])) for each in part.get("suspicions", ()))
    accounts = tuple(_account(each, lang) for each in part.get("ledger", ()))
    name = str(part.get("name", "")) if named or part.get("name") != called else ""
    return Thing(name, str(part.get("sketch", "")).strip("\n"), tuple(facts), columns, accounts, doubts)


def _facts(part: Look, lang: str) -> Iterable[tuple[str, str]]:
    """Yield the name and the text of each fact."""
    if (role := part.get("role")) is not None:
        yield "role", _said(role, lang)
    if "count" in part:
        shapes = _listed(
            (f"{labels.word(kind).said(lang)} {count:,}" for kind, count in part.get("geometry", {}).items()),
            lang,
        )
        yield "count", f"{part['count']:,}" + (f" ({shapes})" if shapes else "")
    if "rows_about" in part:
        yield "count", _about(part, lang)
    yield from _of_raster(part)
    if "nodes" in part:
        for name in ("nodes", "ways", "relations"):
            yield name, f"{part[name]:,}"
        yield "tagged", _listed((f"{key} {count:,}" for key, count in part["tagged"].items()), lang)
        yield "snapshot", str(part["snapshot"] or "")
        yield "generator", str(part["generator"] or "")
    yield "crs", _crs(part.get("crs"), lang)
    if (box := part.get("bounds_lonlat")) is not None:
        sides = [f"{_degrees(box[at], halves)} - {_degrees(box[at + 2], halves)}" for at, halves in enumerate(_HALVES)]
        yield "bounds_lonlat", ", ".join(sides)
        yield "size", _size(box, lang)
    elif part.get("bounds"):
        yield "bounds", ", ".join(map(_number, part["bounds"]))
    yield "notes", _said(joined([_said(note, lang) for note in part.get("notes", ())]), lang)
    inside = [f"{each['hypothesis']} {each['inside']:.0%}" for each in part.get("hypotheses", ())]
    yield "hypotheses", _listed(inside, lang)


def _about(part: Look, lang: str) -> str:
    """Return about how many rows a table of a database has, and of which shapes, as far as its catalogue knows."""
    rows, shapes = part["rows_about"], labels.word(part["type"]).said(lang) if part["type"] else ""
    said = (Phrase("not counted") if rows is None else Phrase("about {rows:,}", rows=rows)).said(lang)
    return f"{said} ({shapes})" if shapes else said


def _of_raster(part: Look) -> Iterable[tuple[str, str]]:
    if "pixel" not in part:
        return
    yield "pixels", f"{part['columns']:,} x {part['rows']:,}" + (f", {part['bands']}" if part["bands"] > 1 else "")
    yield "pixel", " x ".join(f"{side:.6g}" for side in part["pixel"])
    yield "type", str(part["type"])
    yield "nodata", "-" if part["nodata"] is None else f"{part['nodata']:.10g}"
    if (part["scale"], part["offset"]) != (1.0, 0.0):
        yield "scale", f"{part['scale']:g}"
        yield "offset", f"{part['offset']:g}"
    if "least" in part:
        yield "values", f"{_number(part['least'])} - {_number(part['most'])}"
    if "sum" in part:
        yield "sum", f"{part['sum']:,.0f}"


def _crs(crs: Look | None, lang: str) -> str:
    if crs is None:
        return ""
    code = f" (EPSG:{crs['epsg']})" if crs["epsg"] else ""
    unit = crs["coordinate_unit"]
    said = _COUNTED_IN.get(unit) or Phrase("in the unit {unit}", unit=unit)
    return f"{crs['name']}{code}, {said.said(lang)}" if unit else f"{crs['name']}{code}"


_COUNTED_IN = {
    "metre": Phrase("in metres"),
    "degree": Phrase("in degrees"),
    "foot": Phrase("in feet"),
    "US survey foot": Phrase("in US survey feet"),
}
"""What coordinates are counted in, by PROJ's names."""


def _degrees(value: float, halves: str) -> str:
    return f"{abs(value):.4f}°{halves[value < 0]}"


def _size(box: Sequence[float], lang: str) -> str:
    import math

    north = (box[3] - box[1]) * _KM
    east = (box[2] - box[0]) * _KM * math.cos(math.radians((box[1] + box[3]) / 2))
    return " x ".join(length(side).said(lang) for side in (east, north))


def _column(column: Look, lang: str) -> tuple[str, str, str, str, str]:
    empty = f"{column['empty']:,}" if column["empty"] else ""
    role = column.get("personal") or column.get("role", "")
    kind = _KINDS.get(str(column["type"]).rstrip("0123456789").split("[")[0], "words")
    said = labels.label("inspect", "type", kind).said(lang)
    return str(column["name"]), _said(role, lang), said, empty, _holds(column, lang)


_KINDS = {
    "int": "numbers",
    "uint": "numbers",
    "float": "numbers",
    "Int": "numbers",
    "bool": "yes or no",
    "datetime": "times",
}


def _holds(column: Look, lang: str) -> str:
    """Return what a column holds: from least to most and the sum of numbers, examples of texts."""
    if "least" in column:
        least, most = column["least"], column["most"]
        text = _number(least) if least == most else f"{_number(least)} - {_number(most)}"
        total = labels.label("inspect", "columns", "sum").said(lang)
        return _listed([text, *([f"{total} {_number(column['sum'])}"] if "sum" in column else [])], lang)
    return _listed((_short(str(each)) for each in column.get("examples", ())), lang)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) or abs(value) >= _WHOLE else f"{value:,.7g}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _account(row: Look, lang: str) -> str:
    parts = [Phrase("{read} read, {used} used", read=row["read"], used=row["used"]).said(lang)]
    return _said(joined([*parts, *([_said(row["lost"], lang)] if row["lost"] else [])]), lang)


def _listed(texts: Iterable[str], lang: str) -> str:
    return _said(series(texts), lang)


def _said(value: object, lang: str) -> str:
    return value.said(lang) if isinstance(value, Phrase) else str(value)
