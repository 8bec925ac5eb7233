"""Patrols on a plan: streets read where the plan has none, walks found, and written as tracks or papers."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit import ledger, provenance
from gridkit.catalog import definitions
from gridkit.crs import LONLAT
from gridkit.errors import GridkitWarning, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed, template
from gridkit.ledger import Ledger
from gridkit.recipes.layer import derived, measured
from gridkit.recipes.progress import shown
from gridkit.render import export as formats
from gridkit.render.formats import FORMATS
from gridkit.render.papers.route_sheets import route_sheets
from gridkit.sources import facilities, gate
from gridkit.sources.osm import extract as osm_files
from gridkit.sources.reading import Reading
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress

LAYER = "patrol"
PAPERS = (".pdf",)
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_NAMED = 5


@face("patrol")
def patrol(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    osm: str | Path | Sequence[str | Path] = (),
    classes: str | Sequence[str] = (),
    grids: str | Sequence[str] = (),
    groups: str = "",
    walkers: int = 1,
    shift_hours: float | None = None,
    office: Source | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with patrols on it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    osm
        OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2); one or several.
    classes
        Classes of streets that are passed, as OpenStreetMap has them; one or several.
    grids
        Only this grid; one or several.
    groups
        Grids that have one value in this column are walked as one.
    walkers
        How many go at once.
    shift_hours
        How long one is out at most.
    office
        Where walkers begin and end: longitude,latitude, the name of a facility of the plan, or FILE of points.
    seed
        Same plan and seed, same walks.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    if walkers < 1:
        raise UsageError("somebody has to walk", where="--walkers", mend="give 1 or more")
    if shift_hours is not None and shift_hours <= 0:
        raise UsageError("a shift takes some time", where="--shift-hours", mend="give hours, such as 4")
    say("reading data", None)
    backdrop, brought = dict(plan.backdrop), dict(plan.brought)
    brought.pop(LAYER, None)
    tables: list[pd.DataFrame] = []
    with provenance.recording() as record, provenance.role(LAYER):
        if several(osm):
            read = [osm_files.read(Path(path), district=plan.districts, crs=plan.crs) for path in several(osm)]
            roads = pd.concat([each.table("roads") for each in read])
            backdrop["roads"] = gpd.GeoDataFrame(roads[~roads.index.duplicated()], crs=plan.crs)
        if office is not None:
            brought[LAYER] = places(plan, office)
            tables.append(brought[LAYER])
    say("finding walks", None)
    held = plan.having(backdrop=backdrop, brought=brought)
    definition = replace(
        definitions.layers()[LAYER],
        preset=plan.parameters.preset or "cn-social",
        classes=tuple(several(classes)),
        walkers=walkers,
        shift_hours=shift_hours or 0.0,
        groups=groups,
        only=tuple(several(grids)),
        seed=seed,
    )
    laid = measured(held, definition, definitions.layers(), heard=lambda done: say("finding walks", done))
    _warned(laid.facts)
    accounts = ledger.of(*tables) if tables else Ledger()
    asked = {"classes": list(definition.classes), "walkers": walkers, "shift_hours": shift_hours, "groups": groups}
    return derived(held.with_layer(laid)).with_step(provenance.step("patrol", asked, record.inputs, ledger=accounts))


def places(plan: Plan, office: Source) -> gpd.GeoDataFrame:
    """Return the points that walkers begin at: longitude and latitude, a place of the plan by its name, or a file.

    Raises
    ------
    UsageError
        When it is neither a point, nor a place of the plan, nor a file.
    """
    if isinstance(office, str):
        point = _POINT.fullmatch(office)
        if point is not None:
            at = gpd.GeoSeries(gpd.points_from_xy([float(point[1])], [float(point[2])]), crs=LONLAT).to_crs(plan.crs)
            if not np.isfinite(at.x).all():
                raise UsageError("{said} is no longitude and latitude", where="--office", mend="such as 120.87,31.99",
                                 said=office)  # fmt: skip
            return _points(plan, gpd.GeoDataFrame({"name": [""]}, geometry=at.to_numpy(), crs=plan.crs))
        named = _named(plan, office)
        if named is not None:
            return _points(plan, named)
        if not Path(office.split(":", maxsplit=1)[0]).exists():
            raise UsageError(
                "there is no place {name!r} in the plan, and no such file",
                where="--office",
                mend="give longitude,latitude, the name of a facility of the plan, or a file of points",
                name=office,
            )
    read = facilities.read(gate.taken(office), crs=plan.crs, reading=Reading(), district=None)[0]
    return _points(plan, read[~(read.geometry.is_empty | read.geometry.isna())])


def _named(plan: Plan, name: str) -> gpd.GeoDataFrame | None:
    """Return the places of a plan that bear a name."""
    tables = [*plan.brought.values(), *([plan.backdrop["places"]] if "places" in plan.backdrop else [])]
    tables += [layer.tables["points"] for layer in plan.layers.values() if "points" in layer.tables]  # type: ignore[misc]
    for table in tables:
        if "name" in table:
            own = table[(table["name"].astype(TEXT) == name).fillna(value=False).to_numpy()]
            if len(own):
                return gpd.GeoDataFrame(own.iloc[:1], crs=table.crs)
    return None


def _points(plan: Plan, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return places as points; those beyond the plan's grids are told."""
    if found.empty:
        raise UsageError("there is no office in it", where="--office", mend="give a file of points")
    points = found.geometry.to_crs(plan.crs).representative_point()
    outside = ~points.within(plan.grids.geometry.union_all()).to_numpy()
    if outside.any():
        said = template("{count} office lies outside the grids", "{count} offices lie outside the grids")
        _say(said, mend="walks begin there all the same", count=int(outside.sum()))
    name = found["name"].astype("object") if "name" in found else pd.Series(None, index=found.index)
    made = gpd.GeoDataFrame({"name": name.to_numpy()}, geometry=points.to_numpy(), crs=plan.crs)
    made.index = pd.Index([f"office-{at + 1}" for at in range(len(made))], name="facility_id", dtype=TEXT)
    made.attrs.update(found.attrs)
    return made


