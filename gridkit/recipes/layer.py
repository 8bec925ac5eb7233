"""Layers laid on a plan: the user's table read as its kind wants it, the kind's measure taken, the step recorded."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.errors import GridkitError, GridkitWarning, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed, template
from gridkit.ledger import Ledger
from gridkit.measure.compute import computed
from gridkit.measure.emergency.members import WINDOWS
from gridkit.measure.heights import Heights
from gridkit.measure.inputs import Asked, Subject, unheard
from gridkit.measure.scorecard.known import SOURCES
from gridkit.measure.work.names import CLASS_TABLE, FORM_TABLE, STAFF_TABLE
from gridkit.plan import ingredients
from gridkit.plan.brought import REACHED, asking, followed, inherited
from gridkit.plan.editions import editions
from gridkit.plan.ingredients import OF_READING
from gridkit.plan.workers import STAFFING, answering, on_the_card
from gridkit.recipes.progress import shown
from gridkit.tables import Extract

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gridkit.catalog.layer import Layer
    from gridkit.catalog.registry import Registry
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress
    from gridkit.sources.reading import Reading

FED = ("incidents", "coverage", "siting")
"""The kinds of layer that take a user's table; others need none."""


_ALSO = (*REACHED, WINDOWS, *SOURCES, FORM_TABLE, CLASS_TABLE, STAFF_TABLE)
"""What is brought beside services that a layer may ask for: candidates of points, hours, counters, nets, work."""


OF_COMMANDS = {
    "departments": ("goal", "cost", "bound", "proven", "ways", "harmony"),
    "staffing": ("assignment",),
}
"""Facts of a layer that a command found by a search: they hold for the grids that it was made on."""
SCORECARD = "scorecard"
_NOT_CHOSEN = ("plan", "reading", "progress")
_USUAL: tuple[object, ...] = (None, [], "", False, "last")
"""What a step need not record: what is no choice, and choices that are as usual."""


