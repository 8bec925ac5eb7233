"""Departments' nets over a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.errors import TableError, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed
from gridkit.plan.harmony import Fitted, harmony
from gridkit.plan.life.edit import Move, edit
from gridkit.plan.plan import Plan
from gridkit.recipes.layer import measured, told
from gridkit.recipes.plans import marked
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import refresh
from gridkit.sources import gate, nets
from gridkit.sources.reading import Reading
from gridkit.store import geopackage
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.measure.departments.harmonise import Goal
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "departments"
"""The layer that holds the nets."""


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
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
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
        held = replace(plan, brought={**plan.brought, LAYER: nets.together(found)})
        definition = replace(definitions.layers()[LAYER], rule=rule)
        laid = told(measured(held, definition, definitions.layers()), {"notes": notes})
    names = list(dict.fromkeys(held.brought[LAYER]["net"]))
    step = provenance.step("departments overlay", {"nets": names, "rule": rule}, record.inputs, ledger=accounts)
    return marked(held.with_layer(laid).with_step(step))


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
    crs: str | None = None,
    encoding: str | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with departments' nets moved as little as can be so that they fit its grids.

    Parameters
    ----------
    plan
        A plan file made by gridkit.split(...). In Python the plan itself: see :func:`gridkit.read_plan`.
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
        A net that stays, and that the plan is moved to; one or several.
    cost
        What a household costs that changes area in a net; 1 else; one or several.
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
    still, weights = several(fix), _costs(cost or {}, names)
    for name in still:
        _require_known(name, names, "--fix")
    say("searching", None)
    before = {name: laid.layers[LAYER].tables["units"][f"code: {name}"] for name in names}
    changed = _plan_to(laid, [before[name] for name in still], goal) if still else laid
    found = {name: harmony(changed, before[name], goal) for name in names if name not in still}
    other = {name: harmony(laid, before[name], goal, plan_moves=True) for name in names}
    kept = [laid.brought[LAYER][laid.brought[LAYER]["net"] == name] for name in still]
    drawn = [nets.of_units(changed.units.assign(_code=each.codes), "_code", name) for name, each in found.items()]
    held = replace(changed, brought={**changed.brought, LAYER: nets.together([*kept, *drawn])})
    held = replace(
        held, records={**held.records, "harmony": _told(found, other, weights), "harmony_moves": _moves(held, found)}
    )
    again = measured(held, laid.layers[LAYER].definition, definitions.layers())
    again = replace(again, facts={**again.facts, "goal": goal, "harmony": held.records["harmony"].to_dict("records")})
    step = provenance.step("departments harmonise", {"goal": goal, "nets": names, "fix": list(still)}, ())
    fitted = held.with_layer(again).with_step(step)
    # A net that stays moves grids, and with them all that was derived from these.
    return refresh(fitted) if still else fitted


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


def _costs(given: Mapping[str, str], names: Sequence[str]) -> dict[str, float]:
    """Return what a household costs that changes area in each net, 1 where nothing was said."""
    costs = dict.fromkeys(names, 1.0)
    for name, text in given.items():
        _require_known(name, names, "--cost")
        try:
            costs[name] = float(text)
        except ValueError:
            raise UsageError("{text!r} is no number", where="--cost", mend="write NET=2", text=text) from None
    return costs


def _plan_to(plan: Plan, codes: Sequence[pd.Series[Any]], goal: Goal) -> Plan:
    """Return the plan moved as little as can be so that all nets that stay fit it."""
    together = pd.Series("\x1f".join(each) for each in zip(*codes, strict=True)).set_axis(plan.units.index)
    found = harmony(plan, together, goal, plan_moves=True)
    changed = found.codes[found.codes != plan.units["grid_id"]]
    moves = [Move(tuple(map(str, units.index)), str(grid)) for grid, units in changed.groupby(changed)]
    return edit(plan, moves, loose=True, reason="departments harmonise")


def _told(found: Mapping[str, Fitted], other: Mapping[str, Fitted], costs: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per net: who moves when it goes to the plan, and when the plan goes to it."""
    rows = []
    for name, plan_moved in other.items():
        moved = found.get(name)
        rows.append(
            {
                "net": name,
                "moved": None if moved is None else moved.harmony.moved,
                "bound": None if moved is None else moved.harmony.bound,
                "proven": None if moved is None else moved.harmony.proven,
                "cost": None if moved is None else moved.harmony.moved * costs[name],
                "why": "fewer" if moved is not None and moved.harmony.misfits else "",
                "misfits": "" if moved is None else ", ".join(moved.named(moved.harmony.misfits)),
                "torn": "" if moved is None else ", ".join(moved.named(moved.harmony.torn)),
                "given_up": "" if moved is None else ", ".join(moved.named(moved.harmony.given_up)),
                "plan_moved": plan_moved.harmony.moved,
                "plan_bound": plan_moved.harmony.bound,
            }
        )
    return pd.DataFrame(rows).set_index("net")


def _moves(plan: Plan, found: Mapping[str, Fitted]) -> pd.DataFrame:
    """Return one row per unit and net that changes area: from where, to where, and who lives there."""
    units, parts = plan.units, []
    for name, each in found.items():
        at = units.index[(each.before != each.codes).to_numpy()]
        own = units.loc[at]
        parts.append(
            pd.DataFrame(
                {
                    "net": name,
                    "unit_id": at.astype(TEXT),
                    "grid_id": own["grid_id"].to_numpy(),
                    "from": each.before[at].to_numpy(),
                    "to": each.codes[at].to_numpy(),
                    "people": own["people"].to_numpy(dtype=float),
                    "households": own["households"].to_numpy(dtype=float) if "households" in own else np.nan,
                    "area_m2": own.area.to_numpy(),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"net": [], "unit_id": []})
    return table.rename_axis("move_id")