def _warned(facts: Any) -> None:  # noqa: ANN401 - a mapping
    """Say what could not be walked as asked."""
    for names, said in (
        (
            facts["without_streets"],
            template(
                "{count} grid has no street of these classes: {names}",
                "{count} grids have no street of these classes: {names}",
            ),
        ),
        (
            facts["in_pieces"],
            template(
                "no way joins the streets of {count} grid, which is walked piece by piece: {names}",
                "no way joins the streets of {count} grids, which are walked piece by piece: {names}",
            ),
        ),
        (
            facts["not_from_office"],
            template(
                "no way leads from the office to all streets of {count} grid: {names}",
                "no way leads from the office to all streets of {count} grids: {names}",
            ),
        ),
        (
            facts["cut_first"],
            template(
                "{count} area has too many streets for one search and is walked in parts: {names}",
                "{count} areas have too many streets for one search and are walked in parts: {names}",
            ),
        ),
        (
            facts["over_shift"],
            template(
                "in {count} grid a walk takes longer than a shift: {names}",
                "in {count} grids a walk takes longer than a shift: {names}",
            ),
        ),
    ):
        if names:
            _say(said, count=len(names), names=listed(names, _NAMED))


def _say(said: str, mend: str = "", **facts: object) -> None:
    warnings.warn(GridkitWarning(said, mend=mend, **facts), stacklevel=4)


def written(plan: Plan, path: Path, layer: str, *, lang: str, overwrite: bool) -> None:
    """Write the walks of a layer: tracks of GPX, lines of GeoJSON and other formats, or sheets (.pdf)."""
    if path.suffix.lower() in PAPERS:
        route_sheets(plan, plan.layers[layer], path, lang=lang, overwrite=overwrite)
    else:
        formats.export(plan, path, table=f"{layer}:routes", overwrite=overwrite)


def is_plan(path: Path) -> bool:
    """Return whether a file of this ending holds a plan, and not walks alone."""
    return path.suffix.lower() not in (*PAPERS, *FORMATS) or path.suffix.lower() == ".gpkg"


def partly(facts: Any, grids: Sequence[str]) -> bool:  # noqa: ANN401 - a mapping
    """Return whether less was found than was asked: a grid asked for by name has no street, or is out of reach."""
    return bool((grids and facts["without_streets"]) or facts["not_from_office"] or facts["over_shift"])


def facts(plan: Plan) -> dict[str, Any]:
    """Return the headline of the patrols, and each area by itself."""
    layer = plan.layers[LAYER]
    areas = pd.DataFrame(layer.tables["areas"]).reset_index().astype(object)
    rows = areas.where(areas.notna(), None).to_dict("records")
    return {**{name: value for name, value in layer.facts.items() if name != "read"}, "by_area": rows}
