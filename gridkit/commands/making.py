"""The main job: a district made up, looked into, fetched, cut into units and split."""

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
    MaybeFile,
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


@app.command(epilog=examples("gridkit demo", "gridkit demo -o my-demo --seed 7"))
def demo(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to make.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option("--seed", help="Another seed draws another district.")] = 0,
    only_files: Annotated[bool, typer.Option("--only-files", help="Write the inputs and stop.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Make up a district, write its files as an office would have them, and run the whole main job on them."""
    from gridkit import recipes

    console = said(context)
    with console.progress() as progress:
        run = recipes.demo(
            output, seed=seed, only_files=only_files, overwrite=overwrite, lang=console.lang, progress=progress
        )
    console.report(str(output), run.report)
    if "map" in run.files:
        console.say("Open {map} in a browser: it needs no network.", map=run.files["map"])


@app.command(
    epilog=examples(
        "gridkit inspect district.gpkg", "gridkit inspect incidents.csv --within district.gpkg:district --json"
    )
)
def inspect(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Any vector, table, raster or OSM file.", show_default=False)],
    within: Annotated[
        str | None,
        typer.Option(
            "--within", help="A district: under which datum do the points fall inside it?", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in a file: layers, CRS, encoding, counts, and what looks wrong."""
    from gridkit import recipes

    report(context, "inspect", file, recipes.inspect(file, within=within), as_json=as_json)


@app.command(
    epilog=examples(
        'gridkit fetch "Chongchuan, Nantong, China" -o chongchuan.osm',
        "gridkit fetch --bbox 120.85,31.97,120.90,32.02 -o centre.osm",
    )
)
def fetch(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="A place name that Nominatim knows.", show_default=False)] = "",
    bbox: Annotated[
        str, typer.Option("--bbox", help="west,south,east,north in degrees, instead of a place.", show_default=False)
    ] = "",
    output: File = Path("place.osm"),
    overwrite: Overwrite = False,
) -> None:
    """Download a place's OpenStreetMap data through Overpass into a local file."""
    from gridkit import recipes

    console = said(context)
    with console.progress() as progress:
        recipes.fetch(output, place=place, bbox=bbox, overwrite=overwrite, progress=progress)
    console.say("{path}: (c) OpenStreetMap contributors, ODbL.", path=output)


@app.command(
    epilog=examples(
        "gridkit units district.gpkg:communities --parents name --osm district.osm.pbf --people population.tif"
        " -o units.gpkg",
        "gridkit units district.gpkg:district --units hexagons --hexagon-m 200 --people population.tif -o units.gpkg",
        "gridkit units district.gpkg:district --osm district.osm.pbf --report",
    )
)
def units(
    context: typer.Context,
    district: District,
    osm: Osm = None,
    feature: Feature = None,
    lines: Lines = None,
    parents: Parents = None,
    people: People = None,
    households: Households = None,
    totals: Totals = None,
    kind: Units = "blocks",
    hexagon_m: HexagonM = 150.0,
    high: Annotated[
        float | None, typer.Option("--max", help="Divide units with more people than this.", show_default=False)
    ] = None,
    crs: Crs = None,
    datum: Datum = None,
    encoding: Encoding = None,
    swap_xy: SwapXy = False,
    output: MaybeFile = None,
    overwrite: Overwrite = False,
    as_report: Annotated[bool, typer.Option("--report", help="Print the quality report of the units.")] = False,
    as_json: AsJson = False,
) -> None:
    """Cut a district into units (street blocks, compounds, cells), with their people and borders."""
    from gridkit import recipes

    project = recipes.project(
        district,
        osm=tuple(osm or ()),
        features=pairs("--feature", feature),
        lines=lines,
        parents=parents,
        people=people,
        households=households,
        totals=totals,
        units=kind,
        hexagon_m=hexagon_m,
        high=high,
        crs=crs,
        datum=datum,
        encoding=encoding,
        swap_xy=swap_xy,
    )
    if output is not None:
        recipes.refuse(output, overwrite=overwrite)
    with said(context).progress() as progress:
        survey = recipes.units(project, progress=progress)
        if output is not None:
            recipes.write_survey(survey, output, overwrite=overwrite)
    if as_report or as_json or output is None:
        report(context, "units", district, survey.report, as_json=as_json)


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
    from gridkit import recipes

    recipes.refuse(output, overwrite=overwrite)
    project = recipes.project(
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
            rows = recipes.write_alternatives(project, alternatives, output, overwrite=overwrite, progress=progress)
        else:
            plan = recipes.split(project, progress=progress)
            recipes.write_plan(plan, output, overwrite=overwrite)
    facts = {"alternatives": rows} if alternatives > 1 else recipes.summary(plan)
    report(context, "split", str(output), facts, as_json=as_json)
