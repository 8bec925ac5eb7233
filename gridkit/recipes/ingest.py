"""Departments' tables on a plan: rows joined to units and grids, and what the tables ask, share and miss."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.errors import TableError, UsageError, absent
from gridkit.face import face, several
from gridkit.ledger import Ledger
from gridkit.measure.departments import doubles
from gridkit.measure.departments.joined import Directory, joined, unknown
from gridkit.plan.directory import directory
from gridkit.plan.life.shared import DIGESTS
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.progress import shown
from gridkit.sources import gate, holdings, nets
from gridkit.sources.files import vectors
from gridkit.sources.reading import Reading
from gridkit.sources.tables import dates
from gridkit.sources.tables import names as columns_named
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress
    from gridkit.sources.holdings import Holding

LAYER = "sharing"
RECORDS = (
    "shared_tables", "shared_fields", "shared_asked", "shared_doubles", "shared_proposals", "shared_differences",
    "shared_unknown",
)  # fmt: skip
"""Tables that a plan keeps of what it was given: table by table, field by field, what is asked for again, rows that
stand twice, rows of two departments that may be one thing, fields that two of them tell otherwise of one place, and
names that match nothing."""


@face("ingest")
def ingest(  # noqa: PLR0913 - the public face
    plan: Plan,
    tables: Source | Sequence[Source] | Mapping[str, Source],
    *,
    asof: str = "",
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with departments' tables joined to its units and grids, no value of theirs in it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    tables
        A department's table: NAME=FILE[:LAYER]; several of one name are one department's. In Python one or several
        sources, or sources by the department's name.
    asof
        The day that ages of tables are counted to; later days are told, and do not count.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    TableError
        When a column that was named is in no table.

    Warns
    -----
    GridkitWarning
        Where more than 1 % of a table matches nothing: what does not is a result, and stops nothing.
    """
    say = shown(progress)
    say("reading data", None)
    definition = definitions.layers()[LAYER]
    reading = Reading(crs=crs, datum=datum, encoding=encoding, columns=columns or {}, dates=dates)
    given = list(tables.items() if hasattr(tables, "items") else [nets.named(each) for each in several(tables)])
    if not given:
        raise UsageError("no table is given", mend="name at least one: gridkit ingest PLAN NAME=FILE")
    with provenance.recording() as record, provenance.role(LAYER):
        read, digests = [], []
        for at, (name, source) in enumerate(given, start=1):
            with provenance.recording() as own:
                held_by = str(name) or f"department {at}"
                read.append(
                    holdings.read(
                        gate.taken(source), held_by, definition.columns,
                        crs=plan.crs, reading=reading, district=plan.districts,
                    )
                )  # fmt: skip
            digests.append(" ".join(sorted(f"{each.sha256[:_DIGITS]} {each.layer}".strip() for each in own.inputs)))
        held = holdings.apart(read, [_stem(source) for _, source in given])
        _require_columns(held, columns or {})
        say("joining", None)
        places = directory(plan)
        found = {each.table: joined(each, places) for each in held}
        accounts = Ledger(tuple(_account(each, found[each.table]) for each in held))
    for said in accounts.warnings():
        warnings.warn(said, stacklevel=3)
    day = _asof(asof, held)
    say("measuring", None)
    with_rows = replace(
        plan,
        brought={**plan.brought, LAYER: _rows(plan, held, found)},
        records={**plan.records, **_records(held, found, (places, definition.concepts), day)},
    )
    laid = measured(with_rows, replace(definition, asof=day), definitions.layers())
    laid = told(laid, {"notes": accounts.notes()})
    asked = {
        "tables": [each.table for each in held],
        DIGESTS: {each.table: digest for each, digest in zip(held, digests, strict=True)},
    }
    step = provenance.step("ingest", asked, record.inputs, ledger=accounts)
    return derived(with_rows.with_layer(laid)).with_step(step)


def _stem(source: Any) -> str:  # noqa: ANN401 - whatever the gate takes
    if not isinstance(source, str | Path):
        return ""
    spec = vectors.parse(source)
    return spec.layer or spec.column or spec.path.stem


def _require_columns(held: Sequence[Holding], given: Mapping[str, str]) -> None:
    """Raise where a column that the user named is in no table."""
    every = [name for each in held for name in each.columns]
    for name in given.values():
        if all(columns_named.column_for(pd.DataFrame(each.rows), name) is None for each in held):
            raise absent("column", name, dict.fromkeys(every), where="--column")


def _account(holding: Holding, found: pd.DataFrame) -> ledger.Account:
    outside = int((found["why"] == "outside").sum())
    blank = int(found["why"].isin(["blank"]).sum())
    matched = int((found["match"] != "").sum())
    other = len(found) - matched - outside - blank
    lost = {"outside": outside, "blank": blank, "unmatched": other}
    return holding.account(matched, {why: count for why, count in lost.items() if count})


def _asof(asof: str, held: Sequence[Holding]) -> str:
    """Return the day that ages are counted to: the one given, else the newest in any table; none where none is known.

    Raises
    ------
    UsageError
        When it is no day.
    """
    if asof:
        try:
            return str(pd.Timestamp(dates.read(pd.Series([asof])).iloc[0]).date())
        except TableError:
            raise UsageError("{text!r} is no day", where="--asof", mend="write 2026-05-01", text=asof) from None
    newest = [each.dated.max() for each in held if each.dated.notna().any()]
    return str(max(newest).date()) if newest else ""


