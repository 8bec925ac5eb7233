"""gridkit: governance grids from a district, its people and its lines.

The steps are functions of the same names as the commands, GeoDataFrames in and out::

    import gridkit as gk

    files = gk.demo("q-district", only_files=True)
    plan = gk.split(files["district"], parents="code", osm=files["osm"], people=files["population"], target=1000)
    plan = gk.layer(plan, "incidents", data=files["incidents"], datum="gcj02")
    gk.map(plan, "official").save("q-district.html")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gridkit.facade import HOMES, STEPS

if TYPE_CHECKING:
    from gridkit.catalog.definitions import layers as layers
    from gridkit.catalog.definitions import maps as maps
    from gridkit.catalog.presets import presets as presets
    from gridkit.errors import GridkitError as GridkitError
    from gridkit.errors import GridkitWarning as GridkitWarning
    from gridkit.plan.plan import Layer as Layer
    from gridkit.plan.plan import Parameters as Parameters
    from gridkit.plan.plan import Plan as Plan
    from gridkit.project import Project as Project
    from gridkit.recipes import Wishes as Wishes
    from gridkit.recipes import alternatives as alternatives
    from gridkit.recipes import audit as audit
    from gridkit.recipes import cards as cards
    from gridkit.recipes import compare as compare
    from gridkit.recipes import demo as demo
    from gridkit.recipes import export as export
    from gridkit.recipes import import_edits as import_edits
    from gridkit.recipes import inspect as inspect
    from gridkit.recipes import layer as layer
    from gridkit.recipes import map as map  # noqa: A004 - the step's name
    from gridkit.recipes import read_plan as read_plan
    from gridkit.recipes import redraw as redraw
    from gridkit.recipes import report as report
    from gridkit.recipes import split as split
    from gridkit.recipes import undo as undo
    from gridkit.recipes import units as units
    from gridkit.recipes import write_plan as write_plan
    from gridkit.split import Band as Band
    from gridkit.split import Problem as Problem
    from gridkit.split import solve as solve
    from gridkit.tables import Extract as Extract
    from gridkit.words import Words as Words

__all__ = [
    "Band",
    "Extract",
    "GridkitError",
    "GridkitWarning",
    "Layer",
    "Parameters",
    "Plan",
    "Problem",
    "Project",
    "Wishes",
    "Words",
    "alternatives",
    "audit",
    "cards",
    "compare",
    "demo",
    "export",
    "import_edits",
    "inspect",
    "layer",
    "layers",
    "map",
    "maps",
    "presets",
    "read_plan",
    "redraw",
    "report",
    "solve",
    "split",
    "undo",
    "units",
    "write_plan",
]


def __getattr__(name: str) -> object:
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    if name in STEPS:
        return import_module(f"gridkit.{name}")
    message = f"module 'gridkit' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
