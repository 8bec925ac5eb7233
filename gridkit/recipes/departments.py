"""Departments' nets over a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import atomic, ledger, provenance
from gridkit.band import Band
from gridkit.catalog import definitions
from gridkit.errors import TableError, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed
from gridkit.measure.departments.overlay import counted
from gridkit.plan import agreement
from gridkit.plan.harmony import PLAN, STAYS, Fitted, harmony
from gridkit.plan.ingredients import STALE, digest
from gridkit.plan.life.edit import Move, Together, edit
from gridkit.plan.plan import Plan
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.plans import marked
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import refresh
from gridkit.sources import facilities, gate, nets
from gridkit.sources.reading import Reading
from gridkit.store import geopackage
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gridkit.measure.departments.programme import Goal
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "departments"
"""The layer that holds the nets."""
HARMONY = "harmony"
"""What :attr:`gridkit.plan.plan.Plan.made` calls the nets that were made to fit: figures, ways, moves, areas."""
OFFICERS = ("officers", "staff", "posts", "人数", "编制", "警力", "工作人员", "在岗人数")
"""Usual names of the column that counts who works at a site."""


@face("departments overlay")
def departments_overlay(  # noqa: PLR0913 - the public face
    plan: Plan,
    areas: Source | Sequence[Source] | Mapping[str, Source],
    *,
    rule: Literal["people", "area", "touch"] = "people",
    crs: str | None = None,
    encoding: str | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with departments' nets laid over it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    areas
        A department's net: NAME=FILE[:LAYER][:COLUMN], a plan, or NAME=COLUMN of the units. In Python one or several
        sources, or sources by the net's name.
    rule
        What makes a part of a unit an area's: more than 5 % of its people or of its area, or any touch.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    encoding
        Encoding of text.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    say("reading data", None)
    given = areas.items() if hasattr(areas, "items") else [nets.named(each) for each in several(areas)]
    taken = Reading(crs=crs, encoding=encoding)
    with provenance.recording() as record, provenance.role(LAYER):
        found, notes = [], []
        for at, (name, source) in enumerate(given, start=1):
            net, said = _net(plan, source, name or f"net {at}", taken)
            _require_inside(net, plan)
            found.append(net)
            notes += said
        accounts = ledger.of(*found)
        accounts.tell(several(accept))
        say("measuring", None)
        together = nets.together(found)
        held = plan.having(brought={**plan.brought, LAYER: together})
        was = plan.brought.get(LAYER)
        if HARMONY in held.made and (was is None or digest(was) != digest(together)):
            # What was found for other nets holds for them alone.
            held = held.having(made={**held.made, HARMONY: STALE})
        definition = replace(definitions.layers()[LAYER], rule=rule)
        laid = told(measured(held, definition, definitions.layers()), {"notes": notes})
    names = list(dict.fromkeys(held.brought[LAYER]["net"]))
    step = provenance.step("departments overlay", {"nets": names, "rule": rule}, record.inputs, ledger=accounts)
    return marked(derived(held.with_layer(laid)).with_step(step))


@face("departments harmonise")
def departments_harmonise(  # noqa: PLR0913 - the public face
    plan: Plan,
    areas: Source | Sequence[Source] | Mapping[str, Source],
    *,
    nest: bool = False,
    equal: bool = False,
    union: bool = False,
    fix: str | Sequence[str] = (),
    cost: Mapping[str, str] | None = None,
    ranges: Mapping[str, str] | None = None,
    sites: Source | Sequence[Source] = (),
    crs: str | None = None,
    encoding: str | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with departments' nets moved as little as can be so that they fit its grids.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    areas
        A department's net: NAME=FILE[:LAYER][:COLUMN], a plan, or NAME=COLUMN of the units. In Python one or several
        sources, or sources by the net's name.
    nest
        Areas lie each in one grid.
    equal
        Areas are the grids.
    union
        Areas are made of whole grids.
    fix
        A net that stays, and that the plan and the other nets are moved to; one or several. Name plan for the plan
        itself, which stays unless a net does or --cost plan=1 lets it move.
    cost
        What a household costs that changes area in a net; 1 else; one or several.
    ranges
        What an area of a net may hold; one or several. Households, or people where households are not known.
    sites
        A department's sites and who works there: NET=FILE, with a column of officers; one or several.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    encoding
        Encoding of text.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    asked = [name for name, wanted in (("nest", nest), ("equal", equal), ("union", union)) if wanted]
    if len(asked) > 1:
        raise UsageError("--nest, --equal and --union ask for different things", mend="give one of them")
    goal: Goal = cast("Goal", asked[0] if asked else "nest")
    laid = departments_overlay(plan, areas, crs=crs, encoding=encoding, accept=accept, progress=progress)
    names = list(dict.fromkeys(laid.brought[LAYER]["net"]))
    if PLAN in names:
        raise UsageError("a net cannot be called {name!r}", mend="plan is the plan itself: NAME=FILE", name=PLAN)
    still = several(fix)
    for name in still:
        _require_known(name, [PLAN, *names], "--fix")
    prices = _prices(cost or {}, names, still)
    bands = _bands(ranges or {}, areas, names, laid)
    places = _sites(laid, several(sites), names, Reading(crs=crs, encoding=encoding))
    before = {name: laid.layers[LAYER].tables["units"][f"code: {name}"] for name in names}
    say("searching", None)
    found = harmony(laid, before, goal, prices, bands)
    say("comparing", None)
    told = agreement.ways(laid, before, goal, bands, found)
    alone = {name: agreement.plan_to(laid, before, goal, (name,)) for name in names}
    changed = _redrawn(laid, found.sides[PLAN]) if prices[PLAN] != STAYS else laid
    kept = [laid.brought[LAYER][laid.brought[LAYER]["net"] == name] for name in names if prices[name] == STAYS]
    drawn = [
        nets.of_units(changed.units.assign(_code=found.sides[name].codes), "_code", name)
        for name in names
        if prices[name] != STAYS
    ]
    held = replace(changed, brought={**changed.brought, LAYER: nets.together([*kept, *drawn])})
    records = {
        HARMONY: agreement.told(found, alone),
        f"{HARMONY}_ways": told,
        f"{HARMONY}_moves": agreement.moves(laid, found),
        f"{HARMONY}_areas": agreement.areas(laid, found, places),
    }
    held = replace(held, records={**held.records, **records})
    again = measured(held, laid.layers[LAYER].definition, definitions.layers())
    facts = {
        "goal": goal,
        "cost": found.cost,
        "bound": found.bound,
        "proven": found.proven,
        "ways": told.reset_index().to_dict("records"),
        "harmony": records[HARMONY].reset_index().to_dict("records"),
    }
    again = replace(again, facts={**again.facts, **facts})
    step = provenance.step("departments harmonise", {"goal": goal, "nets": names, "fix": list(still)}, ())
    fitted = derived(held.with_layer(again)).with_step(step)
    # Where grids move, so does all that was derived from them.
    return (refresh(fitted) if prices[PLAN] != STAYS else fitted).with_made(HARMONY)


def write_proposal(plan: Plan, path: Path, *, lang: str, overwrite: bool = False) -> None:
    """Write the proposal to a meeting of a plan whose nets were harmonised (.pdf)."""
    from gridkit.render.papers.set import proposed  # the extra papers
    from gridkit.render.papers.setting import Setting

    data = proposed(Setting(plan, lang))
    with atomic.replacing(path, overwrite=overwrite) as fresh:
        fresh.write_bytes(data)


def _net(
    plan: Plan,
    source: Any,  # noqa: ANN401 - whatever the gate takes
    name: str,
    reading: Reading,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return one net, from a column of the plan's units, another plan, or areas of any kind."""
    if isinstance(source, str) and source in plan.units.columns:
        return nets.of_units(plan.units, source, name), []
    if not isinstance(source, Plan):
        source = gate.taken(source)
        if not isinstance(source, gpd.GeoDataFrame) and geopackage.holds_plan(source):
            source = geopackage.read(source)
    if isinstance(source, Plan):
        grids = source.grids.to_crs(plan.crs)
        codes = grids["code"] if "code" in grids and grids["code"].notna().all() else grids.index.to_series()
        return nets.read(
            gpd.GeoDataFrame({"code": codes.to_numpy()}, geometry=grids.geometry.to_numpy(), crs=plan.crs), name
        )
    return nets.read(source, name, crs=plan.crs, reading=reading)


