"""Participation as a layer: counts of each grid and community, summed from rows that are counts already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import TableError
from gridkit.measure.incidents.placement import standing_in
from gridkit.measure.participation.indicators import COUNTS, INDICATORS, OF_HOUSEHOLDS, rates, summed
from gridkit.measure.participation.remainder import ALONE, judged
from gridkit.measure.privacy.changed import changed, stamp
from gridkit.measure.privacy.rolled import Behind, behind, rolled
from gridkit.measure.share import Share, listed

if TYPE_CHECKING:
    from gridkit.catalog.definitions import ParticipationLayer
    from gridkit.measure.inputs import Subject


def participation(definition: ParticipationLayer, subject: Subject) -> Layer:
    """Return the layer of participation.

    Returns
    -------
    Layer
        ``grids``: for each indicator what stands above and below its line, and the share; ``parents``: the same of
        communities, with what is known of a community alone; ``months``: activities of each month by who started them.
        A grid in which a share is of too few has none, and no counts either: what its tables hold may be told.
    """
    data = subject.data
    if data is None:
        raise TableError("there is no table", mend="name one: gridkit participation PLAN --activities TABLE")
    rows = pd.DataFrame(data.drop(columns="geometry"))
    grid = standing_in(data, subject.grids)
    parent = grid.map(subject.grids["parent"]).where(grid.notna(), rows["parent"])
    index = subject.grids.index
    everything = rows[[name for name in COUNTS if name in rows]].sum(min_count=1)
    now = ("participation", stamp(data))
    units = pd.DataFrame(subject.units)
    past = [changed(units, subject.records, now, all_lines=each) for each in (True, False)]
    own, above, hides = told(rows, grid, parent, *past)
    grids = own.reindex(index).rename_axis("grid_id")
    facts: dict[str, Any] = {
        "lines": listed(shares(everything, rates(summed(rows, grid).reindex(index)), rows)),
        "rows": int(rows["rows"].sum()),
        "without_grid": int(rows.loc[grid.isna(), "rows"].sum()),
        "nowhere": int(rows.loc[grid.isna() & parent.isna(), "rows"].sum()),
    }
    facts["behind"] = hides.plain()
    parents = above.reindex(sorted(subject.grids["parent"].unique())).rename_axis("parent")
    return Layer(definition, {"grids": grids, "parents": parents, "months": months(rows)}, facts)


def told(
    rows: pd.DataFrame,
    grid: pd.Series[Any],
    parent: pd.Series[Any],
    past: Behind | None = None,
    past_of_each: Behind | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, Behind]:
    """Return the rates of grids and of parents that may be told beside each other; what may not is null.

    Of households nothing is told that an earlier scorecard would tell of other ground (``past``, and of each line for
    itself ``past_of_each``). The third is what the lines of households hide behind together.
    """
    # What is known of a parent alone, or of none, is a row beside its grids: sums hold it.
    place = grid.where(grid.notna(), parent.map(lambda name: f"{ALONE}{name}", na_action="ignore"))
    place = place.where(place.notna(), ALONE)
    counts, sums = summed(rows, place), summed(rows, parent)
    of_place = pd.Series(parent.to_numpy(), index=place.to_numpy()).groupby(level=0).first().reindex(counts.index)
    own, above = rates(counts), rates(sums)
    parents = of_place.to_frame("parent")
    hides = behind([(own[f"{name}_of"], of_place) for name in OF_HOUSEHOLDS], past)
    for each in INDICATORS:
        names = [each.name, f"{each.name}_n", f"{each.name}_of"]
        known = own[names[1]].notna() & own[names[2]].notna()
        rows_of = own.loc[judged(parents[known], persons=each.persons).index]
        below, above_it = rows_of[names[2]], of_place.reindex(rows_of.index)
        shared = hides if each.name in OF_HOUSEHOLDS else behind([(below, above_it)], past_of_each)
        found = rolled(rows_of[names[1]], below, above_it, persons=each.persons, hides=shared if each.persons else None)
        own.loc[found.withheld.index[found.withheld.to_numpy(dtype=bool)], names] = np.nan
        hidden = [not found.tells({str(name)}) for name in above.index]
        above.loc[hidden, names] = np.nan
    return own, above, hides


def shares(everything: pd.Series[Any], grids: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Share]:
    """Return the lines of the whole district, with the source of each and the grids it is known of."""
    found = {}
    for each in INDICATORS:
        known = rows[rows[each.below].notna()] if each.below in rows else rows.iloc[:0]
        source = ", ".join(dict.fromkeys(known["source"].dropna())) if len(known) else ""
        newest = known["asof"].dropna().max() if len(known) else None
        found[each.name] = Share(
            _number(everything.get(each.above)),
            _number(everything.get(each.below)),
            source,
            newest if isinstance(newest, str) else "",
            int(grids[f"{each.name}_of"].notna().sum()),
            len(grids),
            persons=each.persons,
            binomial=each.binomial,
        )
    return found


def months(rows: pd.DataFrame) -> pd.DataFrame:
    """Return activities and proposals by month: sums of the counts, on ``month``."""
    if "month" not in rows or rows["month"].isna().all():
        return pd.DataFrame({"activities": []}, index=pd.Index([], name="month", dtype=object))
    known = [name for name in COUNTS if name.startswith(("by_", "activities", "answered"))]
    table = summed(rows, rows["month"])
    return table[[name for name in known if name in table]].rename_axis("month")


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if value is None or pd.isna(value) else float(value)
