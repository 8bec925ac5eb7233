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


class Tree(NamedTuple):
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
    choices: NDArray[np.int64]  # [items] a note: free sets with an item
    least: NDArray[np.float64]  # [items] a note: the least cost of these


def sets_of(member: NDArray[np.bool_], cost: NDArray[np.float64]) -> Sets:
    """Return the sets with the items ``member`` [c, m], which stand in the order of ``cost`` [c]."""
    amount, items = member.shape
    words = -(-items // 64)
    padded = np.zeros((amount, words * 64), dtype=bool)
    padded[:, :items] = member
    return Sets(
        # 64 items a word: whether two sets touch is asked more often than anything else here.
        np.packbits(padded, axis=1, bitorder="little").view(np.uint64),
        np.r_[0, np.cumsum(member.sum(axis=1))].astype(np.int64),
        np.nonzero(member)[1].astype(np.int32),
        cost,
        items,
    )


def tree_of(sets: Sets, number: int, limit: float) -> Tree:
    """Return a search that begins: for covers by that ``number`` of sets which cost less than ``limit``."""
    amount = len(sets.cost)
    tree = Tree(
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
    tree.free[0] = np.arange(amount)
    tree.amount[0] = amount
    tree.level[0] += aim(sets, tree, 0)
    return tree


@kernel
def aim(sets: Sets, tree: Tree, level: int) -> int:
    """Take as the level's target the item with the fewest free sets; return 1, or 0 if no cover comes of it.

    Whatever covers the item whose free sets are dearest costs at least the cheapest of them. O(items of the free sets).
    """
    tree.choices[:] = 0
    tree.least[:] = 0.0
    for i in range(tree.amount[level]):
        c = tree.free[level, i]
        for e in range(sets.first[c], sets.first[c + 1]):
            if tree.choices[sets.item[e]] == 0:
                tree.least[sets.item[e]] = sets.cost[c]
            tree.choices[sets.item[e]] += 1
    open_items = 0
    dearest = 0.0
    fewest = -1
    for m in range(sets.items):
        if tree.choices[m] > 0:
            open_items += 1
            dearest = max(dearest, tree.least[m])
            if fewest < 0 or tree.choices[m] < tree.choices[fewest]:
                # The item with fewest choices first, as in Knuth's dancing links: it fails soonest where it fails at
                # all.
                fewest = m
    # An item that no free set holds can never be covered, whatever else is chosen.
    if open_items < sets.items - tree.covered[level] or tree.spent[level] + dearest >= tree.limit[0]:
        return 0
    tree.target[level] = fewest
    tree.at[level] = 0
    return 1


@kernel
def go_on(sets: Sets, tree: Tree) -> bool:
    """Go on with the search, and note the best cover; stop after some ``VISITS`` and say whether there is more to do.

    Invariant: the free sets of a level are those that no set chosen before touches and that the limit leaves room for;
    each cover with the sets chosen holds one of those with the level's target.
    """
    visits = 0
    while visits < VISITS:
        level = tree.level[0]
        if level < 0:
            return False
        if tree.at[level] == tree.amount[level]:
            tree.level[0] -= 1
            continue
        c = tree.free[level, tree.at[level]]
        tree.at[level] += 1
        visits += 1
        if tree.spent[level] + sets.cost[c] >= tree.limit[0]:
            tree.level[0] -= 1  # and all that follow cost as much
            continue
        word, bit = tree.target[level] >> 6, np.uint64(tree.target[level] & 63)
        # Free sets are kept in the order of cost, not by item; passing over those without the target is cheaper than
        # sorting.
        if not (sets.bits[c, word] >> bit) & np.uint64(1):
            continue
        tree.chosen[level] = c
        tree.spent[level + 1] = tree.spent[level] + sets.cost[c]
        tree.covered[level + 1] = tree.covered[level] + sets.first[c + 1] - sets.first[c]
        last = level + 1 == tree.best.shape[0]
        whole = tree.covered[level + 1] == sets.items
        if last and whole:
            tree.limit[0] = tree.spent[level + 1]
            for i in range(tree.best.shape[0]):
                tree.best[i] = tree.chosen[i]
        # All sets used and items left, or all items covered and sets to spare: neither is a plan of so many grids.
        elif not (last or whole):
            visits += tree.amount[level]
            _set_free(sets, tree, level)
            tree.level[0] += aim(sets, tree, level + 1)
    return True


@kernel
def _set_free(sets: Sets, tree: Tree, level: int) -> None:
    """List for the next level the free sets that the one just chosen does not touch. O(free sets)."""
    c = tree.chosen[level]
    amount = 0
    for i in range(tree.amount[level]):
        other = tree.free[level, i]
        if tree.spent[level + 1] + sets.cost[other] >= tree.limit[0]:
            break
        touch = np.uint64(0)
        for word in range(sets.bits.shape[1]):
            touch |= sets.bits[c, word] & sets.bits[other, word]
        if touch == 0:
            tree.free[level + 1, amount] = other
            amount += 1
    tree.amount[level + 1] = amount