@face("layer")
def layer(  # noqa: PLR0913 - the public face
    plan: Plan,
    name: str,
    *,
    data: Source | Sequence[Source] = (),
    heights: str | Path | None = None,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    swap_xy: bool = False,
    decimal: Literal[".", ","] | None = None,
    thousands: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    timezone: str | None = None,
    count: str | None = None,
    updates: Literal["last", "apart"] = "last",
    alike: Literal["once", "apart"] | None = None,
    degrees: Literal["ddmm", "seconds", "e5", "e6", "e7"] | None = None,
    accept: str | Sequence[str] = (),
    reading: Reading | None = None,
    layers: str | Path | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with a layer laid on its grids and units.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    name
        A layer: see gridkit.layers(). A definition of ``layers/``, or of the folder ``layers``.
    data
        Its table: FILE[:LAYER]; several are one. Incidents, or facilities with their capacity; this year's and last
        year's, for the trend.
    heights
        Raster of heights: slopes slow walkers down. In metres above sea level.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    swap_xy
        North stands first, as in survey coordinates.
    decimal
        The mark before the decimals of numbers: . or ,
    thousands
        The mark between the thousands of numbers: , or . or a space or an apostrophe.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    dates
        The order of dates in figures: dmy, mdy or ymd; 1904 where numbers are days that Excel of a Mac counted.
    timezone
        The zone whose clock times with an offset are put to, such as Asia/Shanghai or +08:00.
    count
        The column that says how many facilities a row stands for; none where each row is one.
    updates
        Rows of one incident: last counts its latest, apart counts every row.
    alike
        Rows alike in place and every column, without a number of their own: once counts them once, apart each. Each
        counts, and is warned of, when not given.
    degrees
        How longitudes and latitudes are written: ddmm (degrees and minutes in one), seconds, e5, e6 or e7 (times
        100,000 and so on).
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    reading
        How the table is to be read, all in one: :class:`gridkit.sources.reading.Reading`.
    layers
        A folder of your own layer definitions (*.toml). They stand before the shipped ones.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    UsageError
        When the kind of layer needs a table and none is given.
    """
    given = provenance.repeatable({each: value for each, value in locals().items() if each not in _NOT_CHOSEN})
    chosen = {each: value for each, value in given.items() if value not in _USUAL}
    say = shown(progress)
    registry = definitions.layers().overlaid(layers)
    definition = registry[name]
    say("reading data", None)
    from gridkit.sources.reading import Reading

    sources = list(several(data))
    if sources:
        from gridkit.sources import gate  # the readers of tables: what a plan holds is laid without any of them

        sources = [gate.taken(each) for each in sources]
    taken = reading or Reading()
    taken = replace(
        taken,
        crs=crs or taken.crs,
        datum=datum or taken.datum,
        encoding=encoding or taken.encoding,
        swap_xy=swap_xy or taken.swap_xy,
        decimal=decimal or taken.decimal,
        thousands=thousands or taken.thousands,
        columns={**taken.columns, **(columns or {})},
        dates=dates or taken.dates,
        timezone=timezone or taken.timezone,
        alike=alike or taken.alike,
        degrees=degrees or taken.degrees,
        count=count or taken.count,
        updates=updates if updates != "last" else taken.updates,
    )
    with provenance.recording() as record, provenance.role(name):
        table, report, accounts = _table(plan, definition, sources, taken)
        accounts.tell(several(accept))
        say("measuring", None)
        held = plan if table is None else plan.having(brought={**plan.brought, name: table})
        laid = measured(held, definition, registry, heights)
    if report:
        laid = told(laid, report)
    step = provenance.step("layer", chosen, record.inputs, ledger=accounts)
    return derived(held.with_layer(laid), registry).with_step(step)


def measured(
    plan: Plan,
    definition: Any,  # noqa: ANN401 - of any kind
    registry: Registry[Any],
    heights: str | Path | None = None,
    heard: Callable[[float], None] = unheard,
) -> Layer:
    """Return a layer measured on a plan as it is, from what was brought for it, or from the plan's own places.

    Facilities that were brought for one service are known to every layer that asks for it.
    """
    own = plan.parameters
    services = [
        name
        for name in plan.brought
        if name in (*_ALSO, getattr(definition, "events", ""))
        or (name in registry and registry[name].kind == "coverage")
    ]
    brought = Asked({name: followed(plan, plan.brought[name]) for name in services})
    # What is told of all together: whoever tells it is none of it.
    others = Asked({name: each for name, each in plan.layers.items() if name not in {*plan.stale, definition.name}})
    records = Asked(plan.records)
    own_rows = plan.brought.get(definition.name)
    subject = Subject(
        plan.units,
        plan.grids,
        Extract(plan.backdrop, plan.crs),
        data=None if own_rows is None else followed(plan, own_rows),
        borders=plan.borders,
        measure=own.measure,
        band=own.band,
        registry=registry,
        heights=None if heights is None else _heights(heights, plan),
        services=brought,
        editions=editions(plan),
        layers=others,
        records=records,
        upper=subdistricts(plan),
        heard=heard,
    )
    laid = computed(definition, subject)
    asked = {"brought": brought.names, "layers": others.names, "records": records.names}
    laid = replace(laid, inputs=ingredients.of(plan, asked, definition.name, plan.stale))
    return laid if heights is None else replace(laid, facts={**laid.facts, "heights": str(heights)})


def subdistricts(plan: Plan) -> dict[str, str]:
    """Return the subdistrict of each community, where a column of the districts says it."""
    named = next((name for name in _UPPER if name in plan.districts), None)
    if named is None:
        return {}
    held = plan.districts[named].dropna()
    return {str(parent): str(name) for parent, name in held.items() if str(name).strip()}


_UPPER = ("subdistrict", "street", "town", "township", "街道", "乡镇", "所属街道", "街道名称", "subdistrict_name")
"""Columns of the districts that say in which subdistrict each lies."""


def derived(plan: Plan, registry: Registry[Any] | None = None) -> Plan:
    """Return a plan whose layers are measured again that were measured from what has been brought anew since.

    Layers of other grids than those of now stay as they are: :func:`gridkit.refresh` brings all up to date.
    """
    late = [name for name in plan.stale if name in plan.layers and plan.layers[name].digest == plan.state]
    return again(plan, late, registry)


def again(plan: Plan, names: Sequence[str], registry: Registry[Any] | None = None) -> Plan:
    """Return a plan with layers measured again on its grids as they are; one that cannot be stays as it was."""
    known = registry or definitions.layers()
    for name in names:
        plan = plan if name == SCORECARD else _again(plan, name, known)
    # The scorecard tells of the others, and comes last.
    return _again(plan, SCORECARD, known) if SCORECARD in plan.stale else plan


def _again(plan: Plan, name: str, registry: Registry[Any]) -> Plan:
    """Return the plan with a layer measured on its grids of now, and with what is known of its reading."""
    old = plan.layers[name]
    # Those that were asked for by name may have been given up meanwhile.
    definition: Any = asking(old.definition, inherited(plan))
    if definition.kind == "incidents" and name not in plan.brought:
        return plan
    try:
        laid = measured(plan, definition, registry, old.facts.get("heights"))
    except GridkitError:
        return plan
    # What a command said of other grids than those of now is told no more.
    said = OF_READING if old.digest != plan.state else (*OF_READING, *OF_COMMANDS.get(name, ()))
    kept = {each: old.facts[each] for each in said if each in old.facts and each not in laid.facts}
    after = plan.with_layer(replace(laid, facts={**laid.facts, **kept}))
    return _staffed(plan, after) if name == STAFFING else after


def _staffed(before: Plan, after: Plan) -> Plan:
    """Return a plan whose posts were counted again with who works where on its grids; a warning names the new gaps."""
    had = before.layers[STAFFING].tables
    if "grids" not in had:  # it was laid on parts, and is measured on the whole for the first time
        return on_the_card(after)
    bare = set(map(str, had["grids"].index)) - set(answering(before))
    gaps = [str(grid) for grid in after.grids.index if str(grid) not in {*answering(after), *bare}]
    if gaps and answering(before):
        said = template(
            "since grids changed, nobody answers for grid {names}", "since grids changed, nobody answers for {names}"
        )
        mend = "lay staff again with its grids of now: gridkit staffing PLAN --staff FILE"
        warnings.warn(GridkitWarning(said, mend=mend, count=len(gaps), names=listed(gaps)), stacklevel=2)
    return on_the_card(after)


def told(laid: Layer, report: Mapping[str, Any]) -> Layer:
    """Return a layer with what is known of the reading of its table."""
    return replace(laid, facts={**laid.facts, "read": report})


def _heights(raster: str | Path, plan: Plan) -> Heights:
    from gridkit.sources import elevation

    return Heights(*elevation.read(raster, plan.districts))


def _table(
    plan: Plan,
    definition: Any,  # noqa: ANN401 - of any kind
    sources: list[Source],
    reading: Reading,
) -> tuple[gpd.GeoDataFrame | None, dict[str, Any], Ledger]:
    """Return the user's tables as one in the plan's CRS, how they were read, and their accounts."""
    if not sources and definition.kind == "incidents":
        raise UsageError(
            "the layer {name!r} needs a table of incidents", mend="name it with --data FILE", name=definition.name
        )
    if not sources:
        return None, {}, Ledger()
    reader = reader_of(definition, reading)
    if reader is None:
        raise UsageError("the layer {name!r} takes no --data", mend="leave it out", name=definition.name)
    read = [reader(source, definition.columns, crs=plan.crs, district=plan.districts) for source in sources]
    accounts = ledger.of(*(table for table, _ in read))
    if len(read) == 1:
        return *read[0], accounts
    tables = [table for table, _ in read]
    from gridkit.sources.tables import identifiers

    kept, index, notes = identifiers.together(tables)
    together = gpd.GeoDataFrame(pd.concat(tables), crs=plan.crs).loc[kept].set_axis(index)
    return together, {"files": [report for _, report in read], "notes": notes}, accounts


def reader_of(
    definition: Any,  # noqa: ANN401 - of any kind
    reading: Reading,
) -> Callable[..., tuple[gpd.GeoDataFrame, dict[str, Any]]] | None:
    """Return what reads the table of a layer, as its definition wants it; None where it takes none."""
    if definition.kind not in FED:
        return None
    from gridkit.sources import facilities, incidents

    # WGS 84 is what a definition says that says nothing: then the datum is open, and doubted.
    own = getattr(definition, "datum", None)
    taken = replace(reading, datum=reading.datum or (own if own != "wgs84" else None))
    if definition.kind == "incidents":
        return partial(incidents.read, unplaced=True, reading=taken)
    return partial(facilities.read, reading=taken, called=_words(definition), tags=getattr(definition, "tags", {}))


def _words(definition: Any) -> tuple[str, ...]:  # noqa: ANN401 - of any kind
    """Return what a layer calls its facilities."""
    return (definition.name.replace("-", "_"), *definition.title.words.values())
