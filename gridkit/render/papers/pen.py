"""What writes on a sheet of paper: text of a size and colour, lists, rules, and the colours that fill and stroke."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from gridkit.render.papers.fonts import needs_shaping
from gridkit.store.sheets import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fpdf import FPDF

MARGIN = 13.0
"""What stays empty around a page, in millimetres."""
BASELINE = 0.8
"""How far below its top a line stands, in its size: as fpdf2 sets a cell (0.5 of its height and 0.3 of its font)."""
LEADING = 0.515
"""From one line to the next, in millimetres per point of their size."""
INK, QUIET, ACCENT, LINE = "#1d2a35", "#56636f", "#0b5a83", "#c9d1d7"
RIM = 0.9
"""How wide the white around a letter on a map is, in points."""
FAMILY, CORE = "gridkit", "cp1252"
"""The font of a system, under our own name; and the encoding of the core fonts, where they suffice."""


@dataclass(frozen=True)
class _Line:
    """A text as a document sets it: a set of papers writes the same names on sheet after sheet."""

    said: str
    """The text with a question mark for each sign that no font has."""
    wide: float
    """How wide it is at a size of one point, in millimetres."""
    signs: str | None
    """What shows it in the document's first font; None where it takes several, or letters that change each other."""


_LINES: WeakKeyDictionary[FPDF, dict[str, _Line]] = WeakKeyDictionary()


def _line(pdf: FPDF, text: object) -> _Line:
    known = _LINES.setdefault(pdf, {})
    written = str(text)
    found = known.get(written)
    if found is None:
        plain = clean(written)
        said = _settable(pdf, plain)
        simple = _in_one_font(pdf, said) and not (pdf.text_shaping and needs_shaping(said))
        wide = sum(map(_advances(pdf), plain))
        _set(pdf, pdf.font_size_pt)
        font: Any = pdf.current_font
        found = known[written] = _Line(said, wide, font.encode_text(pdf.normalize_text(said)) if simple else None)
    return found


