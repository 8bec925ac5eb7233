"""Whole jobs: the only place where the parts of gridkit meet."""

from __future__ import annotations

from gridkit.atomic import refuse
from gridkit.project import Project, project
from gridkit.recipes.changing import (
    Wishes,
    comments,
    compare,
    decide,
    history,
    import_edits,
    join,
    part,
    recode,
    redraw,
    undo,
    write_reply,
)
from gridkit.recipes.demonstration import Demo, demo
from gridkit.recipes.drawing import map, tiles_of  # noqa: A004 - the step's name
from gridkit.recipes.files import plan_or_polygons, read_plan, required_plan, write_plan
from gridkit.recipes.judging import audit
from gridkit.recipes.laying import layer
from gridkit.recipes.looking import fetch, inspect
from gridkit.recipes.papers import cards, export, report
from gridkit.recipes.planning import alternatives, exceptions, split, summary, write_alternatives
from gridkit.recipes.survey import Survey, units, write_survey
from gridkit.render.compose import Choices
from gridkit.sources.points import Reading

__all__ = [
    "Choices",
    "Demo",
    "Project",
    "Reading",
    "Survey",
    "Wishes",
    "alternatives",
    "audit",
    "cards",
    "comments",
    "compare",
    "decide",
    "demo",
    "exceptions",
    "export",
    "fetch",
    "history",
    "import_edits",
    "inspect",
    "join",
    "layer",
    "map",
    "part",
    "plan_or_polygons",
    "project",
    "read_plan",
    "recode",
    "redraw",
    "refuse",
    "report",
    "required_plan",
    "split",
    "summary",
    "tiles_of",
    "undo",
    "units",
    "write_alternatives",
    "write_plan",
    "write_reply",
    "write_survey",
]
