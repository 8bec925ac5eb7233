"""What a register says of a whole community or subdistrict, beside what it says of the parts of it.

A row of a community stands for all of it. Where rows of its grids stand in the same table, what is left of it is a part
like these, so that sums hold everybody once.

::

    ALONE, UPPER                        how the place of a row begins that no grid, and no community, is named in
    remainder(made, keys, upper) -> Remainder
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ALONE = "\x1f"
"""How the place of a row begins that is known of a parent alone; no grid is called so."""
UPPER = "\x1e"
"""How the parent of a row begins that is known of a subdistrict alone; no community is called so."""
_NEARLY = 1e-6


class Remainder(NamedTuple):
    """What is left of rows of whole areas.

    Attributes
    ----------
    made
        The counts, those of whole areas less what their parts say; null where nothing is left, or it does not fit.
    taken
        How many counts of whole areas had parts in the table.
    apart
        By count, how many of them are less than their parts, or of fewer households: what the parts say is kept.
    """

    made: pd.DataFrame
    taken: int
    apart: dict[str, int]


def remainder(
    made: pd.DataFrame, keys: pd.DataFrame, upper: Mapping[str, str], households: Collection[str] = ()
) -> Remainder:
    """Return counts of which those of whole communities and subdistricts are what is left beside their parts.

    Parameters
    ----------
    made
        Counts: for each ``NAME`` also ``NAME_of``, what it is of.
    keys
        ``grid_id`` and ``parent`` of each row; the parent of a row of a subdistrict begins with :data:`UPPER`.
    upper
        The subdistrict of each community.
    households
        The counts that cannot be more than what they are of.

    Examples
    --------
    >>> keys = pd.DataFrame({"grid_id": ["a", "b", None], "parent": ["p", "p", "p"]})
    >>> counts = pd.DataFrame({"heads": [2.0, 3.0, 9.0], "heads_of": [10.0, 10.0, 30.0]})
    >>> remainder(counts, keys, {}).made.iloc[2].tolist()
    [4.0, 10.0]
    """
    made, taken, apart = made.copy(), 0, dict[str, int]()
    parent = keys["parent"].astype("object")
    whole = parent.astype(str).str.startswith(UPPER)
    above = parent.where(whole, parent.map(lambda name: UPPER + upper[name] if name in upper else None))
    alone = keys["grid_id"].isna()
    for name in [str(each) for each in made if f"{each}_of" in made]:
        columns = [name, f"{name}_of"]
        for at, rows in (
            *((at, parent.eq(parent[at]) & ~alone) for at in made.index[alone & parent.notna() & ~whole]),
            *((at, above.eq(parent[at]) & ~whole) for at in made.index[whole]),
        ):
            parts, own = made.loc[rows, columns].dropna(), made.loc[[at], columns].dropna()
            if not len(parts) or not len(own):
                continue
            taken += 1
            n, of = (float(own[each].iloc[0] - parts[each].sum()) for each in columns)
            few = n < -_NEARLY or (name in households and (of < -_NEARLY or n > of + _NEARLY))
            if few:
                apart[name] = apart.get(name, 0) + 1
            nothing = few or (abs(n) < _NEARLY and of < _NEARLY)
            made.loc[at, columns] = [float("nan")] * 2 if nothing else [max(n, 0.0), max(of, 0.0)]
    return Remainder(made, taken, apart)


def judged(counts: pd.DataFrame, *, persons: bool) -> pd.DataFrame:
    """Return the rows of an indicator of which is asked what may be told beside the sums above them.

    Of people what belongs to no grid is a count like any other. Other things that belong to no grid are nobody's rate,
    but where nothing else is known of their community: there they are the community's.

    Parameters
    ----------
    counts
        ``parent`` by grid, and by what belongs to a community alone (:data:`ALONE`).
    """
    if persons:
        return counts
    of_grid = pd.Series([not str(place).startswith(ALONE) for place in counts.index], index=counts.index)
    has: Any = counts.loc[of_grid, "parent"]
    only = ~of_grid & counts["parent"].notna() & ~counts["parent"].isin(has)
    return counts[of_grid | (only & ~counts["parent"].astype(str).str.startswith(UPPER))]
