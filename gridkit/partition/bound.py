"""Bounds: how far from the band, and how short a border, no plan whatever can better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import ROUNDING
from gridkit.language.phrases import Phrase
from gridkit.partition.piece import GRAIN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.piece import Piece
    from gridkit.partition.problem import Problem


@dataclass(frozen=True)
class Unreachable:
    """Why the grids of one part of one parent cannot all lie in the band, and what is the best they can do."""

    parent: int
    units: NDArray[np.int64]  # positions of the units at fault; empty where the total is
    excess: float  # targets outside the band that some plan of this part must leave at least
    sentence: Phrase


def least_excess(piece: Piece) -> float:
    """Return targets outside the band, summed over grids, that every plan of ``piece`` has at least.

    A node above the band's upper end makes its grid exceed it; and the grids together hold the total, whatever the cut.
    Both hold for each measure, and the measures add up. Proven, not tight.
    """
    return float(sum(max(heavy, spread) for heavy, spread in _excesses(piece)))


def _excesses(piece: Piece) -> list[tuple[float, float]]:
    rows = zip(piece.graph.measures.T, piece.bands, strict=True)
    return [
        (float(band.over(weight).sum()), float(band.excess(weight.sum() / piece.k)) * piece.k) for weight, band in rows
    ]


def unreachable(problem: Problem, piece: Piece) -> list[Unreachable]:
    """Return the reasons, in words and with the units' names, why ``piece`` cannot keep the band.

    None where nothing speaks against it.
    """
    if piece.graph.weight.size == 0:
        return []
    (heavy, spread), *_ = _excesses(piece)
    reasons = []
    band = piece.bands[0]
    low, high = band.low * piece.target, band.high * piece.target
    # Weights are rounded to a grain inside: off by so little is in the band as given.
    rounded = ROUNDING + len(piece.points) / GRAIN
    if heavy > rounded:
        nodes = np.flatnonzero(band.above(piece.graph.weight[:, 0]))
        units = piece.units[np.isin(piece.node, nodes)]
        size = float(piece.graph.weight[nodes, 0].max() * piece.target)
        sentence = Phrase(
            "unit {units} alone holds {size:,}, above the limit {high:,}: at best {over:,} stay outside the range",
            units=problem.named(units),
            size=_told(size),
            high=_told(high),
            over=_told(heavy * piece.target),
        )
        reasons.append(Unreachable(piece.parent, units, heavy, sentence))
    if spread > rounded:
        total = float(piece.graph.weight[:, 0].sum() * piece.target)
        sentence = Phrase(
            "{count} grid for {total:,} around unit {units} (parent {parent}) makes {mean:,}, "
            "outside {low:,} to {high:,}: it is at best {over:,} outside the range of size",
            "",
            "{count} grids for {total:,} around unit {units} (parent {parent}) make {mean:,} each, "
            "outside {low:,} to {high:,}: the worst grid is at best {over:,} outside the range of size",
            count=piece.k,
            total=_told(total),
            units=problem.named(piece.units[:1]),
            parent=problem.parent_named(piece.parent),
            mean=_told(total / piece.k),
            low=_told(low),
            high=_told(high),
            over=_told(spread / piece.k * piece.target),
        )
        reasons.append(Unreachable(piece.parent, np.empty(0, dtype=np.int64), spread, sentence))
    return reasons


def _told(size: float) -> float:
    """Return a size as it is told: whole from a hundred on, to three digits below."""
    rounded = float(f"{size:.0f}" if abs(size) >= _WHOLE else f"{size:.3g}")
    return int(rounded) if rounded.is_integer() else rounded


_WHOLE = 100


def least_border_m(piece: Piece, areas: NDArray[np.float64], outline_m: float) -> float:
    r"""Return metres of border between grids that no plan can go below, by the isoperimetric inequality.

    Each grid of area A has a perimeter of at least :math:`2 \\sqrt{\\pi A}`, of which all but ``outline_m`` metres are
    shared by two grids. The areas of the grids are not known beforehand: with k grids and the band on weights, the sum
    of the roots is least when as many grids as can be are as small as the band lets them be, the smallest area that can
    hold ``low`` of the weight (filled by the densest units first).

    Parameters
    ----------
    piece
        A piece whose first measure is balanced.
    areas
        [n] square metres of its nodes.
    outline_m
        Metres of the piece's own outline.

    References
    ----------
    Osserman (1978), The isoperimetric inequality, Bulletin of the AMS 84(6), 1182-1238.
    """
    weight = piece.graph.weight[:, 0]
    dense = np.argsort(-(weight / np.maximum(areas, 1e-9)), kind="stable")
    held, covered = np.cumsum(weight[dense]), np.cumsum(areas[dense])
    # Grid number i and the smaller ones together hold at least i * low, so they cover the densest area for that.
    together = np.interp(np.arange(1, piece.k + 1) * piece.graph.low[0], np.r_[0.0, held], np.r_[0.0, covered])
    least = np.diff(np.r_[0.0, together])
    least[-1] += max(float(areas.sum()) - float(together[-1]), 0.0)
    perimeters = 2 * np.sqrt(np.pi * np.maximum(least, 0.0)).sum()
    return max(float(perimeters) - outline_m, 0.0) / 2
