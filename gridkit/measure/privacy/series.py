"""What all that was ever published of one place tells together, and what the next sheet must keep back for it.

A page that tells no small count by itself may tell one beside another page: a second layer is the rest of the first, a
second edition is the first but for one unit that moved, a later table is an earlier one with a month more. So all of
them are judged as one table, of which every sheet printed some sums.

Whatever was counted (incidents, people) lies in a *piece*, the ground that is in the same grid in every edition, and
has a *signature*, the columns that count it. An exchange gives what is in one piece another signature, or takes it
away, and does the reverse in another piece. It is *silent* where no sheet that counts what changes hands shows either
piece, unless in one and the same row: then every number that was ever printed is the same before and after, whatever
it was made from. So a small count is safe when silent exchanges can make it as large as the limit: no equation and no
bound, linear or not, tells the two worlds apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.intp]
    Flags = NDArray[np.bool_]
    Profile = tuple[int, ...]

NEARLY = 0.2
"""A column is taken for part of another one when at most this share of it is not: records are corrected in between."""
NODES = 200
"""After how many nodes the search for another world ends, and not after how long: the same on every machine."""
FEW = (24, 96)
"""In how many pieces another world is looked for before it is in all: most are found among few, and soon."""
OUTSIDE = -1
BOUNDLESS = 1e12
"""More than anybody counts: how large what no sum bounds may be."""


@dataclass(frozen=True)
class Sheet:
    """Some columns of counts as one edition printed them: a row per grid, sums beneath.

    Attributes
    ----------
    layout
        The name of the grids it was printed by.
    columns
        The names of its columns of counts.
    hidden
        The grids whose row is withheld; all others are shown, the empty ones too.
    groups
        Parents of which a reader may know the sums together; empty where he may know no sum.
    """

    layout: str
    columns: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Counted:
    """All that was counted in any sheet, one row each.

    Attributes
    ----------
    table
        ``n`` (1, or how many), ``parent``, and by the name of every layout the grid it lies in there, null outside.
    columns
        Which columns count it: flags on the same index, one column each.
    rivals
        Pairs of columns of which a reader may take the second from the first.
    """

    table: pd.DataFrame
    columns: pd.DataFrame
    rivals: tuple[tuple[str, str], ...] = ()

    def nested(self) -> list[tuple[str, str]]:
        """Return the pairs of :attr:`rivals` of which the second is (nearly) part of the first."""
        n = self.table["n"].to_numpy(dtype=float)
        found = []
        for whole, part in self.rivals:
            one, other = self.columns[whole].to_numpy(), self.columns[part].to_numpy()
            rest, strange = (one & ~other) @ n, (other & ~one) @ n
            if rest > 0 and (one & other).any() and strange <= NEARLY * (other @ n):
                found.append((whole, part))
        return found


@dataclass(frozen=True)
class Verdict:
    """What can be got out of a series of sheets.

    Attributes
    ----------
    small
        How many counts below the limit there are, in rows of any edition and in what two of them differ by.
    told
        How many of them are not safe.
    most
        The least of the largest values that those who solve all equations must allow a small count: the limit or more.
    least
        The least count that anybody can compute exactly; none where nothing can.
    """

    small: int
    told: int
    most: float | None
    least: float | None


class _Board:
    """Pieces, signatures, and what every sheet says of them, as arrays."""

    def __init__(self, counted: Counted, sheets: Sequence[Sheet], limit: int) -> None:
        self.sheets, self.limit = list(sheets), limit
        self.names = [name for name in columns_of(sheets) if name in counted.columns]
        flags = counted.columns[self.names].to_numpy(dtype=bool)
        within = flags.any(axis=1)
        table, flags = counted.table[within], flags[within]
        self.rows: dict[str, pd.Index] = {}
        codes = []
        for layout in dict.fromkeys(sheet.layout for sheet in sheets):
            code, grids = pd.factorize(table[layout])
            codes.append(code)
            self.rows[layout] = pd.Index(grids)
        parent, self.parents = pd.factorize(table["parent"])
        pieces, piece = np.unique(np.column_stack([*codes, parent]), axis=0, return_inverse=True)
        self.lies = {layout: pieces[:, place] for place, layout in enumerate(self.rows)}
        self.parent = pieces[:, -1]
        self.signatures, sign = np.unique(flags, axis=0, return_inverse=True)
        shape = (len(pieces), len(self.signatures))
        n = table["n"].to_numpy(dtype=float)
        flat = piece.ravel() * shape[1] + sign.ravel()
        self.counts: Floats = np.bincount(flat, n, minlength=shape[0] * shape[1]).reshape(shape).astype(float)
        self.printed = [np.isin(self.names, sheet.columns) for sheet in sheets]
        self.marks = [self._marked(sheet) for sheet in self.sheets]
        self.asked = self._asked(counted)
        self.safe: set[tuple[bytes, int]] = set()
        self._systems: dict[tuple[bytes, bytes], tuple[csr_array, Floats, Floats]] = {}
        self._classes: dict[int, Whole] = {}
        self._paired()

    def _asked(self, counted: Counted) -> list[Flags]:
        """Return the signatures that each count is made of: every column, and what one leaves of another."""
        place = {name: at for at, name in enumerate(self.names)}
        found = [self.signatures[:, at] for at in range(len(self.names))]
        for whole, part in counted.nested():
            if whole in place and part in place:
                found.append(self.signatures[:, place[whole]] & ~self.signatures[:, place[part]])
        distinct = {each.tobytes(): each for each in found}
        return [each for each in distinct.values() if each.any()]

    # ------------------------------------------------------------ what sheets say of pieces
    def _marked(self, sheet: Sheet) -> Whole:
        """Return what a sheet says of each piece: its row, -1 where it is not on it, -2 and below where it is withheld.

        Pieces that are withheld bear the number of the group whose sum a reader may know.
        """
        at = self.lies[sheet.layout].copy()
        hidden = np.append(self.rows[sheet.layout].isin(list(sheet.hidden)), [False])
        withheld = hidden[at]
        at[withheld] = OUTSIDE - 1 - self.group(sheet)[withheld]
        return at

    def group(self, sheet: Sheet) -> Whole:
        """Return the group of parents that each piece lies in; pieces of no known sum are in one."""
        number = {parent: at for at, parents in enumerate(sheet.groups) for parent in parents}
        return np.array([*(number.get(str(each), len(sheet.groups)) for each in self.parents), len(sheet.groups)])[
            self.parent
        ]

    def put(self, sheet: Sheet) -> None:
        """Exchange the last sheet."""
        last = len(self.sheets) - 1
        self.sheets[-1] = sheet
        self.marks[-1] = self._marked(sheet)
        self._systems.clear()
        self._classes = {which: found for which, found in self._classes.items() if last not in self.profiles[which]}

    def _paired(self) -> None:
        """Find for every pair of signatures, and every one and nothing, which sheets count what makes them differ."""
        many = len(self.signatures)
        plain = np.vstack([self.signatures, np.zeros((1, len(self.names)), dtype=bool)])
        differs = np.zeros((many, many + 1, len(self.sheets)), dtype=bool)
        for at, printed in enumerate(self.printed):
            kind = np.unique(plain[:, printed], axis=0, return_inverse=True)[1].ravel()
            differs[:, :, at] = kind[:-1, None] != kind[None, :]
        flat, which = np.unique(differs.reshape(-1, len(self.sheets)), axis=0, return_inverse=True)
        self.profiles: list[Profile] = [tuple(np.flatnonzero(each).tolist()) for each in flat]
        self.profile: Whole = which.reshape(many, many + 1)
        # Whatever is exchanged has a column in common, or is exchanged for nothing.
        kin = (self.signatures.astype(int) @ self.signatures.T.astype(int)) > 0
        self.kin = np.hstack([kin, np.ones((many, 1), dtype=bool)])

    def classes(self, which: int) -> Whole:
        """Return classes of pieces between which what has this profile is exchanged in silence."""
        if which not in self._classes:
            self._classes[which] = self._alike(self.profiles[which])
        return self._classes[which]

    def _alike(self, profile: Profile) -> Whole:
        found = np.zeros(len(self.counts), dtype=np.intp)
        for sheet in profile:
            _, mark = np.unique(self.marks[sheet], return_inverse=True)
            found = np.unique(found * (mark.max(initial=0) + 1) + mark, return_inverse=True)[1]
        return np.asarray(found)

    def open(self, which: int) -> Flags:
        """Return the pieces of which nothing is said, and whose sums nobody may know."""
        free = np.ones(len(self.counts), dtype=bool)
        for sheet in self.profiles[which]:
            free &= (self.marks[sheet] < OUTSIDE) & (not self.sheets[sheet].groups)
        return free

    # ------------------------------------------------------------ how large a count may be
    def small(self, signs: Flags) -> Whole:
        """Return the pieces whose count is small."""
        own = self.counts[:, signs].sum(axis=1)
        return np.flatnonzero((own > 0) & (np.rint(own) < self.limit))

    def spare(self, signs: Flags) -> Floats:
        """Return what a piece can give of each signature, one kept back: a reader may know that it is not empty."""
        spare = np.where(signs, self.counts, 0.0)
        rows, top = np.arange(len(spare)), spare.argmax(axis=1)
        spare[rows, top] = np.maximum(spare[rows, top] - 1.0, 0.0)
        return np.asarray(spare)

    def partners(self, one: int, signs: Flags) -> list[tuple[int, Whole]]:
        """Return what a signature may be exchanged for, by profile: nothing first, then the most silent."""
        nothing = len(self.signatures)
        others = np.flatnonzero(self.kin[one] & np.append(~signs, [False]))
        which = self.profile[one, others]
        order = sorted(np.unique(which).tolist(), key=lambda each: len(self.profiles[each]))
        return [
            (int(self.profile[one, nothing]), np.zeros(0, dtype=np.intp)),
            *((each, others[which == each]) for each in order),
        ]

    def most(self, signs: Flags, at: Whole) -> Floats:
        """Return the most that a count can be in the given pieces, as far as silent exchanges show it."""
        spare, left = self.spare(signs), self.counts[at].copy()
        total = left[:, signs].sum(axis=1)
        wanted = np.flatnonzero(signs)
        for one in wanted[np.argsort(-spare[:, wanted].sum(axis=0), kind="stable")].tolist():
            used = np.zeros(len(at))
            for which, others in self.partners(one, signs):
                alike = self.classes(which)
                pool = np.bincount(alike, spare[:, one])[alike[at]] - spare[at, one] - used
                pool[self.open(which)[at]] = BOUNDLESS
                given = _taken(np.maximum(pool, 0.0), left, others)
                used += given
                total += given
            if (np.rint(total) >= self.limit).all():
                break
        return np.asarray(total)

    def gains(self, signs: Flags, piece: int) -> Floats:
        """Return, by row of the last sheet, the most that a count could be if that row were withheld too."""
        last = len(self.sheets) - 1
        mark, rows, group = self.marks[last], self.lies[self.sheets[last].layout], self.group(self.sheets[last])
        many = len(self.rows[self.sheets[last].layout])
        spare = self.spare(signs)
        spare[piece] = 0.0
        total = np.full(many, self.counts[piece, signs].sum())
        left = np.repeat(self.counts[[piece]], many, axis=0)
        for one in np.flatnonzero(signs).tolist():
            used = np.zeros(many)
            for which, others in self.partners(one, signs):
                before = self._alike(tuple(sheet for sheet in self.profiles[which] if sheet != last))
                alike = before == before[piece]
                shown = np.zeros_like(alike)
                if last in self.profiles[which]:
                    alike &= (group == group[piece]) & (rows >= 0)
                    shown = alike & (mark >= 0)
                pool = spare[alike & ~shown, one].sum() + np.bincount(rows[shown], spare[shown, one], minlength=many)
                given = _taken(np.maximum(pool - used, 0.0), left, others)
                used += given
                total += given
        return total

    # ------------------------------------------------------------ what is known in the end
    def unsafe(self, signs: Flags) -> tuple[Whole, Floats]:
        """Return the pieces whose small count is not safe, and the most that it can be."""
        at = self.small(signs)
        most = self.most(signs, at) if len(at) else np.zeros(0)
        told = np.rint(most) < self.limit
        return at[told], most[told]

    def proven(self, signs: Flags, piece: int) -> bool:
        """Tell whether there is a world with the same prints in which a small count is not small, by exact search.

        Exchanges of two pieces are only the plainest way to such a world. A world once found holds however much more
        is withheld.
        """
        key = (signs.tobytes(), piece)
        if key not in self.safe and self._world(signs, piece):
            self.safe.add(key)
        return key in self.safe

    def _world(self, signs: Flags, piece: int) -> bool:
        """Search for whole numbers of every signature in ever more of the pieces that are bound to this one by a sum.

        All others stay as they are: what is a world of some pieces is one of all.
        """
        kin, bound = self._family(signs), self._bound_to(piece)
        order = self._nearest(piece, bound, kin)
        for many in (*(many for many in FEW if many < len(order)), len(order)):
            near = np.zeros(len(bound), dtype=bool)
            near[order[:many]] = True
            if self._solved(signs, piece, near, kin):
                return True
        return False

    def _nearest(self, piece: int, bound: Flags, kin: Whole) -> Whole:
        """Return the pieces that are bound to one, those first of which most sheets say the same, then the fullest."""
        pieces = np.flatnonzero(bound)
        alike = sum((mark[pieces] == mark[piece]).astype(int) for mark in self.marks)
        full = self.counts[np.ix_(pieces, kin)].sum(axis=1)
        return np.asarray(pieces[np.lexsort([-full, -alike, pieces != piece])])

    def _solved(self, signs: Flags, piece: int, near: Flags, kin: Whole) -> bool:
        """Solve for whole numbers in some pieces, among them the one that is to be large."""
        key = (near.tobytes(), kin.tobytes())
        if key not in self._systems:
            self._systems[key] = self._system(near, kin)
        matrix, low, high = self._systems[key]
        pieces = np.flatnonzero(near)
        counts = self.counts[np.ix_(pieces, kin)]
        wanted = np.zeros(counts.shape)
        wanted[np.searchsorted(pieces, piece), signs[kin]] = 1.0
        # Only where something is searched: a page with nothing to withhold needs no solver.
        from scipy.optimize import Bounds, LinearConstraint, milp

        answer = milp(
            np.zeros(counts.size),
            constraints=[
                LinearConstraint(matrix, low, high),
                LinearConstraint(wanted.reshape(1, -1), self.limit, np.inf),
            ],
            bounds=Bounds(0, np.inf),
            integrality=np.full(counts.size, float((counts == np.rint(counts)).all())),
            options={"node_limit": NODES},
        )
        if answer.x is None:
            return False
        # One world may show of several pieces that they need not be small.
        large = np.rint(np.asarray(answer.x).reshape(counts.shape)[:, signs[kin]].sum(axis=1)) >= self.limit
        self.safe.update((signs.tobytes(), each) for each in pieces[large].tolist())
        return True

    def _system(self, near: Flags, kin: Whole) -> tuple[csr_array, Floats, Floats]:
        """Return what all sheets say of some pieces: the sums that are known, and the rows that are not empty."""
        counts = self.counts[np.ix_(np.flatnonzero(near), kin)]
        blocks, low, high = [], [], []

        def note(rows: Whole, columns: Flags, some: Flags, *, known: bool) -> None:
            """Note of some rows the sum of what each column counts, exactly or that it is not nought."""
            for column in columns:
                inside = np.outer(rows >= 0, column)
                at, which = np.flatnonzero(inside.ravel()), np.nonzero(inside)[0]
                block = coo_array((np.ones(len(at)), (rows[which], at)), shape=(len(some), counts.size)).tocsr()[some]
                sums = block @ counts.ravel()
                blocks.append(block)
                low.append(sums if known else np.minimum(sums, 1.0))
                high.append(sums if known else np.full(len(sums), np.inf))

        for sheet, printed, mark in zip(self.sheets, self.printed, self.marks, strict=True):
            columns = self.signatures[kin][:, printed].T
            columns = columns[columns.any(axis=1)]
            here = mark[near]
            if not len(columns):
                continue
            names, rows = np.unique(here, return_inverse=True)
            known = np.array([name >= 0 or (name < OUTSIDE and bool(sheet.groups)) for name in names.tolist()])
            note(rows, columns, np.asarray(known, dtype=bool), known=True)
            # That a row is withheld says that it is not empty.
            lies = np.where(here < OUTSIDE, self.lies[sheet.layout][near], -1)
            names, rows = np.unique(lies, return_inverse=True)
            note(rows, np.atleast_2d(columns.any(axis=0)), np.asarray(names >= 0, dtype=bool), known=False)
        return vstack(blocks).tocsr(), np.concatenate(low), np.concatenate(high)

    def _bound_to(self, piece: int) -> Flags:
        """Return the pieces in parents whose sums are known together with those of a piece's parent."""
        near = {str(self.parents[self.parent[piece]])} if self.parent[piece] >= 0 else set()
        grown = True
        while grown:
            groups = [set(group) for sheet in self.sheets for group in sheet.groups if near & set(group)]
            wider = near.union(*groups)
            grown, near = len(wider) > len(near), wider
        inside = np.append(np.isin(self.parents.astype(str), list(near)), [self.parent[piece] < 0])
        return np.asarray(inside[self.parent])

    def _family(self, signs: Flags) -> Whole:
        """Return the signatures that have to do with some, by way of others too."""
        kin, found = self.kin[:, :-1], signs.copy()
        while (wider := kin[found].any(axis=0) | found).sum() > found.sum():
            found = wider
        return np.flatnonzero(found)

    def verdict(self) -> Verdict:
        """Return what can be got out of all sheets."""
        many = told = 0
        most: list[float] = []
        for signs in self.asked:
            at = self.small(signs)
            if len(at):
                reach = self.most(signs, at)
                low = np.rint(reach) < self.limit
                safe = [self.proven(signs, piece) for piece in at[low].tolist()]
                reach[np.flatnonzero(low)[safe]] = self.limit
                many, told = many + len(at), told + int(low.sum()) - sum(safe)
                most.append(float(np.rint(reach.min())))
        return Verdict(many, told, min((each for each in most if each < BOUNDLESS), default=None), self.least())

    def least(self) -> float | None:
        """Return the least count above nought that is the same in all worlds that silent exchanges lead to."""
        found: list[float] = []
        for signs in self.asked:
            own = self.counts[:, signs].sum(axis=1)
            together, free = self._bound(signs)
            sums, loose = np.bincount(together, own), np.bincount(together, free.astype(float)) > 0
            found += sums[(sums > 0) & ~loose].tolist()
        return float(np.rint(min(found))) if found else None

    def _bound(self, signs: Flags) -> tuple[Whole, Flags]:
        """Return which pieces exchange a count with each other, and those where it is bound to no sum."""
        many = len(self.counts)
        ends, nodes, free = [np.zeros((0, 2), dtype=np.intp)], many, np.zeros(many, dtype=bool)
        for one in np.flatnonzero(signs).tolist():
            gives = self.counts[:, one] > 0
            for which, others in self.partners(one, signs):
                alike = self.classes(which)
                takes = (self.counts[:, others] > 0).any(axis=1) if len(others) else np.ones(many, dtype=bool)
                # A class where nobody has anything to give joins nobody.
                able = (gives | takes) & (np.bincount(alike, gives.astype(float))[alike] > 0)
                ends.append(np.column_stack([np.flatnonzero(able), nodes + alike[able]]))
                nodes += int(alike.max(initial=0)) + 1
                free |= self.open(which) & takes
        pairs = np.concatenate(ends)
        graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
        return connected_components(graph, directed=False)[1][:many], free


