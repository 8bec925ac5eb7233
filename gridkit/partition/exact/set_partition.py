"""Covers: the choice of sets that costs least and has every item in exactly one of them, by implicit enumeration.

References
----------
Garfinkel & Nemhauser (1969), The set-partitioning problem: set covering with equality constraints, Operations Research
17(5), 848-856.
Knuth (2000), Dancing links, Millennial Perspectives in Computer Science, 187-214 (the item with the fewest choices).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.kernels import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

VISITS = 50_000_000  # of sets, between two looks at the clock


class Sets(NamedTuple):
    """Sets of items in the order of what they cost. Never written to."""

    bits: NDArray[np.uint64]  # [c, words] its items as bits
    first: NDArray[np.int64]  # [c + 1] where the items of a set begin
    item: NDArray[np.int32]
    cost: NDArray[np.float64]  # [c] >= 0, rising
    items: int


class Search(NamedTuple):
    """Where a search is: per level the sets still free, and the item that the next of them is to cover."""

    level: NDArray[np.int64]  # [1] -1 when the search is over
    free: NDArray[np.int32]  # [levels, c]
    amount: NDArray[np.int64]  # [levels] how many of them
    at: NDArray[np.int64]  # [levels] the next of them to try
    target: NDArray[np.int64]  # [levels] the item to cover
    spent: NDArray[np.float64]  # [levels + 1]
    chosen: NDArray[np.int64]  # [levels] the set tried
    covered: NDArray[np.int64]  # [levels + 1] how many items are in the sets chosen
    best: NDArray[np.int64]  # [levels] the sets of the best cover found; -1 if none
    limit: NDArray[np.float64]  # [1] what a cover has to cost less than
    choices: NDArray[np.int64]  # [items] scratch: free sets with an item
    least: NDArray[np.float64]  # [items] scratch: the least cost of these


def sets_of(member: NDArray[np.bool_], cost: NDArray[np.float64]) -> Sets:
    """Return the sets with the items ``member`` [c, m], which stand in the order of ``cost`` [c]."""
    amount, items = member.shape
    words = -(-items // 64)
    padded = np.zeros((amount, words * 64), dtype=bool)
    padded[:, :items] = member
    return Sets(
        np.packbits(padded, axis=1, bitorder="little").view(np.uint64),
        np.r_[0, np.cumsum(member.sum(axis=1))].astype(np.int64),
        np.nonzero(member)[1].astype(np.int32),
        cost,
        items,
    )


def search_of(sets: Sets, number: int, limit: float) -> Search:
    """Return a search that begins: for covers by that ``number`` of sets which cost less than ``limit``."""
    amount = len(sets.cost)
    search = Search(
        level=np.full(1, -1, dtype=np.int64),
        free=np.empty((number, amount), dtype=np.int32),
        amount=np.zeros(number, dtype=np.int64),
        at=np.zeros(number, dtype=np.int64),
        target=np.zeros(number, dtype=np.int64),
        spent=np.zeros(number + 1),
        chosen=np.full(number, -1, dtype=np.int64),
        covered=np.zeros(number + 1, dtype=np.int64),
        best=np.full(number, -1, dtype=np.int64),
        limit=np.full(1, limit),
        choices=np.zeros(sets.items, dtype=np.int64),
        least=np.zeros(sets.items),
    )
    search.free[0] = np.arange(amount)
    search.amount[0] = amount
    search.level[0] += aim(sets, search, 0)
    return search


@kernel
def aim(sets: Sets, search: Search, level: int) -> int:
    """Take as the level's target the item with the fewest free sets; return 1, or 0 if no cover comes of it.

    Whatever covers the item whose free sets are dearest costs at least the cheapest of them. O(items of the free sets).
    """
    search.choices[:] = 0
    search.least[:] = 0.0
    for i in range(search.amount[level]):
        c = search.free[level, i]
        for e in range(sets.first[c], sets.first[c + 1]):
            if search.choices[sets.item[e]] == 0:
                search.least[sets.item[e]] = sets.cost[c]
            search.choices[sets.item[e]] += 1
    open_items = 0
    dearest = 0.0
    fewest = -1
    for m in range(sets.items):
        if search.choices[m] > 0:
            open_items += 1
            dearest = max(dearest, search.least[m])
            if fewest < 0 or search.choices[m] < search.choices[fewest]:
                fewest = m
    if open_items < sets.items - search.covered[level] or search.spent[level] + dearest >= search.limit[0]:
        return 0
    search.target[level] = fewest
    search.at[level] = 0
    return 1


@kernel
def go_on(sets: Sets, search: Search) -> bool:
    """Go on with the search, and note the best cover; stop after some ``VISITS`` and say whether there is more to do.

    Invariant: the free sets of a level are those that no set chosen before touches and that the limit leaves room for;
    each cover with the sets chosen holds one of those with the level's target.
    """
    visits = 0
    while visits < VISITS:
        level = search.level[0]
        if level < 0:
            return False
        if search.at[level] == search.amount[level]:
            search.level[0] -= 1
            continue
        c = search.free[level, search.at[level]]
        search.at[level] += 1
        visits += 1
        if search.spent[level] + sets.cost[c] >= search.limit[0]:
            search.level[0] -= 1  # and all that follow cost as much
            continue
        word, bit = search.target[level] >> 6, np.uint64(search.target[level] & 63)
        if not (sets.bits[c, word] >> bit) & np.uint64(1):
            continue
        search.chosen[level] = c
        search.spent[level + 1] = search.spent[level] + sets.cost[c]
        search.covered[level + 1] = search.covered[level] + sets.first[c + 1] - sets.first[c]
        last = level + 1 == search.best.shape[0]
        whole = search.covered[level + 1] == sets.items
        if last and whole:
            search.limit[0] = search.spent[level + 1]
            for i in range(search.best.shape[0]):
                search.best[i] = search.chosen[i]
        elif not (last or whole):
            visits += search.amount[level]
            _set_free(sets, search, level)
            search.level[0] += aim(sets, search, level + 1)
    return True


@kernel
def _set_free(sets: Sets, search: Search, level: int) -> None:
    """List for the next level the free sets that the one just chosen does not touch. O(free sets)."""
    c = search.chosen[level]
    amount = 0
    for i in range(search.amount[level]):
        other = search.free[level, i]
        if search.spent[level + 1] + sets.cost[other] >= search.limit[0]:
            break
        touch = np.uint64(0)
        for word in range(sets.bits.shape[1]):
            touch |= sets.bits[c, word] & sets.bits[other, word]
        if touch == 0:
            search.free[level + 1, amount] = other
            amount += 1
    search.amount[level + 1] = amount
