"""Who hands on to whom, as a picture: departments that give on the left, that take on the right, bands between."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from gridkit.language.phrases import Phrase

MOST = 12
"""So many departments are drawn on each side; the rest is one."""
WIDE, LEFT, RIGHT, BAR = 960.0, 250.0, 710.0, 14.0
"""The width of the picture, where its left bars begin and its right ones end, and how wide a bar is."""
_TOP, _HIGH, _GAP, _NOTHING = 70.0, 560.0, 8.0, 160.0
_INK, _OTHER = "#1d2a35", "#56636f"
SAID = (
    Phrase("Orders handed on between departments"),
    Phrase("hands on"),
    Phrase("takes over"),
    Phrase("no order was handed on"),
)
"""What stands over the picture, over its left and its right side, and in place of it where there is none."""
_TONES = ("#0b5a83", "#b3261e", "#3b7d3a", "#8a5a00", "#6a4c93", "#00767a", "#a34a78", "#56636f")


@dataclass(frozen=True)
class Band:
    """Orders from one department to another: where it leaves the left bar and meets the right one, and how high."""

    leaves: float
    meets: float
    height: float
    colour: str
    title: str


@dataclass(frozen=True)
class Bar:
    """A department on one side: its top, how high it is, and what stands beside it."""

    left: bool
    top: float
    height: float
    colour: str
    text: str


@dataclass(frozen=True)
class Flow:
    """The picture as shapes, in units of which :data:`WIDE` are its width; without bars where nothing was handed on."""

    bands: tuple[Band, ...]
    bars: tuple[Bar, ...]
    height: float


def drawn(hands: pd.DataFrame, lang: str) -> Flow:
    """Return the picture as shapes, for whoever draws it.

    Parameters
    ----------
    hands
        ``from``, ``to``, ``orders``.
    lang
        The language of its words.
    """
    table = _gathered(hands, Phrase("others").said(lang))
    total = float(table["orders"].sum())
    if not total:
        return Flow((), (), _NOTHING)
    sides = {side: _stacked(table, side) for side in ("from", "to")}
    scale = (_HIGH - _GAP * max(map(len, sides.values()))) / total
    tops = {side: _tops(own, scale) for side, own in sides.items()}
    tone = {name: _TONES[at % len(_TONES)] for at, name in enumerate(sides["from"])}
    used = {side: dict(own) for side, own in tops.items()}
    bands = []
    for _, row in table.iterrows():
        height = row["orders"] * scale
        leaves, meets = (used[side][row[side]] for side in ("from", "to"))
        for side in ("from", "to"):
            used[side][row[side]] += height
        title = f"{row['from']} → {row['to']}: {int(row['orders'])}"
        bands.append(Band(leaves, meets, height, tone[row["from"]], title))
    bars = [
        Bar(
            side == "from",
            tops[side][name],
            max(count * scale, 1.0),
            tone.get(name, _OTHER),
            _cut(f"{name}  {int(count):,}"),
        )
        for side, own in sides.items()
        for name, count in own.items()
    ]
    return Flow(tuple(bands), tuple(bars), max(bar.top + bar.height for bar in bars) + 24)


def flow(hands: pd.DataFrame, lang: str) -> str:
    """Return the picture as SVG.

    Parameters
    ----------
    hands
        ``from``, ``to``, ``orders``.
    lang
        The language of its words.
    """
    picture = drawn(hands, lang)
    title, gives, takes, none = (said.said(lang) for said in SAID)
    parts = [
        _text(WIDE / 2, 28, title, 20, "middle", _INK),
        _text(LEFT, 54, gives, 14, "end", _OTHER),
        _text(RIGHT, 54, takes, 14, "start", _OTHER),
    ]
    if not picture.bars:
        parts.append(_text(WIDE / 2, 120, none, 16, "middle", _INK))
    middle = (LEFT + RIGHT) / 2
    for each in picture.bands:
        y0, y1, height = each.leaves, each.meets, each.height
        parts.append(
            f"<path d='M{LEFT + BAR:.1f} {y0:.1f}C{middle} {y0:.1f} {middle} {y1:.1f} {RIGHT - BAR:.1f} {y1:.1f}"
            f"L{RIGHT - BAR:.1f} {y1 + height:.1f}C{middle} {y1 + height:.1f} {middle} {y0 + height:.1f} "
            f"{LEFT + BAR:.1f} {y0 + height:.1f}Z' fill='{each.colour}' fill-opacity='0.4'>"
            f"<title>{escape(each.title)}</title></path>"
        )
    for bar in picture.bars:
        x, at, anchor = (LEFT, -6.0, "end") if bar.left else (RIGHT - BAR, BAR + 6, "start")
        size = f"width='{BAR}' height='{bar.height:.1f}'"
        parts.append(f"<rect x='{x:.1f}' y='{bar.top:.1f}' {size} fill='{bar.colour}'/>")
        parts.append(_text(x + at, bar.top + bar.height / 2 + 5, bar.text, 14, anchor, _INK))
    return _framed(parts, picture.height, lang)


def _gathered(hands: pd.DataFrame, others: str) -> pd.DataFrame:
    """Return the pairs with all but the busiest departments of each side as one."""
    table = hands.copy()
    for side in ("from", "to"):
        busy = table.groupby(side)["orders"].sum().sort_values(ascending=False, kind="stable").index[:MOST]
        table[side] = table[side].where(table[side].isin(busy), others)
    summed = pd.DataFrame(table.groupby(["from", "to"])["orders"].sum()).reset_index()
    return summed.sort_values(["orders", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _stacked(table: pd.DataFrame, side: str) -> dict[str, float]:
    sums = table.groupby(side)["orders"].sum().sort_values(ascending=False, kind="stable")
    return {str(name): float(count) for name, count in sums.items()}


def _tops(own: dict[str, float], scale: float) -> dict[str, float]:
    tops, y = {}, _TOP
    for name, count in own.items():
        tops[name] = y
        y += count * scale + _GAP
    return tops


_LETTERS = 26


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else "…" + text[-_LETTERS + 1 :]


def _text(x: float, y: float, text: str, size: float, anchor: str, colour: str) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' fill='{colour}'>{escape(text)}</text>"
    )


def _framed(parts: list[str], height: float, lang: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE:.0f} {height:.0f}' xml:lang='{escape(lang)}' "
        'font-family=\'system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif\'>'
        f"<rect width='100%' height='100%' fill='#ffffff'/>{''.join(parts)}</svg>\n"
    )
