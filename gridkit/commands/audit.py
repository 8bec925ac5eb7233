"""A plan checked rule by rule."""

from typing import Annotated

import typer

from gridkit.commands.options import AsJson, Feature, Osm, Parents, People, examples, pairs, report, said

app = typer.Typer()
CHECK_FAILED = 9


@app.command(
    epilog=examples(
        "gridkit audit plan.gpkg",
        "gridkit audit plan.gpkg --keep",
        "gridkit audit plan.gpkg --json",
        "gridkit audit grids_last_year.gpkg --district district.gpkg:communities --parents code --osm district.osm.pbf",
    )
)
def audit(
    context: typer.Context,
    plan: Annotated[
        str,
        typer.Argument(metavar="PLAN", help="A plan file, or any layer of grids.", show_default=False),
    ],
    preset: Annotated[
        str | None, typer.Option("--preset", help="The practice whose rules hold.", show_default="the plan's")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="The district a layer of grids lies in.", show_default=False)
    ] = None,
    parents: Parents = None,
    osm: Osm = None,
    feature: Feature = None,
    people: People = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the places at fault in the plan file, for QGIS and the map.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check a plan rule by rule; exit code 9 when a rule fails."""
    from gridkit.project import project
    from gridkit.recipes import audit as recipe
    from gridkit.recipes import plans

    console = said(context)
    with console.progress() as progress:
        judged = plans.plan_or_polygons(plan)
        inputs = {
            "parents": parents,
            "osm": tuple(osm or ()),
            "features": pairs("--feature", feature),
            "people": people,
        }
        around = None if district is None else project(district, **inputs)
        found = recipe.audit(judged, preset=preset, around=around, progress=progress)
        if keep:
            plans.write_plan(found.kept(plans.required_plan(judged, plan)), plan, overwrite=True)
    if as_json:
        report(context, "audit", plan, found.report(), as_json=True)
    else:
        rows = found.table(console.lang)[["number", "title", "value", "unit", "verdict", "note"]]
        console.report(plan, {"rules": rows.to_dict("records")})
    if found.failed:
        raise typer.Exit(CHECK_FAILED)
