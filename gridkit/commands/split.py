"""A district split into grids."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    AsJson,
    Crs,
    Datum,
    District,
    Encoding,
    Feature,
    File,
    HexagonM,
    Households,
    Lines,
    Measure,
    Osm,
    Overwrite,
    Parents,
    People,
    Preset,
    SwapXy,
    Totals,
    Units,
    examples,
    pairs,
    report,
    said,
)

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit split district.gpkg:communities --parents name --osm district.osm.pbf --people population.tif"
        " --target 1000 -o plan.gpkg",
        "gridkit split hexagons.gpkg --osm city.osm.pbf --people hexagons.gpkg:population --target 1600 -o plan.gpkg",
        "gridkit split blocks.gpkg --units blocks.gpkg --people blocks.gpkg:pop --grids 40 --tolerance 0.05"
        " -o plan.gpkg",
    )
)
def split(
    context: typer.Context,
    district: District,
    osm: Osm = None,
    feature: Feature = None,
    lines: Lines = None,
    parents: Parents = None,
    people: People = None,
    households: Households = None,
    totals: Totals = None,
    units: Units = "blocks",
    hexagon_m: HexagonM = 150.0,
    crs: Crs = None,
    datum: Datum = None,
    encoding: Encoding = None,
    swap_xy: SwapXy = False,
    preset: Preset = "cn-social",
    measure: Measure = "",
    target: Annotated[
        float | None, typer.Option("--target", help="People (or what --by names) per grid.", show_default=False)
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option("--tolerance", help="Share a grid may be off the target: 0.1 is 10 %.", show_default=False),
    ] = None,
    low: Annotated[float | None, typer.Option("--min", help="Least per grid.", show_default=False)] = None,
    high: Annotated[float | None, typer.Option("--max", help="Most per grid.", show_default=False)] = None,
    grids: Annotated[
        int | None, typer.Option("--grids", help="How many grids.", show_default="what the band implies")
    ] = None,
    old: Annotated[
        str | None, typer.Option("--old", help="Last year's grids: change as little as may be.", show_default=False)
    ] = None,
    dedicated: Annotated[
        str | None,
        typer.Option("--dedicated", metavar="FILE", help="Institutions with grids of their own.", show_default=False),
    ] = None,
    nested: Annotated[
        float | None,
        typer.Option("--nested", help="Also make micro-grids of this size.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same inputs and seed, same plan.")] = 0,
    effort: Annotated[float, typer.Option("--effort", help="How long to search: 2 takes about twice as long.")] = 1.0,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds of search at most.", show_default=False)
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Prove the best plan: small communities only.")] = False,
    alternatives: Annotated[
        int, typer.Option("--alternatives", help="So many plans with other emphases, and what each gives up.")
    ] = 1,
    title: Annotated[str, typer.Option("--title", help="Title of the plan.", show_default="the district's")] = "",
    output: File = Path("plan.gpkg"),
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Split a district into balanced, contiguous grids along visible lines, and write the plan."""
    from gridkit.atomic import refuse
    from gridkit.plan.summary import summary
    from gridkit.project import project as project_of
    from gridkit.recipes import alternatives as several
    from gridkit.recipes import plans
    from gridkit.recipes import split as recipe

    refuse(output, overwrite=overwrite)
    project = project_of(
        district,
        osm=tuple(osm or ()),
        features=pairs("--feature", feature),
        lines=lines,
        parents=parents,
        people=people,
        households=households,
        totals=totals,
        units=units,
        hexagon_m=hexagon_m,
        crs=crs,
        datum=datum,
        encoding=encoding,
        swap_xy=swap_xy,
        preset=preset,
        measure=measure,
        target=target,
        tolerance=tolerance,
        low=low,
        high=high,
        grids=grids,
        dedicated=dedicated,
        nested=nested,
        old=old,
        exact=exact,
        seed=seed,
        effort=effort,
        time_limit=time_limit,
        title=title,
    )
    with said(context).progress() as progress:
        if alternatives > 1:
            rows = several.write_alternatives(project, alternatives, output, overwrite=overwrite, progress=progress)
        else:
            plan = recipe.split(project, progress=progress)
            plans.write_plan(plan, output, overwrite=overwrite)
    facts = {"alternatives": rows} if alternatives > 1 else summary(plan)
    report(context, "split", str(output), facts, as_json=as_json)