def _require_inside(net: gpd.GeoDataFrame, plan: Plan) -> None:
    """Raise where no area of a net lies in the district: such a net is of elsewhere, or in another CRS."""
    if not net.intersects(shapely.box(*plan.units.total_bounds)).any():
        raise TableError(
            "no area of this net lies in the district; all are outside",
            where=str(net["net"].iloc[0]),
            mend="check its CRS: --crs EPSG:4528",
        )


def _require_known(name: str, names: Sequence[str], where: str) -> None:
    if name not in names:
        raise UsageError(
            "there is no net {name!r}", where=where, mend="its nets are {names}", name=name, names=listed(names)
        )


def _prices(given: Mapping[str, str], names: Sequence[str], still: Sequence[str]) -> dict[str, float]:
    """Return what a household costs that changes area, by net and for the plan; what stays is beyond any price.

    The plan stays unless a net does, or a price is set on moving it.
    """
    prices = dict.fromkeys(names, 1.0) | {PLAN: 1.0 if still else STAYS}
    for name, text in given.items():
        _require_known(name, [PLAN, *names], "--cost")
        try:
            prices[name] = float(text)
        except ValueError:
            raise UsageError("{text!r} is no number", where="--cost", mend="write NET=2", text=text) from None
        if not 0 < prices[name] < STAYS:
            raise UsageError("a cost is more than 0, not {text}", where="--cost", mend="write NET=2", text=text)
    prices |= dict.fromkeys(still, STAYS)
    if all(price == STAYS for price in prices.values()):
        raise UsageError("all nets and the plan stay", where="--fix", mend="leave one that may move")
    return prices