def write(pdf: FPDF, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write one line, its upper left corner at x and y, in millimetres."""
    line = _line(pdf, text)
    if line.said and line.signs is not None:
        _show(pdf, x, y, size, f"{_ink(colour)} {line.signs}")
    elif line.said:
        _set(pdf, size)
        pdf.set_text_color(*_rgb(colour))
        pdf.set_xy(x, y)
        pdf.cell(text=line.said)


def rimmed(pdf: FPDF, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write one line as :func:`write` does, over a white rim that keeps it legible on a map."""
    line = _line(pdf, text)
    if line.said and line.signs is not None:
        # Written twice at one place: asked for as two texts of two contexts, the rims took a seventh of a set of cards.
        rim = f"1 Tr {RIM:.2f} w 1 1 1 RG {line.signs} 0 0 Td"
        _show(pdf, x, y, size, f"{rim} 0 Tr {_ink(colour)} {line.signs}")
    elif line.said:
        with pdf.local_context(text_mode="STROKE", line_width=RIM):
            stroke(pdf, "#ffffff")
            write(pdf, x, y, text, size, colour)
        write(pdf, x, y, text, size, colour)


def _show(pdf: FPDF, x: float, y: float, size: float, signs: str) -> None:
    """Set signs of the first font as far below x and y as fpdf2 sets a cell, which takes many times as long."""
    _set(pdf, size)
    font: Any = pdf.current_font
    if not pdf.current_font_is_set_on_page:
        pdf._out(pdf._set_font_for_page(font, pdf.font_size_pt))  # noqa: SLF001 - as its own text() does
    at = f"{x * pdf.k:.2f} {(pdf.h - y - BASELINE * pdf.font_size) * pdf.k:.2f}"
    pdf._out(f"q BT {at} Td {signs} ET Q")  # noqa: SLF001 - no other way in


def wrapped(pdf: FPDF, place: tuple[float, float, float], text: str, size: float, most: int = 4) -> int:
    """Write a text over at most so many lines from x, y and over a width; return how many it took."""
    x, y, width = place
    found = folded(pdf, text, size, width, most)
    for at, line in enumerate(found):
        write(pdf, x, y + at * size * LEADING, line, size, INK)
    return len(found)


def folded(pdf: FPDF, text: str, size: float, width: float, most: int = 1000) -> list[str]:
    """Return the lines of a text in a width, in millimetres: words stay whole where they fit, Chinese breaks anywhere.

    Of what needs more lines than ``most`` the last one ends in dots.
    """
    advance = _advances(pdf)
    room = width / size
    found, line, long = [], "", 0.0
    for word in words(text):
        wide = sum(map(advance, word))
        if line and long + wide - (advance(" ") if word.endswith(" ") else 0) > room:
            found.append(line.rstrip())
            line, long = "", 0.0
        for sign in word if wide > room else (word,):
            step = sum(map(advance, sign))
            if line and long + step > room and sign != " ":
                found.append(line.rstrip())
                line, long = "", 0.0
            line, long = line + sign, long + step
    found += [line.rstrip()] if line.strip() or not found else []
    if len(found) <= most:
        return found
    return [*found[: most - 1], _ended(pdf, found[most - 1], size, width)]


def words(text: str) -> list[str]:
    """Return what a line of a text may be broken between, each with the space or the stops after it."""
    return _WORDS.findall(clean(text))


_OPENING, _CLOSING = "（《〈「『【〔“‘", "、，。；：）》〉」』】〕”’！？"
_SIGN = r"\u2e80-\u2fff\u3005-\u3007\u3040-\u9fff\uf900-\ufaff"
_WORDS = re.compile(
    rf"\d{{1,4}}年\d{{1,2}}月(?:\d{{1,2}}日)?[{_CLOSING}]*"
    rf"|[{_OPENING}]*(?:[{_SIGN}][{_CLOSING}]*|[^\s{_SIGN}{_OPENING}{_CLOSING}]+[{_CLOSING}]*\s?)"
    rf"|[{_OPENING}{_CLOSING}]+|\s"
)
"""What a line may be broken between: a date; a Chinese sign or a word, with brackets and stops that belong to it."""


_ADVANCES: WeakKeyDictionary[FPDF, dict[str, float]] = WeakKeyDictionary()
_LACKED: WeakKeyDictionary[FPDF, dict[str, str]] = WeakKeyDictionary()
"""Signs of a document that were looked up, and what is set for them."""


def _advances(pdf: FPDF) -> Callable[[str], float]:
    """Return how wide a sign is at a size of one point, in millimetres; a document has one font."""
    known = _ADVANCES.setdefault(pdf, {})

    def advance(sign: str) -> float:
        found = known.get(sign)
        if found is None:
            _set(pdf, 100)
            found = known[sign] = float(pdf.get_string_width(_settable(pdf, sign))) / 100
        return found

    return advance


def listing(
    pdf: FPDF, place: tuple[float, float, float], heading: str, rows: list[tuple[str, str]], said: Callable[..., str]
) -> None:
    """Write names and values under a heading; how many have no room is said in the paper's words."""
    x, y, width = place
    write(pdf, x, y, heading, 10, ACCENT)
    y += 6.5
    for at, (name, value) in enumerate(rows):
        if y > pdf.h - 24:
            rest = said("… {count} more, in the tables of the plan", count=len(rows) - at)
            write(pdf, x, y - 1, fitted(pdf, rest, 8, width), 8, QUIET)
            break
        title = fitted(pdf, name, 9.5, width * 0.6)
        write(pdf, x, y, title, 9.5, QUIET)
        beside = fitted(pdf, value, 9.5, width - width_of(pdf, title, 9.5) - 2)
        write(pdf, x + width - width_of(pdf, beside, 9.5), y, beside, 9.5, INK)
        y += 5.6


def fitted(pdf: FPDF, text: str, size: float, width: float) -> str:
    """Return a text cut to a width, in millimetres; what is cut ends in dots."""
    plain = clean(text)
    return plain if _line(pdf, plain).wide <= width / size else _ended(pdf, plain, size, width)


def whole(pdf: FPDF, texts: Sequence[str], sizes: Sequence[float], width: float) -> tuple[float, str]:
    """Return the first text that a width has room for, and its size: a number that is cut would be another one."""
    tried = [(size, text) for text in texts for size in sizes]
    return next((pair for pair in tried if width_of(pdf, pair[1], pair[0]) <= width), tried[-1])


def _ended(pdf: FPDF, text: str, size: float, width: float) -> str:
    """Return as much of a text as stands in a width before dots, which lie on the line where the text is no Chinese."""
    advance, room = _advances(pdf), width / size
    dots = "..." if text.isascii() else "…"
    long = sum(map(advance, dots))
    for at, sign in enumerate(text):
        long += advance(sign)
        if long > room:
            return text[:at].rstrip() + dots
    return text + dots


def _set(pdf: FPDF, size: float) -> None:
    family = FAMILY if FAMILY in pdf.fonts else "helvetica"
    if pdf.font_size_pt != size or pdf.font_family != family:
        pdf.set_font(family, size=size)


def width_of(pdf: FPDF, text: str, size: float) -> float:
    """Return how wide a text is, in millimetres."""
    return _line(pdf, text).wide * size


def rule(pdf: FPDF, y: float) -> None:
    """Draw a thin line across the page."""
    stroke(pdf, LINE)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN, y, pdf.w - MARGIN, y)


