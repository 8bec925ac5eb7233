"""Departments' nets over a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import shapely

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.errors import TableError
from gridkit.face import face, several
from gridkit.plan.plan import Plan
from gridkit.recipes.layer import measured, told
from gridkit.recipes.progress import shown
from gridkit.sources import gate, nets
from gridkit.sources.reading import Reading
from gridkit.store import geopackage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    return held.with_layer(laid).with_step(step)


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
