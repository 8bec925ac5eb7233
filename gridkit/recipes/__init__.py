"""Whole jobs: the only place where the parts of gridkit meet."""

from __future__ import annotations

from gridkit.project import Project, project
from gridkit.recipes.drawing import map  # noqa: A004 - the step's name
from gridkit.recipes.files import read_plan, write_plan
from gridkit.recipes.laying import layer
from gridkit.recipes.planning import exceptions, split, summary
from gridkit.recipes.survey import Survey, units

__all__ = [
    "Project",
    "Survey",
    "exceptions",
    "layer",
    "map",
    "project",
    "read_plan",
    "split",
    "summary",
    "units",
    "write_plan",
]
