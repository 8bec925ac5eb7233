"""Which commands take an option: those that split, that read people, that change a plan, and so on."""

from __future__ import annotations

SPLITTING = ("split", "alternatives")
CUTTING = (*SPLITTING, "units")
NETS = ("departments overlay", "departments harmonise")
WORK = ("workload", "staffing")
TASKS = (*NETS, "emergency", "patrol", "visits", "response", "ingest", "participation", *WORK)
"""Commands that lay the work of departments and people on a plan."""
ROUND_PLAN = (*CUTTING, "audit")
COUNTING = (*CUTTING, "audit", "redraw")
"""Commands that read people."""
READING = (*COUNTING, "layer")
TRIED = (*READING, "inspect")
"""Commands that read tables by what their user says of them, and the one that tries it first."""
ON_PLANS = (
    *(
        "ensemble",
        "layer",
        "map",
        "history",
        "redraw",
        "undo",
        "refresh",
        "standing",
        *TASKS,
        "scorecard",
        "edits import",
        "edits type",
        "edits list",
        "edits decide",
        "edits reply",
    ),
    *("codes", "part", "report", "cards", "papers", "publish", "export"),
)
REWRITING = (
    "layer",
    *TASKS,
    "redraw",
    "undo",
    "refresh",
    "standing",
    "edits import",
    "edits type",
    "edits decide",
    "codes",
    "join",
)
"""Commands that change the file of a plan, where no other output is named."""
REPORTING = (
    *("inspect", "split", "units", "audit", "compare", "ensemble"),
    *("layer", "layers", "maps", "history", "redraw"),
    *(
        "standing",
        *TASKS,
        "reciprocity",
        "survival",
        "scorecard",
        "edits import",
        "edits type",
        "edits list",
        "edits decide",
    ),
    *("publish", "presets", "new", "run", "verify", "rerun", "batch"),
    "exit-codes",
    "explain",
)
WATCHED = (
    "demo",
    *TASKS,
    "reciprocity",
    "survival",
    "scorecard",
    "fetch",
    "split",
    "alternatives",
    "units",
    "audit",
    "compare",
    "ensemble",
    "layer",
    "map",
    "redraw",
    "refresh",
    "report",
    "papers",
    "publish",
    "new",
    "run",
    "rerun",
    "batch",
)
PARTS = ("blocks", "people", "borders", "labels", "coverage", "hot-spots", "compactness")
"""The parts alone, which are functions only."""
WRITING = ("demo", "fetch", "edits reply", "part", "report", "cards", "papers", "publish", "export", "scorecard")

FEATURE_KINDS = ("roads", "rails", "waterways", "water", "green", "walls", "compounds", "buildings", "places")
"""Kinds of lines and areas that a provider's own file may give, beside or instead of OpenStreetMap."""
