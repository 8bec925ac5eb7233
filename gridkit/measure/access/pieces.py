"""The straight pieces of lines in a raster of cells, and the exact nearest one to each of many points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridkit.kernels import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PER_CELL = 2.0
"""Cells are so large that about this many pieces lie in each."""
SLACK = 1e-6


@dataclass(frozen=True)
class Pieces:
    """Pieces of lines by the cells they pass.

    Attributes
    ----------
    ends
        Both ends of each piece (x, y, x, y), metres.
    line
        The line each is a piece of.
    behind
        Metres of that line before the piece.
    corner, size, shape
        South-west corner of the cells, metres to a cell, rows and columns.
    first, held
        Where the pieces of each cell (row by row) begin in ``held``.
    """

    ends: Floats
    line: Ints
    behind: Floats
    corner: tuple[float, float]
    size: float
    shape: tuple[int, int]
    first: Ints
    held: Ints


def indexed(vertices: Floats, first: Ints) -> Pieces:
    """Return the pieces between vertices of lines, ``first`` telling where each line's begin (and the last ends)."""
    step = np.hypot(*np.diff(vertices, axis=0).T)
    last = np.zeros(len(vertices), dtype=bool)
    last[first[1:] - 1] = True
    at = np.flatnonzero(~last)
    line = np.repeat(np.arange(len(first) - 1), np.diff(first))
    run = np.concatenate([[0.0], np.cumsum(step)])
    behind = run - run[first[:-1]][line]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    size = float(np.sqrt(max(float(np.prod(high - low)), 1.0) * PER_CELL / len(at)))
    # A ribbon of lines has next to no area: its cells are as long as a fair share of it at least.
    size = max(size, float((high - low).max()) * PER_CELL / len(at), 1e-3)
    shape = (int((high[1] - low[1]) / size) + 1, int((high[0] - low[0]) / size) + 1)
    ends = np.hstack([vertices[at], vertices[at + 1]])
    corner = (float(low[0]), float(low[1]))
    count = np.zeros(shape[0] * shape[1] + 1, dtype=np.int64)
    _passed(ends, corner, size, shape, count, np.empty(0, dtype=np.int64))
    begin = np.concatenate([[0], np.cumsum(count[:-1])])
    held = np.empty(begin[-1], dtype=np.int64)
    _passed(ends, corner, size, shape, begin[:-1].copy(), held)
    return Pieces(ends, line[at], behind[at], corner, size, shape, begin, held)


def nearest(pieces: Pieces, xy: Floats) -> tuple[Ints, Floats, Floats]:
    """Return the line nearest to each point (the first of several), the metres along it, and the metres to it.

    Parameters
    ----------
    pieces
        Lines (:func:`indexed`).
    xy
        Points, shape (n, 2), metres.
    """
    found: tuple[Ints, Floats, Floats] = _nearest(
        (pieces.ends, pieces.line, pieces.behind),
        (pieces.first, pieces.held),
        pieces.corner,
        pieces.size,
        pieces.shape,
        xy,
    )
    return found


@compiled
def _passed(
    ends: Floats, corner: tuple[float, float], size: float, shape: tuple[int, int], next_: Ints, held: Ints
) -> None:  # pragma: no cover - compiled
    """Count the pieces that pass each cell in ``next_``, or, when ``held`` has room, put them there and move on."""
    rows, columns = shape
    for piece in range(len(ends)):
        xa, ya = (ends[piece, 0] - corner[0]) / size, (ends[piece, 1] - corner[1]) / size
        xb, yb = (ends[piece, 2] - corner[0]) / size, (ends[piece, 3] - corner[1]) / size
        low, high = min(ya, yb), max(ya, yb)
        for row in range(max(int(low - SLACK), 0), min(int(high + SLACK), rows - 1) + 1):
            left, right = min(xa, xb), max(xa, xb)
            if high > low:
                ta = min(max((row - SLACK - ya) / (yb - ya), 0.0), 1.0)
                tb = min(max((row + 1 + SLACK - ya) / (yb - ya), 0.0), 1.0)
                one, other = xa + ta * (xb - xa), xa + tb * (xb - xa)
                left, right = min(one, other), max(one, other)
            for column in range(max(int(left - SLACK), 0), min(int(right + SLACK), columns - 1) + 1):
                cell = row * columns + column
                if len(held):
                    held[next_[cell]] = piece
                next_[cell] += 1


@compiled
def _nearest(
    lines: tuple[Floats, Ints, Floats],
    cells: tuple[Ints, Ints],
    corner: tuple[float, float],
    size: float,
    shape: tuple[int, int],
    xy: Floats,
) -> tuple[Ints, Floats, Floats]:  # pragma: no cover - compiled
    """Look through rings of cells around each point until none further out can hold anything nearer."""
    ends, line, behind = lines
    first, held = cells
    rows, columns = shape
    found, along, far = np.full(len(xy), -1, np.int64), np.zeros(len(xy)), np.full(len(xy), np.inf)
    for i in range(len(xy)):
        x, y = xy[i, 0], xy[i, 1]
        column = min(max(int((x - corner[0]) / size), 0), columns - 1)
        row = min(max(int((y - corner[1]) / size), 0), rows - 1)
        best = np.inf
        for ring in range(max(rows, columns)):
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                # Inner rows of a ring have only its two ends.
                stride = 1 if abs(r - row) == ring else max(2 * ring, 1)
                for c in range(column - ring, column + ring + 1, stride):
                    if c < 0 or c >= columns:
                        continue
                    for k in range(first[r * columns + c], first[r * columns + c + 1]):
                        piece = held[k]
                        ax, ay = ends[piece, 0], ends[piece, 1]
                        dx, dy = ends[piece, 2] - ax, ends[piece, 3] - ay
                        t = min(max(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-300), 0.0), 1.0)
                        gap = (ax + t * dx - x) ** 2 + (ay + t * dy - y) ** 2
                        if gap < best or (gap == best and line[piece] < found[i]):
                            best, found[i] = gap, line[piece]
                            along[i] = behind[piece] + t * np.sqrt(dx * dx + dy * dy)
            west, south = corner[0] + (column - ring) * size, corner[1] + (row - ring) * size
            sure = min(x - west, west + (2 * ring + 1) * size - x, y - south, south + (2 * ring + 1) * size - y)
            if sure > 0 and best <= sure * sure:
                break
        far[i] = np.sqrt(best)
    return found, along, far