def _rows(plan: Plan, held: Sequence[Holding], found: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Return the ledger: one row per row, without a value of it, and a point where it has one."""
    inner: Any = plan.units.representative_point()
    parts = []
    for each in held:
        own = found[each.table]
        middle = gpd.GeoSeries(inner.reindex(own["unit_id"].fillna("")).to_numpy(), index=own.index, crs=plan.crs)
        made = pd.DataFrame(
            {
                "department": each.department,
                "table": each.table,
                "row": own.index.to_numpy(),
                "match": own["match"],
                "why": own["why"],
                "conflict": own["conflict"].astype(bool),
                "grid_id": own["grid_id"],
                "unit_id": own["unit_id"],
                "dated": each.dated.dt.strftime("%Y-%m-%d"),
                "filled": each.filled.mean(axis=1).astype(float),
            }
        )
        parts.append(made.assign(geometry=each.rows.geometry.where(own["match"] == "place", middle)))
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=plan.crs)
    for name in ("grid_id", "unit_id", "dated", "match", "why"):
        table[name] = table[name].astype(TEXT)
    table.index = pd.Index([f"row-{at + 1}" for at in range(len(table))], name="row_id", dtype=TEXT)
    return table


def _records(
    held: Sequence[Holding],
    found: Mapping[str, pd.DataFrame],
    known: tuple[Directory, Mapping[str, Sequence[str]]],
    day: str,
) -> dict[str, pd.DataFrame]:
    """Return what the plan keeps beside the rows, given what its places are called and which fields are alike."""
    directory, concepts = known
    fields = pd.concat([holdings.fields(each, concepts) for each in held], ignore_index=True).rename_axis("field_id")
    grids = {table: rows["grid_id"] for table, rows in found.items()}
    made = (
        _told_of(held, found, day),
        fields,
        doubles.asked_again(fields),
        _together([doubles.within(each) for each in held], "double_id"),
        doubles.across(held, grids),
        doubles.differing(held, found, fields),
        _together([unknown(each, directory) for each in held], "unknown_id"),
    )
    return dict(zip(RECORDS, made, strict=True))


def _together(tables: Sequence[pd.DataFrame], index: str) -> pd.DataFrame:
    full = [each for each in tables if len(each)] or list(tables[:1])
    return pd.concat(full, ignore_index=True).rename_axis(index)


def _told_of(held: Sequence[Holding], found: Mapping[str, pd.DataFrame], day: str) -> pd.DataFrame:
    """Return one row per table: its keys, its rows, how old and how complete it is."""
    rows = []
    for each in held:
        own, dated = found[each.table], each.dated
        late = dated > pd.Timestamp(day) if day else pd.Series(data=False, index=dated.index)
        latest = dated[~late].max()
        known = isinstance(latest, pd.Timestamp) and not pd.isna(latest)
        rows.append(
            {
                "table": each.table,
                "department": each.department,
                "keys": ", ".join(
                    [*(k for k in holdings.KEYS if k in each.roles), *(["place"] if each.placed else [])]
                ),
                "rows": len(own),
                "joined": int((own["match"] != "").sum()),
                "conflicts": int(own["conflict"].sum()),
                "dated": int((dated.notna() & ~late).sum()),
                "later": int(late.sum()),
                "latest": str(latest.date()) if known else None,
                "days": float((pd.Timestamp(day) - latest).days) if known and day else None,
                "completeness": float(each.filled.to_numpy().mean()) if len(own) and each.columns else None,
                "fields": len(each.columns),
                "personal_fields": len(each.personal),
                "of_persons": each.of_persons,
            }
        )
    return pd.DataFrame(rows).set_index("table")


def facts(plan: Plan) -> dict[str, Any]:
    """Return the headline, and the tables that a person reads first."""
    layer = plan.layers[LAYER]
    kept = {name.removeprefix("shared_"): plan.records[name] for name in RECORDS if name in plan.records}
    asked = kept["asked"]
    told_of: dict[str, Any] = dict(layer.facts)
    read = told_of.pop("read", {})
    by_table = kept.pop("tables").reset_index()
    return {
        **told_of,
        "without_key": by_table.loc[by_table["keys"] == "", "table"].tolist(),
        "without_rows": by_table.loc[by_table["rows"] == 0, "table"].tolist(),
        "asked_by_several": {"n": int((asked["departments"] > 1).sum()), "of": len(asked)},
        "by_table": _listed(by_table),
        **{name: _listed(table.reset_index() if name == "asked" else table) for name, table in kept.items()},
        "notes": read.get("notes", []),
    }


def headline(facts_of: dict[str, Any]) -> dict[str, Any]:
    """Return what is shown on a screen: fields that several departments ask for, the first of each list."""
    return {
        **{name: value for name, value in facts_of.items() if name not in ("fields", "notes")},
        "asked": [each for each in facts_of["asked"] if each["departments"] > 1][:_FIRST],
        "differences": [each for each in facts_of.get("differences", []) if each["differ"]][:_FIRST],
        **{name: facts_of[name][:_FIRST] for name in ("doubles", "proposals", "unknown")},
    }


_FIRST = 15
_DIGITS = 16


def _listed(table: pd.DataFrame) -> list[dict[Any, Any]]:
    plain = table.astype(object)
    return plain.where(table.notna(), None).to_dict("records")
