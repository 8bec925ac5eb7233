"""Integrated response on a plan: a log of orders read, counted by department, grid and net."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from gridkit import atomic, ledger, provenance
from gridkit.catalog import definitions
from gridkit.errors import TableError, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed
from gridkit.language.reader import language
from gridkit.measure.response.layer import COUNTERS
from gridkit.recipes import map as maps
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.progress import shown
from gridkit.recipes.report import report
from gridkit.render.flow import flow
from gridkit.render.papers.flow_sheet import flow_sheet
from gridkit.render.papers.setting import Setting
from gridkit.sources import facilities, gate, incidents
from gridkit.sources.reading import Reading
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "response"
PICTURES, BOOKS, PAGES, SHEETS = (".svg",), (".xlsx",), (".html", ".htm"), (".pdf",)
WRITTEN = (*PICTURES, *BOOKS, *PAGES, *SHEETS)


@face("response")
def response(  # noqa: PLR0913 - the public face
    plan: Plan,
    events: Source | Sequence[Source],
    *,
    counters: Source | None = None,
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
    """Return the plan with a log of departments' orders on it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    events
        A log of orders with their departments: FILE[:LAYER]; one row per order or per step of it; several are one.
    counters
        The departments' counters, with kind: who reaches all of them in one place within 15 minutes?
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
    TableError
        When no column names a department.
    """
    say = shown(progress)
    say("reading data", None)
    definition = definitions.layers()[LAYER]
    taken = Reading(
        crs=crs,
        datum=datum,
        encoding=encoding,
        columns=columns or {},
        dates=dates,
        timezone=timezone,
        updates="apart",
        alike=alike,
    )
    with provenance.recording() as record, provenance.role(LAYER):
        read = [
            incidents.read(
                gate.taken(each),
                definition.columns,
                crs=plan.crs,
                reading=taken,
                district=plan.districts,
                unplaced=True,
            )
            for each in several(events)
        ]
        if not read:
            raise UsageError("no log is given", mend="name at least one: gridkit response PLAN LOG")
        table = _together([rows for rows, _ in read])
        if "department" not in table or table["department"].isna().all():
            raise TableError(
                "no column names the department; its columns are read as {names}",
                where=str(several(events)[0]),
                mend="name it: --column department=COLUMN",
                names=listed(name for name in table.columns if name != "geometry"),
            )
        brought = {**plan.brought, LAYER: table}
        if counters is not None:
            brought[COUNTERS] = facilities.read(
                gate.taken(counters), crs=plan.crs, reading=Reading(crs=crs, datum=datum, encoding=encoding),
                district=plan.districts,
            )[0]  # fmt: skip
        accounts = ledger.of(*(rows for rows, _ in read))
        accounts.tell(several(accept))
        say("measuring", None)
        held = plan.having(brought=brought)
        laid = measured(held, definition, definitions.layers())
    laid = told(laid, {"files": [report for _, report in read]})
    step = provenance.step("response", {"rows": len(table)}, record.inputs, ledger=accounts)
    return derived(held.with_layer(laid)).with_step(step)


def _together(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return several logs as one; rows of one order in two of them stay rows of one order."""
    if len(tables) == 1:
        return tables[0]
    every = gpd.GeoDataFrame(pd.concat(tables), crs=tables[0].crs)
    every.index = pd.Index([f"row-{at + 1}" for at in range(len(every))], name=tables[0].index.name, dtype=TEXT)
    return every


def written(plan: Plan, path: Path, *, lang: str | None, overwrite: bool) -> None:
    """Write the flow between departments (.svg, .pdf), the map or the workbook, by the ending of a file."""
    spoken = language(lang, plan.parameters.lang)
    kind, hands = path.suffix.lower(), pd.DataFrame(plan.layers[LAYER].tables["hands"])
    if kind in BOOKS:
        report(plan, path, lang=lang, overwrite=overwrite)
    elif kind in PAGES:
        maps.map(plan, view=LAYER, lang=lang).save(path, overwrite=overwrite)
    elif kind in SHEETS:
        data = flow_sheet(Setting(plan, spoken), hands)
        with atomic.replacing(path, overwrite=overwrite) as file:
            Path(file).write_bytes(data)
    else:
        with atomic.replacing(path, overwrite=overwrite) as file:
            Path(file).write_text(flow(hands, spoken), encoding="utf-8")


def facts(plan: Plan) -> dict[str, Any]:
    """Return the headline, and the tables that a person reads first."""
    layer = plan.layers[LAYER]
    by, hands = (pd.DataFrame(layer.tables[name]) for name in ("by_departments", "hands"))
    rows = by.reset_index().astype(object)
    told_of = {name: value for name, value in layer.facts.items() if name != "read"}
    return {
        **told_of,
        "by_departments": rows.where(rows.notna(), None).to_dict("records"),
        "hands": hands.head(_FIRST).to_dict("records"),
    }


_FIRST = 15
