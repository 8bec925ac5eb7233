"""The options that several commands share, their examples, and how they report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.commands.console import Console

File = Annotated[Path, typer.Option("-o", "--output", help="The file to write.")]
MaybeFile = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.", show_default=False)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output if it exists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Report as JSON on stdout.")]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A plan file made by gridkit split.", show_default=False)
]
District = Annotated[
    str,
    typer.Argument(
        metavar="DISTRICT", help="The area to split: FILE[:LAYER]; its polygons are dissolved.", show_default=False
    ),
]
Layers = Annotated[
    Path | None, typer.Option("--layers", help="A folder of your own layer definitions (*.toml).", show_default=False)
]
Maps = Annotated[
    Path | None, typer.Option("--maps", help="A folder of your own map views (*.toml).", show_default=False)
]
Osm = Annotated[
    list[str] | None,
    typer.Option("--osm", help="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz); may be repeated.", show_default=False),
]
Feature = Annotated[
    list[str] | None,
    typer.Option(
        "--feature",
        metavar="KIND=FILE",
        help="Your own roads, rails, waterways, water, green, walls, compounds, buildings or places; may be repeated.",
        show_default=False,
    ),
]
Parents = Annotated[
    str | None,
    typer.Option(
        "--parents", metavar="COLUMN", help="Column of DISTRICT whose values are walls (community).", show_default=False
    ),
]
People = Annotated[
    str | None,
    typer.Option(
        "--people", help="Where people are: raster, FILE[:LAYER]:COLUMN, or a table per compound.", show_default=False
    ),
]
Households = Annotated[
    str | None,
    typer.Option("--households", help="Where households are, in the same forms as --people.", show_default=False),
]
Totals = Annotated[
    str | None,
    typer.Option("--totals", help="Official totals per parent, to scale people and households to.", show_default=False),
]
Lines = Annotated[
    str | None, typer.Option("--lines", help="Your own lines that must cut: FILE[:LAYER].", show_default=False)
]
Units = Annotated[
    str, typer.Option("--units", help="blocks (enclosed by lines), hexagons, h3:9 (cells of H3), or your own areas.")
]
HexagonM = Annotated[float, typer.Option("--hexagon-m", help="Width of hexagons in metres.")]
Crs = Annotated[
    str | None, typer.Option("--crs", help="CRS of inputs that name none, such as EPSG:4528.", show_default=False)
]
Datum = Annotated[
    str | None,
    typer.Option(
        "--datum", help="Datum of longitude/latitude columns: wgs84, cgcs2000, gcj02 or bd09.", show_default=False
    ),
]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Encoding of text.", show_default="found")]
SwapXy = Annotated[bool, typer.Option("--swap-xy", help="North stands first, as in survey coordinates.")]
Approval = Annotated[
    str, typer.Option("--approval", help="Map-approval number (审图号) of what leaves the office.", show_default=False)
]
Preset = Annotated[str, typer.Option("--preset", help="The practice whose band, prices, rules and codes hold.")]
Measure = Annotated[
    str,
    typer.Option(
        "--by", metavar="MEASURE", help="What to balance: people, households or area_m2.", show_default="the preset's"
    ),
]

Result = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="PLAN itself")]
Reason = Annotated[str, typer.Option("--reason", help="Why: kept in the plan's history.", show_default=False)]
Author = Annotated[str, typer.Option("--author", help="Who: kept in the plan's history.", show_default=False)]
Loose = Annotated[bool, typer.Option("--loose", help="Let grids leave the band.")]


def examples(*lines: str) -> str:
    """Return the epilog of a command: lines to copy and paste."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def said(context: typer.Context) -> Console:
    """Return the console that the options before the command asked for."""
    console: Console = context.obj
    return console


def report(context: typer.Context, schema: str, title: str, facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a report on stdout, for a machine or for a person."""
    console = said(context)
    if as_json:
        console.json(schema, facts)
    else:
        console.report(title, facts, schema)


def pairs(option: str, given: list[str] | None, form: str = "KIND=FILE") -> dict[str, str]:
    """Return options of the form ``KIND=FILE`` as a mapping."""
    for each in given or ():
        if "=" not in each:
            raise UsageError("{each!r} is not of the form {form}", where=option, each=each, form=form)
    return dict(each.split("=", 1) for each in given or ())


def save(plan: Any, source: Path, output: Path | None, *, overwrite: bool) -> None:  # noqa: ANN401 - a Plan, not imported here
    """Write a changed plan to ``output``, or over its own file."""
    from gridkit.recipes import plans

    plans.write_plan(plan, output or source, overwrite=overwrite or output is None)