def _bands(given: Mapping[str, str], areas: Any, names: Sequence[str], plan: Plan) -> dict[str, Band]:  # noqa: ANN401
    """Return what an area of a net may hold: as was said, or as a net says that is a plan of its own."""
    own = areas.items() if hasattr(areas, "items") else zip(names, several(areas), strict=False)
    bands = {}
    for name, source in own:
        parameters = source.parameters if isinstance(source, Plan) else None
        if parameters is not None and parameters.band is not None and parameters.measure == counted(plan.units)[1]:
            bands[name] = parameters.band
    for name, text in given.items():
        _require_known(name, names, "--range")
        low, mark, high = text.partition("-")
        try:
            least, most = float(low), float(high)
        except ValueError:
            mark = ""
        if not mark or not 0 <= least < most:
            raise UsageError("{text!r} is no range", where="--range", mend="write NET=300-500", text=text)
        bands[name] = Band(least, (least + most) / 2, most)
    return bands


def _sites(plan: Plan, given: Sequence[Source], names: Sequence[str], reading: Reading) -> gpd.GeoDataFrame | None:
    """Return departments' sites and who works there: points with ``net`` and ``officers``; None where none is given."""
    parts = []
    for each in given:
        name, source = nets.named(each)
        _require_known(name, names, "--sites")
        read, _ = facilities.read(
            gate.taken(source), {"capacity": OFFICERS}, crs=plan.crs, reading=reading, district=plan.districts
        )
        officers = read["capacity"] if "capacity" in read else pd.Series(np.nan, index=read.index)
        parts.append(gpd.GeoDataFrame({"net": name, "officers": officers}, geometry=read.geometry, crs=plan.crs))
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=plan.crs) if parts else None


def _redrawn(plan: Plan, found: Fitted) -> Plan:
    """Return the plan with its grids as they were found, in one edit that can be undone."""
    changed = found.codes[found.codes != plan.units["grid_id"].astype(TEXT)]
    moves = tuple(Move(tuple(map(str, units.index)), str(grid)) for grid, units in changed.groupby(changed))
    return edit(plan, [Together(moves)], loose=True, reason="departments harmonise") if moves else plan