def fill(pdf: FPDF, colour: str) -> None:
    """Set the colour that areas are filled with."""
    pdf.set_fill_color(*_rgb(colour))


def stroke(pdf: FPDF, colour: str) -> None:
    """Set the colour of lines."""
    pdf.set_draw_color(*_rgb(colour))


def fill_rings(pdf: FPDF, rings: Sequence[np.ndarray[Any, Any]], colour: str) -> None:
    """Fill what rings of page coordinates enclose, all at once; a ring that runs the other way round cuts a hole."""
    fill(pdf, colour)
    _paint(pdf, rings, closed=True)


def draw_lines(pdf: FPDF, parts: Sequence[np.ndarray[Any, Any]], colour: str, width: float) -> None:
    """Draw lines of page coordinates, all at once, of a width in millimetres."""
    stroke(pdf, colour)
    pdf.set_line_width(width)
    _paint(pdf, parts, closed=False)


def _paint(pdf: FPDF, parts: Sequence[np.ndarray[Any, Any]], *, closed: bool) -> None:
    """Write one path of all parts: fpdf2 takes a path point by point, which took most of the time of a set of cards."""
    if not parts:
        return
    points = np.concatenate(parts) * (pdf.k, -pdf.k) + (0.0, pdf.h * pdf.k)
    end = " l h\n" if closed else " l\n"
    form = "".join("%.2f %.2f m\n" + "%.2f %.2f l\n" * (len(part) - 2) + f"%.2f %.2f{end}" for part in parts)
    pdf._out(form % tuple(points.ravel().tolist()) + ("f" if closed else "S"))  # noqa: SLF001 - no other way in


@cache
def _ink(colour: str) -> str:
    return "{:.3f} {:.3f} {:.3f} rg".format(*(each / 255 for each in _rgb(colour)))


@cache
def _rgb(colour: str) -> tuple[int, int, int]:
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    except ValueError:  # a definition may say anything
        return 86, 99, 111
    return red, green, blue


def _settable(pdf: FPDF, text: str) -> str:
    """Return a text with a question mark for each sign that the document's fonts lack."""
    if FAMILY not in pdf.fonts:
        return text.encode(CORE, "replace").decode(CORE)
    told = _LACKED.setdefault(pdf, {})
    for sign in set(text) - told.keys():
        # By name, for a document also holds the core fonts it was told of.
        there = any(ord(sign) in font.cmap for font in pdf.fonts.values() if hasattr(font, "cmap"))
        # Signs without a picture (joiners, marks of direction) only guide the letters around them.
        told[sign] = sign if there else "" if unicodedata.category(sign) == "Cf" else "?"
    return "".join(map(told.__getitem__, text))


def _in_one_font(pdf: FPDF, text: str) -> bool:
    """Whether the document's first font has every sign of a text."""
    font: Any = pdf.fonts.get(FAMILY)
    return font is None or all(ord(sign) in font.cmap for sign in text)


def clean(text: object) -> str:
    """Return a text without signs that no font can set."""
    return " ".join(CONTROL.sub(" ", str(text)).split())


def right(pdf: FPDF, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write one line that ends at x."""
    write(pdf, x - width_of(pdf, text, size), y, text, size, colour)


def centred(pdf: FPDF, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write one line around x."""
    write(pdf, x - width_of(pdf, text, size) / 2, y, text, size, colour)


def tick(pdf: FPDF, x: float, y: float, size: float = 3.4) -> None:
    """Draw a box to tick, its upper left corner at x and y."""
    stroke(pdf, INK)
    pdf.set_line_width(0.3)
    pdf.rect(x, y, size, size)


def ruled(pdf: FPDF, place: tuple[float, float, float], lines: int, step: float = 8.0) -> float:
    """Draw lines to write on from x, y over a width; return where the last one is."""
    x, y, width = place
    stroke(pdf, LINE)
    pdf.set_line_width(0.25)
    for _ in range(lines):
        y += step
        pdf.line(x, y, x + width, y)
    return y


def blank(pdf: FPDF, place: tuple[float, float, float], name: str, value: str) -> None:
    """Write a field for the pen: its name and a line, with what is known on it.

    ``place`` is where it begins and how wide it is: x, y, width.
    """
    x, y, width = place
    write(pdf, x, y, name, 9.5, QUIET)
    begin = x + width_of(pdf, name, 9.5) + 2
    stroke(pdf, LINE)
    pdf.set_line_width(0.25)
    pdf.line(begin, y + 4.6, x + width, y + 4.6)
    if value:
        write(pdf, begin + 1, y, fitted(pdf, value, 9.5, x + width - begin - 1), 9.5, INK)
