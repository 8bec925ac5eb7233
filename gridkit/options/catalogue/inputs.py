"""The district's files: people, lines, areas, and the columns that say whose they are."""

from __future__ import annotations

from gridkit.options.catalogue.reach import COUNTING, CUTTING, FEATURE_KINDS, ROUND_PLAN
from gridkit.options.declaration import Option

OPTIONS: tuple[Option, ...] = (
    Option(
        "preset",
        "text",
        None,
        "The kind of grid whose rules hold.",
        "",
        ("audit",),
        metavar="NAME",
        unsaid="the plan's",
        more="``cn-social`` for polygons.",
    ),
    Option(
        "district",
        "source",
        None,
        "The district a layer of grids lies in.",
        "inputs",
        ("audit",),
        metavar="FILE",
        more="Polygons are judged by its parents, lines and people; a plan brings its own.",
    ),
    Option(
        "osm",
        "files",
        (),
        "OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2); may be repeated.",
        "inputs",
        (*ROUND_PLAN, "patrol"),
        metavar="FILE",
        common=True,
    ),
    Option(
        "parents",
        "text",
        None,
        "Column of DISTRICT (community) whose boundaries must not be crossed.",
        "inputs",
        ROUND_PLAN,
        metavar="COLUMN",
        common=True,
    ),
    Option(
        "people",
        "source",
        None,
        "Where people are: raster, FILE[:LAYER]:COLUMN, or a table per compound.",
        "inputs",
        ROUND_PLAN,
        metavar="FILE",
        common=True,
    ),
    Option("people", "source", None, "New counts of people.", "inputs", ("redraw",), metavar="FILE", common=True),
    Option(
        "households",
        "source",
        None,
        "Where households are, in the same forms as --people.",
        "inputs",
        COUNTING,
        metavar="FILE",
    ),
    Option(
        "totals",
        "source",
        None,
        "Official totals per parent, to scale people and households to.",
        "inputs",
        COUNTING,
        metavar="FILE",
    ),
    Option(
        "features",
        "pairs",
        None,
        "Your own roads, rails, waterways, water, green, walls, compounds, buildings or places; may be repeated.",
        "inputs",
        ROUND_PLAN,
        flags=("--feature",),
        metavar="KIND=FILE",
        more="Files by kind, beside or instead of OpenStreetMap.",
    ),
    *(
        Option(kind, "feature", None, "Your own file of this kind.", "inputs", ROUND_PLAN, metavar="FILE", hidden=True)
        for kind in FEATURE_KINDS
    ),
    Option(
        "lines",
        "source",
        None,
        "Your own lines that must cut: FILE[:LAYER].",
        "inputs",
        CUTTING,
        metavar="FILE",
    ),
)
