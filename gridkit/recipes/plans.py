"""Plans in and out of files, and any polygons in the place of a plan."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from gridkit import provenance
from gridkit.atomic import refuse
from gridkit.crs import to_metric
from gridkit.database.address import Address, address, names_database
from gridkit.errors import GridkitWarning, UsageError
from gridkit.language.labels import label
from gridkit.language.phrases import LIST, Phrase, joined, listed
from gridkit.plan.compare import grids_as_plan
from gridkit.plan.interchange import labelled
from gridkit.plan.plan import Plan
from gridkit.store import geopackage, postgis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyproj import CRS


def read_plan(path: str | Path | Address) -> Plan:
    """Return the plan in a file, or in a schema (``postgresql://HOST/DB:SCHEMA``); the error names what is none."""
    if not isinstance(path, str | Path | Address):
        raise UsageError(
            "what is of the type {kind} is not read",
            mend="hand over {takes}",
            kind=type(path).__name__,
            takes=Phrase("the path of a plan"),
        )
    return postgis.read(address(path)) if names_database(path) else geopackage.read(str(path))


def write_plan(plan: Plan, path: str | Path | Address, *, overwrite: bool = False) -> Path | Address:
    """Write a plan into one GeoPackage or one schema, which appears whole or not at all, and return its place."""
    required_plan(plan, "write_plan")
    if names_database(path):
        return postgis.write(plan, address(path), overwrite=overwrite)
    return geopackage.write(plan, str(path), overwrite=overwrite)


def refuse_plan(path: str | Path | Address, *, overwrite: bool) -> None:
    """Say before the work why a plan could not be written there, rather than after it."""
    if names_database(path):
        postgis.refuse(address(path), overwrite=overwrite)
    else:
        refuse(str(path), overwrite=overwrite)


def write_plans(plans: Mapping[Path, Plan], *, overwrite: bool = False) -> list[Path]:
    """Write several plans into one folder, all of them or none, and return their paths."""
    return geopackage.write_all(plans, overwrite=overwrite)


def required_plan(judged: Plan | gpd.GeoDataFrame, where: object) -> Plan:
    """Return what must be a plan; raise :class:`UsageError` where it is a layer of polygons, or nothing of the kind."""
    if isinstance(judged, Plan):
        return judged
    if not isinstance(judged, gpd.GeoDataFrame):
        raise UsageError("{name} is a plan, not {value!r}: read one with gridkit.read_plan", name="plan", value=judged)
    raise UsageError("this is a layer of grids, not a plan of gridkit", where=where, mend="make one with gridkit split")


def called(plan: Plan, names: Iterable[str]) -> str:
    """Return what layers of a plan, and what else is derived in it, are called, with commas between them."""
    layers = plan.layers
    return joined([layers[name].definition.title if name in layers else label("made", name) for name in names], LIST)


def marked(plan: Plan) -> Plan:
    """Return a plan, with a warning of what in it was made from other grids or tables than those of now.

    Warns
    -----
    GridkitWarning
        When something is stale.
    """
    if plan.stale:
        warnings.warn(
            GridkitWarning(
                "made from other grids or tables than those of now: {names}",
                mend="bring them up to date with gridkit refresh, or lay them again with their data",
                names=called(plan, plan.stale),
            ),
            stacklevel=3,
        )
    return plan


def plan_or_polygons(
    source: str | Path | Plan | gpd.GeoDataFrame, crs: CRS | None = None, *, said: str | None = None
) -> Plan | gpd.GeoDataFrame:
    """Return a plan where the source is one, else its polygons in a metric CRS.

    Parameters
    ----------
    source
        A plan, a plan file, polygons, or ``FILE[:LAYER]`` of polygons in any CRS.
    crs
        The metric CRS polygons come in; the one that fits them best when None.
    said
        The CRS of a layer that names none.
    """
    if isinstance(source, Plan):
        return source
    if names_database(source) and postgis.holds_plan(address(source)):
        return postgis.read(address(source))
    if isinstance(source, str | Path) and not names_database(source) and geopackage.holds_plan(source):
        return geopackage.read(source)
    from gridkit.sources import gate, old_grids  # the readers of all that is no plan
    from gridkit.sources.reading import Reading

    source = gate.taken(source)
    with provenance.role("grids"):
        frame, _ = old_grids.read(source, reading=Reading(crs=said))
    warn_of_doubles(frame["grid_id"], source)
    return to_metric(frame, crs, where="" if isinstance(source, gpd.GeoDataFrame) else source)


def plan_of(source: str | Path | Plan | gpd.GeoDataFrame, like: Plan, *, said: str | None = None) -> Plan:
    """Return a plan, or any layer of grids as a plan beside another one: its polygons are the units.

    Parameters
    ----------
    source
        As of :func:`plan_or_polygons`.
    like
        The plan it is laid beside: people whom the layer does not count are taken from there.
    said
        The CRS of a layer that names none.
    """
    taken = plan_or_polygons(source, like.crs, said=said)
    return taken if isinstance(taken, Plan) else grids_as_plan(taken, like)


def plan_before(
    source: str | Path | Plan | gpd.GeoDataFrame, like: Plan, *, said: str | None = None
) -> Plan | gpd.GeoDataFrame:
    """Return what was in force before a plan: a plan, polygons, or a table with the grid each unit was in.

    Parameters
    ----------
    source
        As of :func:`plan_or_polygons`, or a table of ``unit_id`` and ``grid_id``.
    like
        The plan whose units a table of labels speaks of.
    said
        The CRS of a layer that names none.
    """
    labels = None
    if not isinstance(source, Plan | gpd.GeoDataFrame):
        from gridkit.sources.labels import read  # the readers of all that is no plan

        labels = read(source)
    if labels is None:
        return plan_or_polygons(source, like.crs, said=said)
    grids = labelled(like.units, labels)
    return replace(like, units=like.units.assign(grid_id=grids), layers={}, attributes=None, records={}, made={})


def warn_of_doubles(codes: Iterable[object], source: object) -> None:
    """Warn where one code stands at several grids: they are taken as one, which a slip of the pen never meant."""
    counts = Counter(map(str, codes))
    twice = [code for code, count in counts.items() if count > 1]
    if twice:
        warnings.warn(
            GridkitWarning(
                "codes stand more than once: {codes}; what bears one code is taken as one grid",
                where="" if isinstance(source, gpd.GeoDataFrame) else source,
                mend="give each grid its own",
                codes=listed(twice),
            ),
            stacklevel=3,
        )
