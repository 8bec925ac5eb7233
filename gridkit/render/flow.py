"""Who hands on to whom, as a picture: departments that give on the left, that take on the right, bands between."""

from __future__ import annotations

from html import escape

import pandas as pd

from gridkit.language.phrases import Phrase

MOST = 12
"""So many departments are drawn on each side; the rest is one."""
_WIDE, _LEFT, _RIGHT, _TOP, _HIGH, _GAP, _BAR = 960.0, 250.0, 710.0, 70.0, 560.0, 8.0, 14.0
_TONES = ("#0b5a83", "#b3261e", "#3b7d3a", "#8a5a00", "#6a4c93", "#00767a", "#a34a78", "#56636f")


def flow(hands: pd.DataFrame, lang: str) -> str:
    """Return the picture as SVG.

    Parameters
    ----------
    hands
        ``from``, ``to``, ``orders``.
    lang
        The language of its words.
    """
    table = _gathered(hands, Phrase("others").said(lang))
    total = float(table["orders"].sum())
    parts = [_text(_WIDE / 2, 28, Phrase("Orders handed on between departments").said(lang), 20, "middle", "#1d2a35")]
    parts += [
        _text(_LEFT, 54, Phrase("hands on").said(lang), 14, "end", "#56636f"),
        _text(_RIGHT, 54, Phrase("takes over").said(lang), 14, "start", "#56636f"),
    ]
    if not total:
        parts.append(_text(_WIDE / 2, 120, Phrase("no order was handed on").said(lang), 16, "middle", "#1d2a35"))
        return _framed(parts, 160, lang)
    left, right = _stacked(table, "from"), _stacked(table, "to")
    scale = (_HIGH - _GAP * max(len(left), len(right))) / total
    tops = {"from": _tops(left, scale), "to": _tops(right, scale)}
    tone = {name: _TONES[at % len(_TONES)] for at, name in enumerate(left)}
    used = {side: dict(own) for side, own in tops.items()}
    for _, row in table.iterrows():
        high = row["orders"] * scale
        y0, y1 = used["from"][row["from"]], used["to"][row["to"]]
        used["from"][row["from"]] += high
        used["to"][row["to"]] += high
        middle = (_LEFT + _RIGHT) / 2
        title = f"{row['from']} → {row['to']}: {int(row['orders'])}"
        parts.append(
            f"<path d='M{_LEFT + _BAR:.1f} {y0:.1f}C{middle} {y0:.1f} {middle} {y1:.1f} {_RIGHT - _BAR:.1f} {y1:.1f}"
            f"L{_RIGHT - _BAR:.1f} {y1 + high:.1f}C{middle} {y1 + high:.1f} {middle} {y0 + high:.1f} "
            f"{_LEFT + _BAR:.1f} {y0 + high:.1f}Z' fill='{tone[row['from']]}' fill-opacity='0.4'>"
            f"<title>{escape(title)}</title></path>"
        )
    for side, own, x, anchor, at in (
        ("from", left, _LEFT, "end", -6.0),
        ("to", right, _RIGHT - _BAR, "start", _BAR + 6),
    ):
        for name, count in own.items():
            y, high = tops[side][name], max(count * scale, 1.0)
            colour = tone.get(name, "#56636f")
            parts.append(f"<rect x='{x:.1f}' y='{y:.1f}' width='{_BAR}' height='{high:.1f}' fill='{colour}'/>")
            said = _cut(f"{name}  {int(count):,}")
            parts.append(_text(x + at, y + high / 2 + 5, said, 14, anchor, "#1d2a35"))
    bottom = max(
        max(t + n * scale for t, n in zip(tops[s].values(), o.values(), strict=True))
        for s, o in (("from", left), ("to", right))
    )
    return _framed(parts, bottom + 24, lang)


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


def _framed(parts: list[str], high: float, lang: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDE:.0f} {high:.0f}' xml:lang='{escape(lang)}' "
        'font-family=\'system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif\'>'
        f"<rect width='100%' height='100%' fill='#ffffff'/>{''.join(parts)}</svg>\n"
    )
