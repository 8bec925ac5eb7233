"""The façade: which public name lives where, and packages that can be called like the step they hold."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

HOMES: dict[str, str] = {
    "Band": "gridkit.split",
    "Extract": "gridkit.tables",
    "GridkitError": "gridkit.errors",
    "GridkitWarning": "gridkit.errors",
    "Layer": "gridkit.plan.plan",
    "Parameters": "gridkit.plan.plan",
    "Plan": "gridkit.plan.plan",
    "Problem": "gridkit.split",
    "Project": "gridkit.project",
    "Wishes": "gridkit.recipes",
    "Words": "gridkit.words",
    "alternatives": "gridkit.recipes",
    "audit": "gridkit.recipes",
    "cards": "gridkit.recipes",
    "compare": "gridkit.recipes",
    "demo": "gridkit.recipes",
    "export": "gridkit.recipes",
    "import_edits": "gridkit.recipes",
    "inspect": "gridkit.recipes",
    "layer": "gridkit.recipes",
    "layers": "gridkit.catalog.definitions",
    "map": "gridkit.recipes",
    "maps": "gridkit.catalog.definitions",
    "presets": "gridkit.catalog.presets",
    "read_plan": "gridkit.recipes",
    "redraw": "gridkit.recipes",
    "report": "gridkit.recipes",
    "solve": "gridkit.split",
    "undo": "gridkit.recipes",
    "write_plan": "gridkit.recipes",
}
"""The module each public name is imported from when first asked for, so that ``import gridkit`` stays light."""

STEPS = ("split", "units")
"""Packages whose name is also a step's: ``gridkit.split.solve`` is in it, ``gridkit.split(...)`` runs it."""


class Step(ModuleType):
    """A package that can also be called: ``gridkit.split(...)`` runs the recipe of its name."""

    def __call__(self, *args: object, **options: object) -> object:
        """Run the recipe; see :func:`gridkit.recipes.split` and :func:`gridkit.recipes.units`."""
        recipe = getattr(import_module("gridkit.recipes"), self.__name__.rpartition(".")[2])
        return recipe(*args, **options)