def _taken(pool: Floats, left: Floats, others: Whole) -> Floats:
    """Return how much is exchanged: all of the pool for nothing, else as much as there is of the others, in turn."""
    if not len(others):
        return pool
    held = left[:, others]
    before = np.cumsum(held, axis=1) - held
    taken = np.clip(pool[:, None] - before, 0.0, held)
    left[:, others] -= taken
    return np.asarray(taken.sum(axis=1))


def columns_of(sheets: Iterable[Sheet]) -> list[str]:
    """Return the columns of sheets, each once, in their order."""
    return list(dict.fromkeys(name for sheet in sheets for name in sheet.columns))


def judged(counted: Counted, sheets: Sequence[Sheet], limit: int) -> Verdict:
    """Return what can be got out of all sheets together, by one who solves every equation and knows every bound.

    Parameters
    ----------
    counted
        What was counted in any of the sheets.
    limit
        Counts from 1 to ``limit - 1`` are small.
    """
    if not sheets or limit <= 1:
        return Verdict(0, 0, None, None)
    return _Board(counted, list(dict.fromkeys(sheets)), limit).verdict()


def withheld(counted: Counted, past: Sequence[Sheet], sheet: Sheet, limit: int) -> Sheet:
    """Return a sheet with as many more rows withheld as it takes for it to tell nothing beside those of the past.

    Where nothing in a group of parents is left to hide behind, the group is put together with another one; where
    nothing in all is, every row but the empty ones is withheld, and no sum may be known.

    Parameters
    ----------
    counted
        What was counted in any of the sheets, this one too.
    past
        What was published before.
    sheet
        What is to be published, with the rows that are withheld for its own small counts.
    limit
        Counts from 1 to ``limit - 1`` are small.
    """
    older = list(dict.fromkeys(past))
    board = _Board(counted, [*older, sheet], limit)
    filled = frozenset(str(grid) for grid in board.rows[sheet.layout])
    before = _Board(counted, [*older, replace(sheet, hidden=filled, groups=())], limit)
    while True:
        rows, stuck = _wanted(board, before if older else None)
        now = board.sheets[-1]
        if rows:
            board.put(replace(now, hidden=now.hidden | rows))
        elif stuck is None:
            return now
        elif len(now.groups) > 1:
            board.put(replace(now, groups=_joined(now.groups, stuck)))
        elif filled <= now.hidden and not now.groups:
            return now
        else:
            board.put(replace(now, hidden=now.hidden | filled, groups=()))


