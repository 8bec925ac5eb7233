"""A district cut into units."""

from typing import Annotated

import typer

from gridkit.commands.options import (
    AsJson,
    Crs,
    Datum,
    District,
    Encoding,
    Feature,
    HexagonM,
    Households,
    Lines,
    MaybeFile,
    Osm,
    Overwrite,
    Parents,
    People,
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
    from gridkit.atomic import refuse
    from gridkit.project import project as project_of
    from gridkit.recipes import units as recipe

    project = project_of(
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
        refuse(output, overwrite=overwrite)
    with said(context).progress() as progress:
        survey = recipe.units(project, progress=progress)
        if output is not None:
            recipe.write_survey(survey, output, overwrite=overwrite)
    if as_report or as_json or output is None:
        report(context, "units", district, survey.report, as_json=as_json)
