"""Departments' tables that were joined in parts of a plan, brought together on the whole: no value of theirs is kept.

::

    together(parts, renamed) -> Shared      rows and records as if the tables had been joined on the whole
    alike(one, other)                       whether two parts ask the same of them
    dated(layer, found) -> Layer            the layer as it is to be measured on the whole

A file that several parts read (told by the digest of what was read) is one table: a row is where the part that matched
it says. Two files of one name are two tables. Rows of tables that different parts read are compared nowhere: it takes
values, which no plan keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridkit.language.phrases import Phrase
from gridkit.measure.departments.doubles import asked_again
from gridkit.measure.departments.joined import HOW, WHY
from gridkit.plan.brought import LAYING, SHARED, renamed
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.plan.plan import Layer, Plan

DIGESTS = "digests"
"""In the step of an ingest: the digest of what each table was read from."""
_OF_PLACES = ("unit", "grid", "community")
"""Keys by which a row is compared only where it was matched: their counts of several parts add up."""


@dataclass(frozen=True)
class Shared:
    """Tables of several parts on the whole.

    Attributes
    ----------
    rows, records
        As :func:`gridkit.ingest` keeps them.
    asof
        The latest of the days that ages are counted to.
    apart
        Whether parts read different tables, whose rows were not compared.
    """

    rows: gpd.GeoDataFrame
    records: Mapping[str, pd.DataFrame]
    asof: str
    apart: bool


def alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - definitions
    """Return whether two definitions ask the same, whatever day the newest of their tables is of."""
    return bool(replace(one, asof="") == replace(other, asof=""))


def dated(layer: Layer, found: Shared) -> Layer:
    """Return the layer of a part as it is to be measured on the whole."""
    said = Phrase("tables that different parts read are not compared row by row: their values are in no plan")
    read = {"read": {"notes": [said]}} if found.apart else {}
    definition: Any = layer.definition
    return replace(layer, definition=replace(definition, asof=found.asof), facts={**layer.facts, **read})


def together(parts: Mapping[str, Plan], called: Mapping[str, Mapping[str, str]]) -> Shared:
    """Return the tables of several parts as those of the whole.

    Parameters
    ----------
    called
        What grids of each part are called in the whole, by the code they have in the part.
    """
    names = _names(parts)
    asof = max(str(definition.asof) for definition in (_definition(small) for small in parts.values()))
    read: dict[str, list[tuple[str, gpd.GeoDataFrame]]] = {}
    for part, small in parts.items():
        rows = gpd.GeoDataFrame(renamed(small.brought[SHARED], called[part]))
        for table, own in rows.groupby("table", sort=False):
            read.setdefault(names[part][str(table)], []).append((part, gpd.GeoDataFrame(own.sort_values("row"))))
    merged = [_merged([own for _, own in every]).assign(table=table) for table, every in read.items()]
    rows = gpd.GeoDataFrame(pd.concat(merged, ignore_index=True), crs=merged[0].crs)
    rows.index = pd.Index([f"row-{at + 1}" for at in range(len(rows))], name="row_id", dtype=TEXT)
    whose = {table: tuple(part for part, _ in every) for table, every in read.items()}
    return Shared(rows, _records(parts, names, rows, asof), asof, len(set(whose.values())) > 1)


def _definition(small: Plan) -> Any:  # noqa: ANN401 - of tables
    return small.layers[SHARED].definition


def _names(parts: Mapping[str, Plan]) -> dict[str, dict[str, str]]:
    """Return what each table of each part is called in the whole: one name for one file, another for another."""
    taken: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for part, small in parts.items():
        digests = _digests(small)
        own: dict[str, str] = {}
        for table in small.records["shared_tables"].index.astype(str):
            digest = digests.get(table) or f"{part}: {table}"
            name = next((name for name in (table, f"{table} ({part})") if taken.get(name, digest) == digest), None)
            own[table] = name or f"{table} ({part}, {digest[:6]})"
            taken[own[table]] = digest
        found[part] = own
    return found


def _digests(small: Plan) -> dict[str, str]:
    steps = [each for each in small.history if LAYING.get(each.command) == SHARED]
    return dict(steps[-1].parameters.get(DIGESTS, {})) if steps else {}


def _merged(readings: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return a table that several parts read: each row where the part that matched it says, else why none did."""
    if len(readings) == 1:
        return readings[0]
    rows = []
    for each in zip(*(own.to_dict("records") for own in readings), strict=True):
        matched = sorted((row for row in each if row["match"]), key=lambda row: HOW.index(row["match"]))
        if not matched:
            rows.append(min(each, key=lambda row: WHY.index(row["why"])))
            continue
        surest = [row for row in matched if row["match"] == matched[0]["match"]]
        if len({row["grid_id"] for row in surest}) > 1:
            nowhere = {"match": "", "why": "ambiguous", "grid_id": None, "unit_id": None, "conflict": False}
            rows.append({**matched[0], **nowhere, "geometry": None})
        else:
            apart = len({row["grid_id"] for row in matched}) > 1 or any(row["conflict"] for row in matched)
            rows.append({**matched[0], "conflict": apart})
    table = pd.DataFrame(rows).astype(dict.fromkeys(("grid_id", "unit_id", "dated", "match", "why"), TEXT))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=readings[0].crs)


