"""Mending: grids with a fault that a planner would mend by hand are annealed again with their neighbours.

The search prices borders metre by metre, which says nothing of where the metres lie. A fault is of one grid: a main
road through its middle, a tail along a bank. Around each such grid the plan is annealed anew, where roads or borders
are dearer than they are, and what comes of it is judged by the prices as they are and the price of the faults.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.partition.annealing.moves import labelling_of, rank
from gridkit.partition.annealing.reanneal import reanneal
from gridkit.partition.annealing.schedule import Stage, Work
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.exact.windows import window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.piece import Piece

    Label = NDArray[np.int32]

NEAR = 20
"""Grids around one with a fault from which those are drawn that are annealed with it."""
SIZES = (8, 14, 20, 5, 11, 17, 3)
"""So many of them at a time, in turn: eight mended a sixth of the roads inside São Paulo's grids, twenty a quarter."""
TURNS = 4
"""So often is each grid with a fault tried, as long as the last turn mended any."""
TRIES = 42
"""Of a grid in a turn at effort 1."""
SWEEPS = 120
HEATS = (Stage(0.5, 0.12, 1.0, 5.0, 0.75), Stage(0.12, 0.05, 5.0, 20.0, 0.25))
"""As of re-annealing."""


class _Dear(NamedTuple):
    """By how much more a metre costs while a grid is mended than it does, in metres."""

    road: float  # of main road inside a grid
    border: float  # between grids


DEAR = (_Dear(2.0, 0.0), _Dear(0.0, 0.5), _Dear(6.0, 0.0), _Dear(1.0, 0.25), _Dear(0.0, 1.5), _Dear(3.0, 0.5))
"""Roads a little and much dearer, borders a little and much, and both, in turn."""


def mended(work: Work, label: Label, effort: float) -> Label:
    """Return labels in which grids have as few faults as were found, at no more metres than the faults were charged.

    No grid leaves the band, or leaves it further. Labels are given back as they are where no fault costs anything,
    where more is wished than short borders, and where the plan keeps to an older one: a fault that was there before is
    no reason to move people now.
    """
    piece = work.piece
    if not piece.faults.priced or piece.wishful or (piece.graph.old >= 0).any():
        return label
    for _ in range(TURNS):
        charged = piece.faults.metres(piece.ground, label, piece.k)
        before = label
        for grid in sorted(np.flatnonzero(charged).tolist(), key=lambda grid: (-charged[grid], grid)):
            if work.clock.over():
                return label
            label = _around(work, label, grid, max(1, round(TRIES * effort)))
        if label is before:
            break
    return label


def _around(work: Work, label: Label, grid: int, tries: int) -> Label:
    """Return labels with the grids around one drawn anew, if that is better."""
    piece = work.piece
    if not piece.faults.metres(piece.ground, label, piece.k)[grid]:
        return label
    grids = _near(piece, label, grid)
    nodes = np.flatnonzero(np.isin(label, grids))
    part = window(piece, nodes, grids)
    dearer = [_dearer(work, part, dear) for dear in DEAR]
    old = np.searchsorted(grids, label[nodes]).astype(np.int32)
    found, least = old, judged(part, old)
    everything = np.arange(len(nodes), dtype=np.int32)
    own = int(np.searchsorted(grids, grid))
    for turn in range(tries):
        at = dearer[turn % len(DEAR)]
        plan = labelling_of(at.graph, found, part.k)
        root = work.random.choice(np.flatnonzero(found == own), 1).astype(np.int32)
        size = min(part.k, SIZES[turn % len(SIZES)])
        heats = at.heats(HEATS, SWEEPS)
        reanneal(at.graph, plan, everything, root, size, heats, at.hard, at.state(), at.space)
        now = judged(part, plan.label)
        if now < least:
            found, least = plan.label, now
    if found is old:
        return label
    made = label.copy()
    made[nodes] = grids[found]
    return made


def _dearer(work: Work, part: Piece, dear: _Dear) -> Work:
    """Return the work on some grids where roads and borders are dearer than they are; it is as much hotter there."""
    ground = part.ground
    price = part.graph.price - dear.road * ground.road + dear.border * ground.border
    graph = part.graph._replace(price=price)
    return replace(work, piece=replace(part, graph=graph), space=workspace(len(part.points), part.k))


def judged(piece: Piece, label: Label) -> tuple[float, float]:
    """Return what a plan is judged by here: what is outside the band, then its metres with those for faults."""
    off, paid = rank(piece.graph, labelling_of(piece.graph, label, piece.k), piece.wishes)
    return off, round(paid + float(piece.faults.metres(piece.ground, label, piece.k).sum()), 6)


def _near(piece: Piece, label: Label, grid: int) -> NDArray[np.int64]:
    """Return the grids nearest to one by steps over borders, and it; those that share most border with it first."""
    ground = piece.ground
    one, two = label[ground.source], label[ground.neighbour]
    chosen = [grid]
    while len(chosen) < NEAR:
        out = np.isin(one, chosen) & ~np.isin(two, chosen)
        if not out.any():
            break
        metres = np.bincount(two[out], 1.0 + ground.border[out], piece.k)
        ring = sorted(np.flatnonzero(metres).tolist(), key=lambda other: (-metres[other], other))
        chosen += ring[: NEAR - len(chosen)]
    return np.array(sorted(chosen))