def _joined(groups: tuple[tuple[str, ...], ...], stuck: int) -> tuple[tuple[str, ...], ...]:
    """Return the groups with one put together with the next."""
    other = stuck + 1 if stuck + 1 < len(groups) else stuck - 1
    one = tuple(sorted([*groups[stuck], *groups[other]]))
    return tuple(
        one if at == min(stuck, other) else group for at, group in enumerate(groups) if at != max(stuck, other)
    )


def _wanted(board: _Board, before: _Board | None) -> tuple[frozenset[str], int | None]:
    """Return rows to withhold next, one a group at most, and a group in which nothing is left to withhold.

    What the past tells by itself cannot be taken back; but its own row is withheld, so that no more is told.
    """
    sheet = board.sheets[-1]
    rows, names, mark, group = board.lies[sheet.layout], board.rows[sheet.layout], board.marks[-1], board.group(sheet)
    size = np.bincount(rows[rows >= 0], board.counts.sum(axis=1)[rows >= 0], minlength=len(names)).astype(float)
    chosen: dict[int, int] = {}
    stuck: int | None = None
    for signs in board.asked:
        told, most = board.unsafe(signs)
        lost = np.zeros(len(told), dtype=bool)
        if before is not None and len(told):
            lost = np.rint(before.most(signs, told)) < board.limit
        for at in np.lexsort([told, most]).tolist():
            piece, place = int(told[at]), int(group[told[at]])
            if place in chosen or rows[piece] < 0 or (signs.tobytes(), piece) in board.safe:
                continue
            if mark[piece] >= 0:
                chosen[place] = int(rows[piece])
                continue
            row = None if lost[at] else _best(board, signs, piece, size)
            if row is None:
                if not board.proven(signs, piece) and (before is None or not lost[at] or before.proven(signs, piece)):
                    stuck = place
            else:
                chosen[place] = row
    return frozenset(str(names[row]) for row in chosen.values()), stuck


def _best(board: _Board, signs: Flags, piece: int, size: Floats) -> int | None:
    """Return the row of the last sheet that is best withheld for a piece's sake: the smallest that is enough."""
    rows, mark = board.lies[board.sheets[-1].layout], board.marks[-1]
    shown = np.zeros(len(size), dtype=bool)
    shown[rows[mark >= 0]] = True
    if not shown.any():
        return None
    reach = np.where(shown, board.gains(signs, piece), -np.inf)
    enough = np.flatnonzero(np.rint(reach) >= board.limit)
    if len(enough):
        return int(enough[np.argmin(size[enough])])
    best = int(np.argmax(reach))
    return best if reach[best] > board.most(signs, np.array([piece]))[0] else None
