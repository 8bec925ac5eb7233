"""Visiting rounds on a plan: who is due read from the office's table, counted door by door, and rounds through them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.catalog.presets import presets
from gridkit.catalog.workload import known_as
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import template
from gridkit.measure.routes.due import OFFICES
from gridkit.measure.routes.due import doors as doors_due
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.patrol import places
from gridkit.recipes.progress import shown
from gridkit.sources import gate, incidents
from gridkit.sources.reading import Reading
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.catalog.workload import Workload
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "visits"
_SAID = {
    "coverage": "visited_share", "due": "households_due", "outside": "households_outside",
    "unreached": "households_unserved",
}  # fmt: skip
"""What facts are told as, where their own name is another thing's."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "time": (
        "last_visit", "last visit", "visited", "visit", "date", "time", "上次走访", "最近走访", "走访日期", "走访时间",
        "入户时间", "日期", "时间",
    ),
    "category": ("class", "kind", "category", "household class", "类别", "户类别", "家庭类别", "对象类别", "人员类别"),
}  # fmt: skip
"""What the columns of a table of households go by."""


@face("visits")
def visits(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    due: Source | None = None,
    asof: str = "",
    grids: str | Sequence[str] = (),
    walkers: int = 1,
    shift_hours: float | None = None,
    office: Source | None = None,
    seed: int = 0,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with visiting rounds on it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    due
        Who is to be visited: a table of place, class and last visit, a household a row; names stay in it.
    asof
        The day on which it is asked who is due, such as 2027-01-31.
    grids
        Only this grid; one or several.
    walkers
        How many go at once.
    shift_hours
        How long one is out at most.
    office
        Where walkers begin and end: longitude,latitude, the name of a facility of the plan, or FILE of points.
    seed
        Same plan and seed, same walks.
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
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    if due is None:
        raise UsageError("nobody is due", mend="name a table of households: gridkit visits PLAN --due TABLE")
    if walkers < 1:
        raise UsageError("somebody has to walk", where="--walkers", mend="give 1 or more")
    if shift_hours is not None and shift_hours <= 0:
        raise UsageError("a shift takes some time", where="--shift-hours", mend="give hours, such as 4")
    work = presets()[plan.parameters.preset or "cn-social"].workload
    if work is None:
        raise UsageError(
            "the preset {preset} says nothing of visits", mend="start from another one", preset=plan.parameters.preset
        )
    say("reading data", None)
    reading = Reading(crs=crs, datum=datum, encoding=encoding, columns=columns or {}, updates="apart", alike="apart")
    with provenance.recording() as record, provenance.role(LAYER):
        read, report = incidents.read(
            gate.taken(due), COLUMNS, crs=plan.crs, reading=reading, district=plan.districts, unplaced=True
        )
        accounts = ledger.of(read)
        accounts.tell(several(accept))
        placed = read[~(read.geometry.isna() | read.geometry.is_empty).to_numpy()]
        if placed.empty:
            raise TableError("no household has a place", where="--due", mend="give longitude and latitude, or x and y")
        day = _day(asof, read)
        _doubted(gpd.GeoDataFrame(read), work, day)
        doors = doors_due(gpd.GeoDataFrame(placed), work, day, plan.backdrop.get("buildings"))
        brought = {**plan.brought, LAYER: doors}
        brought.pop(OFFICES, None)
        if office is not None:
            brought[OFFICES] = places(plan, office)
    say("finding walks", None)
    held = plan.having(brought=brought)
    definition = replace(
        definitions.layers()[LAYER],
        preset=plan.parameters.preset or "cn-social",
        walkers=walkers,
        shift_hours=shift_hours or 0.0,
        only=tuple(several(grids)),
        seed=seed,
    )
    laid = measured(held, definition, definitions.layers())
    laid = told(laid, {**report, "without_place": len(read) - len(placed)})
    if laid.facts["unreached"]:
        said = template(
            "{count} household that is due is in no round", "{count} households that are due are in no round"
        )
        warnings.warn(GridkitWarning(said, count=laid.facts["unreached"]), stacklevel=2)
    step = provenance.step(LAYER, {"walkers": walkers, "shift_hours": shift_hours}, record.inputs, ledger=accounts)
    return derived(held.with_layer(laid)).with_step(step)


def _day(said: str, read: pd.DataFrame) -> pd.Timestamp:
    """Return the day on which it is asked who is due: as said, else the last visit in the table."""
    if said:
        day = pd.to_datetime(said, errors="coerce", format="ISO8601")
        if pd.isna(day):
            raise UsageError("{said!r} is no day", where="--asof", mend="such as 2027-01-31", said=said)
        return pd.Timestamp(day)
    if "time" not in read or read["time"].isna().all():
        raise UsageError("no visit is dated", where="--due", mend="say on which day it is asked: --asof 2027-01-31")
    return pd.Timestamp(read["time"].max())


def _doubted(read: pd.DataFrame, work: Workload, day: pd.Timestamp) -> None:
    """Say of how many households the class is no class of the preset, and of how many the visit is still to come."""
    said = read["category"].dropna().astype(TEXT) if "category" in read else pd.Series(dtype=TEXT)
    strange = int((~said.map({text: known_as(text, work.visits) is not None for text in said.unique()})).sum())
    ahead = int((read["time"].dt.normalize() > day).sum()) if "time" in read else 0
    for count, text in (
        (
            strange,
            template(
                "{count} household has a class that the preset does not know: it counts as any other",
                "{count} households have a class that the preset does not know: they count as any other",
            ),
        ),
        (
            ahead,
            template(
                "{count} visit lies after {day}: the last one before is not known",
                "{count} visits lie after {day}: the last ones before are not known",
            ),
        ),
    ):
        if count:
            warnings.warn(GridkitWarning(text, where="--due", count=count, day=str(day.date())), stacklevel=4)


def facts(plan: Plan) -> dict[str, Any]:
    """Return the headline of the visits, coverage by class, and the rounds."""
    layer = plan.layers[LAYER]
    rows = pd.DataFrame(layer.tables["classes"]).reset_index().astype(object)
    rows = rows.rename(columns=_SAID)
    told_of = {_SAID.get(name, name): value for name, value in layer.facts.items() if name != "read"}
    without = layer.facts.get("read", {}).get("without_place", 0)
    return {
        **told_of,
        "households_without_place": without,
        "by_class": rows.where(rows.notna(), None).to_dict("records"),
    }