def _records(
    parts: Mapping[str, Plan], names: Mapping[str, Mapping[str, str]], rows: gpd.GeoDataFrame, asof: str
) -> dict[str, pd.DataFrame]:
    """Return what is told beside the rows, table by table as the parts found it."""

    def every(record: str, *columns: str) -> pd.DataFrame:
        tables = []
        for part, small in parts.items():
            held = small.records[record]
            own = held.reset_index() if held.index.name == "table" else held
            tables.append(own.assign(**{name: own[name].map(names[part]) for name in columns}))
        full = [each for each in tables if len(each)] or tables[:1]
        return pd.concat(full, ignore_index=True)

    fields = every("shared_fields", "table").drop_duplicates(["table", "field"], ignore_index=True)
    fields = fields.rename_axis("field_id")
    pair = ["table", "row", "other_table", "other_row"]
    proposals = every("shared_proposals", "table", "other_table").drop_duplicates(pair, ignore_index=True)
    doubles = every("shared_doubles", "table").drop_duplicates(["table", "key"], ignore_index=True)
    return {
        "shared_tables": _told(every("shared_tables", "table").drop_duplicates("table"), rows, asof),
        "shared_fields": fields,
        "shared_asked": asked_again(fields),
        "shared_doubles": doubles.rename_axis("double_id"),
        "shared_proposals": proposals.rename_axis("proposal_id"),
        "shared_differences": _differing(every("shared_differences", "table", "other_table")),
        "shared_unknown": _unknown(every("shared_unknown", "table"), names),
    }


def _told(tables: pd.DataFrame, rows: gpd.GeoDataFrame, asof: str) -> pd.DataFrame:
    """Return the list of tables with what was joined on the whole, and their ages on its day."""
    made = tables.set_index("table").copy()
    by = rows.groupby("table")
    days = pd.to_datetime(rows["dated"])
    late = days > pd.Timestamp(asof) if asof else pd.Series(data=False, index=rows.index)
    latest = days.where(~late).groupby(rows["table"]).max().reindex(made.index)
    made["joined"] = (rows["match"] != "").groupby(rows["table"]).sum().reindex(made.index).astype(int)
    made["conflicts"] = by["conflict"].sum().reindex(made.index).astype(int)
    made["dated"] = (days.notna() & ~late).groupby(rows["table"]).sum().reindex(made.index).astype(int)
    made["later"] = late.groupby(rows["table"]).sum().reindex(made.index).astype(int)
    made["latest"] = latest.dt.strftime("%Y-%m-%d").astype(object).where(latest.notna(), None)
    made["days"] = (pd.Timestamp(asof) - latest).dt.days.astype(float) if asof else None
    return made


def _differing(found: pd.DataFrame) -> pd.DataFrame:
    """Return fields that two tables tell otherwise: pairs of places are found in one part each, others in all alike."""
    key = ["table", "field", "other_table", "other_field", "by"]
    of_places = found["by"].isin(_OF_PLACES)
    first = found[~of_places].drop_duplicates(key)
    by = found[of_places].groupby(key, sort=False)
    sums = pd.DataFrame({name: by[name].sum() for name in ("compared", "differ")})
    sums = sums.assign(where=by["where"].agg(_listed)).reset_index()
    full = [each for each in (sums, first) if len(each)] or [found]
    return pd.concat(full, ignore_index=True)[found.columns].rename_axis("difference_id")


def _listed(texts: pd.Series[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _unknown(found: pd.DataFrame, names: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return names that match nothing in any part that read their table."""
    readers = {table: sum(table in own.values() for own in names.values()) for table in set(found["table"])}
    by = found.groupby(["table", "key", "said"], sort=False, as_index=False)
    made = by.agg(
        rows=("rows", "min"),
        may_mean=("may_mean", _listed),
        seen=("rows", "size"),
    )
    everywhere = made["seen"] == made["table"].map(readers)
    return made[everywhere].drop(columns="seen").reset_index(drop=True).rename_axis("unknown_id")
