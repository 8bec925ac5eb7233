"""Hours of work of a plan's grids, from what is known of households, events and forms, by a preset's standards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.catalog.presets import presets
from gridkit.errors import UsageError
from gridkit.face import face, several
from gridkit.language.numbers import decimal
from gridkit.language.phrases import Phrase, series
from gridkit.measure.work import counted
from gridkit.measure.work.layer import standards
from gridkit.measure.work.names import CLASS_TABLE, EVENT_TABLE, FORM_TABLE
from gridkit.recipes import hours
from gridkit.recipes.layer import derived, measured
from gridkit.recipes.progress import shown
from gridkit.sources import form_ledger, gate, household_classes
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.catalog.definitions import WorkloadLayer
    from gridkit.ledger import Ledger
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "workload"
USUAL = "cn-social"
"""The practice of plans whose own preset says nothing of work."""


@face("workload")
def workload(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    events: Source | None = None,
    forms: Source | None = None,
    classes: Source | None = None,
    preset: str | None = None,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: Literal["dmy", "mdy", "ymd", "1904"] | None = None,
    timezone: str | None = None,
    alike: Literal["once", "apart"] | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with the hours of work of each grid on it, term by term.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    events
        Events that the workers of grids handle: a layer of the plan, or a log of them: FILE[:LAYER].
    forms
        A ledger of forms: a row per form, how often it is due (a_year or every) and minutes. Without it hours at doors
        for one at the desk are not known.
    classes
        Households by class (hardship, empty nest ...): a column per class, or a row per household; only counts stay.
    preset
        The kind of grid whose standards of work hold: see gridkit.presets().
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
    timezone
        The zone whose clock times with an offset are put to, such as Asia/Shanghai or +08:00.
    alike
        Rows alike in place and every column, without a number of their own: once counts them once, apart each. Each
        counts, and is warned of, when not given.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    UsageError
        When the preset says nothing of work, or there is no layer of the name of ``events``.
    TableError
        When a table says nothing of what it is read for.
    """
    say = shown(progress)
    say("reading data", None)
    taken = Reading(
        crs=crs, datum=datum, encoding=encoding, columns=columns or {}, dates=dates, timezone=timezone, alike=alike
    )
    practice = practice_of(plan, preset)
    with provenance.recording() as record, provenance.role(LAYER):
        held, named, accounts = brought(plan, practice, events, forms, classes, taken)
        accounts.tell(several(accept))
        say("measuring", None)
        definition: WorkloadLayer = definitions.layers()[LAYER]
        own = replace(definition, practice=practice, events=named)
        laid = measured(held, own, definitions.layers())
    laid = replace(laid, facts={**laid.facts, "notes": accounts.notes()})
    step = provenance.step(LAYER, {"preset": practice, "events": named}, record.inputs, ledger=accounts)
    return derived(held.with_layer(laid)).with_step(step)


def practice_of(plan: Plan, preset: str | None) -> str:
    """Return the preset whose standards of work hold: the one asked for, the plan's, else the usual one."""
    if preset:
        standards(preset)
        return preset
    own = plan.parameters.preset
    return own if own in presets() and presets()[own].workload is not None else USUAL


def brought(
    plan: Plan,
    practice: str,
    events: Source | None,
    forms: Source | None,
    classes: Source | None,
    taken: Reading,
) -> tuple[Plan, str, Ledger]:
    """Return the plan with what was brought for its work, the name of its events, and the accounts."""
    _, work = standards(practice)
    tables: list[Any] = []
    own = dict(plan.brought)
    named = _event_layer(plan, events)
    if named is None:
        assert events is not None  # noqa: S101 - else a layer is named
        rows = hours.logged(events, taken, plan.districts)
        own[EVENT_TABLE], named = rows, EVENT_TABLE
        tables.append(rows)
    if forms is not None:
        table = form_ledger.read(gate.taken(forms), work.time, columns=taken.columns, encoding=taken.encoding)
        own[FORM_TABLE] = nowhere(table, plan)
        tables.append(table)
    if classes is not None:
        preset = presets()[practice]
        families, _ = counted.households(
            plan.units, None if preset.household_size is None else preset.household_size.value
        )
        table = household_classes.read(
            gate.taken(classes), work, pd.DataFrame(plan.units), families, called(plan), columns=taken.columns,
            encoding=taken.encoding,
        )  # fmt: skip
        own[CLASS_TABLE] = nowhere(table, plan)
        tables.append(table)
    return plan.having(brought=own), named, ledger.of(*tables)


def _event_layer(plan: Plan, events: Any) -> str | None:  # noqa: ANN401 - a layer's name or a source
    """Return the layer of the plan whose events are meant; None where a file of them is."""
    if events is None:
        return EVENT_TABLE if EVENT_TABLE in plan.brought else "incidents"
    if not isinstance(events, str) or "." in events or "/" in events:
        return None
    if events not in plan.brought:
        raise UsageError(
            "the plan has no layer of events called {name!r}",
            where="--events",
            mend="name one of {names}, or a file",
            name=events,
            names=series(sorted(plan.brought)) or "-",
        )
    return events


def called(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return what each community may be called, by its id."""
    names = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=object)
    return {
        str(parent): tuple(dict.fromkeys([str(parent), *([str(names[parent])] if parent in names.index else [])]))
        for parent in plan.districts.index
    }


def nowhere(table: pd.DataFrame, plan: Plan) -> gpd.GeoDataFrame:
    """Return a table without places as a plan keeps what was brought."""
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(index=table.index, crs=plan.crs))


def facts(plan: Plan, *, titles: bool = False) -> dict[str, Any]:
    """Return the headline, and every term; tasks by their titles rather than their names where asked."""
    layer = plan.layers[LAYER]
    rows = layer.tables["terms"].reset_index().drop(columns="kind").astype(object)
    told = {**layer.facts, "terms": rows.where(rows.notna(), None).to_dict("records")}
    return entitled(told, str(layer.facts["preset"])) if titles else told


def entitled(told: dict[str, Any], practice: str) -> dict[str, Any]:
    """Return facts as a person reads them: tasks and posts by their titles, numbers of a whole as such."""
    _, work = standards(practice)
    names: dict[str, Any] = {key: each.title for key, each in work.tasks().items()}
    own = {"tasks_unknown": names, "roles": {key: role.title for key, role in work.roles.items()}}
    made = dict(told)
    for name, value in told.items():
        if isinstance(value, dict) and set(value) == {"n", "of"}:
            made[name] = Phrase("{n} of {of}", n=decimal(value["n"]), of=decimal(value["of"]))
        elif name in own and isinstance(value, dict):
            made[name] = {str(own[name].get(key, key)): count for key, count in value.items()}
        elif name in own:
            made[name] = [own[name].get(key, key) for key in value]
    for name, column, words in (
        ("terms", "task", names),
        ("tasks", "task", names),
        ("roles_unsure", "role", own["roles"]),
        ("ratios", "norm", {key: ratio.title for key, ratio in work.ratios.items()}),
    ):
        if name in told:
            made[name] = [{**row, column: words.get(row[column], row[column])} for row in told[name]]
    return made
