"""A closed tour made shorter: 2-opt and Or-opt over lists of neighbours, kicked out of where they end.

A tour is an order of points. Points may come as mates (2k and 2k + 1, the ends of a street): mates stay beside each
other, so that one search serves rounds through doors and patrols along streets, and finds the directions of the
streets as well as their order. Everything is a reversal of a stretch, so that a kick that leads nowhere is taken back
by the same reversals.

References
----------
Or (1976), thesis, Northwestern University; Bentley (1992), ORSA Journal on Computing 4(4), 387-411 (lists of
neighbours, points not looked at again); Martin, Otto & Felten (1991), Complex Systems 5, 299-326 (kicks); kicks that
swap two stretches near each other: Applegate, Cook & Rohe (2003), INFORMS Journal on Computing 15(1), 82-92.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NEIGHBOURS = 12
"""Points that a point may be joined to by the first link of a move."""
WINDOW = 50
"""A kick swaps two stretches that are no longer than this."""
_FEW = 8
"""Fewer points or streets than this have no kick: moves alone find what there is."""
_LEAST = 1e-7
"""A move that wins less is none."""
_SOUGHT = 30
"""Streets that a kick looks along for a way between two of them."""
_LONGEST = 3
"""Points (or streets) that Or-opt moves together."""


def shortened(
    far: Floats, order: Ints, node: Ints, kicks: int, *, mated: bool = False, idle: int | None = None, seed: int = 0
) -> Ints:
    """Return a closed tour that is no longer than the one given.

    Parameters
    ----------
    far
        [p, p] symmetric distances between places.
    order
        [n] the tour: points 0 to n - 1 in the order they are visited.
    node
        [n] the place of each point.
    kicks
        How often the search is thrown out of where it ends.
    mated
        Whether 2k and 2k + 1 stay beside each other, as in ``order``.
    idle
        The search ends before that when so many kicks in a row won nothing; never where None.
    seed
        Of the kicks.

    Examples
    --------
    >>> at = np.array([0.0, 1.0, 2.0, 3.0])
    >>> shortened(np.abs(at - at[:, None]), np.array([0, 2, 1, 3]), np.arange(4), 10).tolist()[0] >= 0
    True
    """
    size = len(order)
    if size < (6 if mated else 4) or not np.any(far > 0):
        return order
    held = np.zeros(len(far), dtype=bool)
    held[node] = True
    if not held.all():  # every place holds a point
        used = np.flatnonzero(held)
        far, node = far[used[:, None], used], (np.cumsum(held) - 1)[node]
    near = _neighbours(far, node, mated=mated)
    tour = np.ascontiguousarray(order, dtype=np.int64).copy()
    found: Ints = _search(
        np.ascontiguousarray(far, dtype=np.float64),
        node,
        near,
        tour,
        mated,
        (kicks, kicks if idle is None else idle),
        seed,
    )
    return found


def _neighbours(far: Floats, node: Ints, *, mated: bool) -> Ints:
    """Return the nearest points of each point, itself and its mate left out, the nearest first."""
    count = min(NEIGHBOURS, len(node) - (2 if mated else 1))
    # So many places beside its own hold so many points, as every place holds one.
    some = _nearest(far, min(count + 2, len(far)))
    found: Ints = _at_places(node, some, count, mated)
    return found


@compiled
def _nearest(far: Floats, count: int) -> Ints:  # pragma: no cover - compiled
    """Return so many places next to each, itself among them, the nearest first, of those as near the first ones."""
    found = np.empty((len(far), count), dtype=np.int64)
    for place in range(len(far)):
        size = 0
        for other in range(len(far)):
            if size == count and far[place, other] >= far[place, found[place, size - 1]]:
                continue
            at = size if size < count else count - 1
            while at > 0 and far[place, other] < far[place, found[place, at - 1]]:
                found[place, at] = found[place, at - 1]
                at -= 1
            found[place, at] = other
            size = min(size + 1, count)
    return found


@compiled
def _at_places(node: Ints, some: Ints, count: int, mated: bool) -> Ints:  # pragma: no cover - compiled
    first = np.zeros(len(some) + 1, dtype=np.int64)
    for place in node:
        first[place + 1] += 1
    for place in range(len(some)):
        first[place + 1] += first[place]
    held, free = np.empty(len(node), dtype=np.int64), first[:-1].copy()
    for point in range(len(node)):
        held[free[node[point]]] = point
        free[node[point]] += 1
    near = np.empty((len(node), count), dtype=np.int64)
    for point in range(len(node)):
        size = 0
        for place in some[node[point]]:
            for k in range(first[place], first[place + 1]):
                other = held[k]
                if size < count and other != point and not (mated and other == point ^ 1):
                    near[point, size] = other
                    size += 1
        for left in range(size, count):  # mates at one place: fewer points than places
            near[point, left] = near[point, 0]
    return near


@kernel
def _reverse(tour: Ints, place: Ints, i: int, j: int) -> None:  # pragma: no cover - compiled
    """Reverse the stretch from position i to position j, or what is not in it where that is shorter."""
    size = len(tour)
    inner = j - i
    if inner < 0:
        inner += size
    inner += 1
    if 2 * inner > size:
        i, j = j + 1, i - 1
        if i >= size:
            i -= size
        if j < 0:
            j += size
        inner = size - inner
    for _ in range(inner // 2):
        one, other = tour[i], tour[j]
        tour[i], tour[j] = other, one
        place[other], place[one] = i, j
        i += 1
        if i == size:
            i = 0
        j -= 1
        if j < 0:
            j = size - 1


@kernel
def _beside(tour: Ints, place: Ints, point: int, ahead: bool) -> int:  # pragma: no cover - compiled
    at = place[point] + (1 if ahead else -1)
    if at == len(tour):
        at = 0
    return int(tour[at])  # -1 is the last


@kernel
def _exchange(
    tour: Ints, place: Ints, log: Ints, size: int, a: int, b: int, c: int, d: int
) -> int:  # pragma: no cover - compiled
    """Put links a-c and b-d for a-b and c-d (d after c as b after a); note it, return how many are."""
    if _beside(tour, place, a, True) == b:
        i, j = place[b], place[c]
    else:
        i, j = place[a], place[d]
    _reverse(tour, place, i, j)
    log[size, 0], log[size, 1] = i, j
    return size + 1


@kernel
def _moved(
    tour: Ints,
    place: Ints,
    log: Ints,
    noted: int,
    s: int,
    t: int,
    before: int,
    after: int,
    x: int,
    y: int,
    turned: bool,
) -> int:  # pragma: no cover - compiled
    """Put the stretch s-t from between ``before`` and ``after`` to between x and y, which come later in its direction.

    The links are x-s and t-y, or x-t and s-y where it is turned round.
    """
    noted = _exchange(tour, place, log, noted, before, s, x, y)
    noted = _exchange(tour, place, log, noted, before, x, after, t)
    if not turned:
        noted = _exchange(tour, place, log, noted, x, t, s, y)
    return noted


@kernel
def _bettered(
    far: Floats,
    node: Ints,
    near: Ints,
    tour: Ints,
    place: Ints,
    log: Ints,
    noted: int,
    point: int,
    touched: Ints,
    mated: bool,
) -> tuple[int, float]:  # pragma: no cover - compiled
    """Make the first move of ``point`` that shortens the tour; return what is noted, and the metres won."""
    size = len(tour)
    step = 2 if mated else 1
    for side in range(2):
        ahead = side == 0
        # 2-opt: the link from the point to the next one is exchanged with another.
        a, b = point, _beside(tour, place, point, ahead)
        if not (mated and b == a ^ 1):
            won = far[node[a], node[b]]
            for k in range(near.shape[1]):
                c = near[a, k]
                first = won - far[node[a], node[c]]
                if first <= _LEAST:
                    break
                d = _beside(tour, place, c, ahead)
                if mated and d == c ^ 1:
                    continue
                gain = first + far[node[c], node[d]] - far[node[b], node[d]]
                if gain > _LEAST:
                    noted = _exchange(tour, place, log, noted, a, b, c, d)
                    touched[0], touched[1], touched[2], touched[3], touched[4], touched[5] = a, b, c, d, a, b
                    return noted, gain
        # Or-opt: a stretch that begins at the point goes elsewhere, either way round.
        before = _beside(tour, place, point, not ahead)
        if mated and before == point ^ 1:
            continue
        end = point
        for count in range(1, _LONGEST + 1):
            if count > 1:
                end = _beside(tour, place, end, ahead)
            if mated:
                end = _beside(tour, place, end, ahead)
            length = count * step
            if length > size - 3:
                break
            after = _beside(tour, place, end, ahead)
            won = far[node[before], node[point]] + far[node[end], node[after]] - far[node[before], node[after]]
            if won <= _LEAST:
                continue
            for k in range(near.shape[1]):
                c = near[point, k]
                first = won - far[node[point], node[c]]
                if first <= _LEAST:
                    break
                offset = place[c] - place[point] if ahead else place[point] - place[c]
                if offset < 0:
                    offset += size
                if offset < length:
                    continue
                for other in range(2):
                    d = _beside(tour, place, c, ahead if other == 0 else not ahead)
                    if (mated and d == c ^ 1) or (other == 0 and c == before) or (other == 1 and c == after):
                        continue
                    gain = first + far[node[c], node[d]] - far[node[end], node[d]]
                    if gain > _LEAST:
                        x, y = (c, d) if other == 0 else (d, c)
                        noted = _moved(tour, place, log, noted, point, end, before, after, x, y, other == 1)
                        touched[0], touched[1], touched[2] = before, point, end
                        touched[3], touched[4], touched[5] = after, c, d
                        return noted, gain
    return noted, 0.0


@kernel
def _loose(far: Floats, node: Ints, tour: Ints, at: int, step: int) -> int:  # pragma: no cover - compiled
    """Return the next position from ``at`` on before which there is a way to go: streets that join are left joined."""
    size = len(tour)
    for ahead in range(0, _SOUGHT * step, step):
        if far[node[tour[(at + ahead - 1) % size]], node[tour[(at + ahead) % size]]] > 0.0:
            return at + ahead
    return at


@compiled
def _search(
    far: Floats, node: Ints, near: Ints, tour: Ints, mated: bool, until: tuple[int, int], seed: int
) -> Ints:  # pragma: no cover - compiled
    size = len(tour)
    kicks, idle = until
    place = np.empty(size, dtype=np.int64)
    for at in range(size):
        place[tour[at]] = at
    log = np.empty((4096, 2), dtype=np.int64)
    waiting, queued = np.empty(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
    touched = np.empty(6, dtype=np.int64)
    head, held = 0, 0
    for at in range(size):
        waiting[at] = tour[at]
        queued[tour[at]] = True
    held = size
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(88172645463325252)
    step = 2 if mated else 1
    offset = 1 if mated and tour[0] ^ 1 != tour[1] else 0
    stretches = size // step
    longest = max(min(WINDOW, stretches // 3), 1)
    kick, won = -1, -1
    lost = 0.0
    noted = 0
    while True:
        while held > 0:
            point = waiting[head]
            head += 1
            if head == size:
                head = 0
            held -= 1
            queued[point] = False
            if noted + 4 > len(log):
                grown = np.empty((2 * len(log), 2), dtype=np.int64)
                grown[: len(log)] = log
                log = grown
            noted, gain = _bettered(far, node, near, tour, place, log, noted, point, touched, mated)
            if gain > 0.0:
                lost -= gain
                for one in touched:
                    if not queued[one]:
                        tail = head + held
                        if tail >= size:
                            tail -= size
                        waiting[tail] = one
                        queued[one] = True
                        held += 1
        if kick >= 0 and lost > _LEAST:
            for at in range(noted - 1, -1, -1):
                _reverse(tour, place, log[at, 0], log[at, 1])
        elif lost < -_LEAST:
            won = kick
        kick += 1
        if kick >= kicks or stretches < _FEW or kick - won > idle:
            return tour
        noted = 0
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        drawn = int(state >> np.uint64(1))
        begin = _loose(far, node, tour, (drawn % stretches) * step + offset, step)
        drawn //= stretches
        middle = _loose(far, node, tour, begin + (1 + drawn % longest) * step, step)
        drawn //= longest
        end = _loose(far, node, tour, middle + (1 + drawn % longest) * step, step)
        if end - begin >= size:
            middle, end = begin + step, begin + 2 * step
        # Two stretches beside each other change places: a double bridge.
        before, s, t = tour[(begin - 1) % size], tour[begin % size], tour[(middle - 1) % size]
        after, x, y = tour[middle % size], tour[(end - 1) % size], tour[end % size]
        lost = (
            far[node[before], node[after]] + far[node[x], node[s]] + far[node[t], node[y]]
            - far[node[before], node[s]] - far[node[t], node[after]] - far[node[x], node[y]]
        )  # fmt: skip
        noted = _moved(tour, place, log, noted, s, t, before, after, x, y, False)
        for changed in (before, s, t, after, x, y):
            if not queued[changed]:
                tail = head + held
                if tail >= size:
                    tail -= size
                waiting[tail] = changed
                queued[changed] = True
                held += 1
