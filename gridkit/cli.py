"""The command line: options in, one recipe called, words out.

Nothing here imports a GIS library before a command runs, so that ``gridkit --help`` answers at once.
Data goes to stdout; progress, warnings and words go to stderr.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridkit.errors import EXIT_CODES, GridkitError, LimitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from gridkit.console import Console

CRASHED, CHECK_FAILED, TERMINATED = 1, 9, 143

app = typer.Typer(
    name="gridkit",
    help="Governance grids (网格): from a district, its people and its lines to a plan and an offline map.",
    epilog="Every command explains itself: gridkit split --help. Exit codes: gridkit exit-codes.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

# ---------------------------------------------------------------- options that several commands share
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
Lines = Annotated[
    str | None, typer.Option("--lines", help="Your own lines that must cut: FILE[:LAYER].", show_default=False)
]
Units = Annotated[
    str, typer.Option("--units", help="blocks (enclosed by lines), hexagons, or your own areas as FILE[:LAYER].")
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
Preset = Annotated[str, typer.Option("--preset", help="The practice whose band, prices, rules and codes hold.")]
Measure = Annotated[
    str,
    typer.Option(
        "--by", metavar="MEASURE", help="What to balance: people, households or area_m2.", show_default="the preset's"
    ),
]


def examples(*lines: str) -> str:
    """Return the epilog of a command: lines to copy and paste."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def said(context: typer.Context) -> Console:
    """Return the console that the options before the command asked for."""
    console: Console = context.obj
    return console


def version(value: bool) -> None:
    """Print the version and stop."""
    if value:
        from importlib.metadata import version as of

        typer.echo(of("gridkit"))
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of words: en or zh.", show_default="the locale's")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")] = False,
    verbose: Annotated[
        int, typer.Option("-v", "--verbose", count=True, help="Say more; -vv says all.", show_default=False)
    ] = 0,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", help="Also write what is said to a file.", show_default=False)
    ] = None,
    progress: Annotated[
        str, typer.Option("--progress", help="auto, json (one object per line on stderr) or none.")
    ] = "auto",
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Begin: nothing is read yet, only how to speak is settled."""
    from gridkit.console import Console

    context.obj = Console.open(lang=lang, quiet=quiet, verbose=verbose, log_file=log_file, progress=progress)


# ---------------------------------------------------------------- the main job
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
    epilog=examples("gridkit inspect district.gpkg", "gridkit inspect incidents.csv --within district.gpkg --json")
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
    kind: Units = "blocks",
    hexagon_m: HexagonM = 150.0,
    high: Annotated[
        float | None, typer.Option("--max", help="Divide units with more people than this.", show_default=False)
    ] = None,
    crs: Crs = None,
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
        units=kind,
        hexagon_m=hexagon_m,
        high=high,
        crs=crs,
    )
    with said(context).progress() as progress:
        survey = recipes.units(project, output=output, overwrite=overwrite, progress=progress)
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
    units: Units = "blocks",
    hexagon_m: HexagonM = 150.0,
    crs: Crs = None,
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
    seed: Annotated[int, typer.Option("--seed", help="Same inputs and seed, same plan.")] = 0,
    effort: Annotated[float, typer.Option("--effort", help="How long to search: 2 takes about twice as long.")] = 1.0,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", help="Seconds of search at most.", show_default=False)
    ] = None,
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
        units=units,
        hexagon_m=hexagon_m,
        crs=crs,
        preset=preset,
        measure=measure,
        target=target,
        tolerance=tolerance,
        low=low,
        high=high,
        grids=grids,
        old=old,
        seed=seed,
        effort=effort,
        time_limit=time_limit,
        title=title,
    )
    with said(context).progress() as progress:
        plan = recipes.split(project, progress=progress)
        recipes.write_plan(plan, output, overwrite=overwrite)
    report(context, "split", str(output), recipes.summary(plan), as_json=as_json)


# ---------------------------------------------------------------- on a plan
@app.command(
    epilog=examples("gridkit audit plan.gpkg", "gridkit audit plan.gpkg --json", "gridkit audit old.gpkg:grids")
)
def audit(
    context: typer.Context,
    plan: Annotated[
        str,
        typer.Argument(metavar="PLAN", help="A plan file, or any layer of grids: FILE[:LAYER].", show_default=False),
    ],
    preset: Annotated[
        str | None, typer.Option("--preset", help="The practice whose rules hold.", show_default="the plan's")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a plan rule by rule; exit code 9 when a rule fails."""
    from gridkit import recipes

    with said(context).progress() as progress:
        found = recipes.audit(plan, preset=preset, progress=progress)
    report(context, "audit", plan, found.report(), as_json=as_json)
    if found.failed:
        raise typer.Exit(CHECK_FAILED)


@app.command(
    epilog=examples(
        "gridkit layer plan.gpkg incidents --data incidents.csv --datum gcj02",
        "gridkit layer plan.gpkg clinics",
    )
)
def layer(
    context: typer.Context,
    plan: PlanFile,
    name: Annotated[str, typer.Argument(help="A layer: see gridkit layers.", show_default=False)],
    data: Annotated[
        str | None, typer.Option("--data", help="Its table: FILE[:LAYER].", show_default="what the plan holds")
    ] = None,
    datum: Datum = None,
    crs: Crs = None,
    layers: Layers = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="PLAN itself")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Lay incidents, coverage ... on a plan and keep them in its file."""
    from gridkit import recipes

    with said(context).progress() as progress:
        before = recipes.read_plan(plan)
        after = recipes.layer(before, name, data=data, datum=datum, crs=crs, layers=layers, progress=progress)
        recipes.write_plan(after, output or plan, overwrite=overwrite or output is None)
    report(context, "layer", name, dict(after.layers[name].facts), as_json=as_json)


@app.command(epilog=examples("gridkit layers", "gridkit layers --layers my-layers --json"))
def layers(context: typer.Context, layers: Layers = None, as_json: AsJson = False) -> None:
    """List the layers that can be laid on a plan."""
    from gridkit.catalog import definitions

    console = said(context)
    shelf = definitions.layers().overlaid(layers)
    rows = [{"name": name, "kind": shelf[name].kind, "title": console.value(shelf[name].title)} for name in shelf]
    report(context, "layers", console.translated("layers"), {"layers": rows}, as_json=as_json)


@app.command(
    epilog=examples(
        "gridkit map plan.gpkg -o plan.html", "gridkit map plan.gpkg --view public --lang en -o public.html"
    )
)
def map(  # noqa: A001 - the command's name
    context: typer.Context,
    plan: PlanFile,
    view: Annotated[str, typer.Option("--view", help="A map view: see gridkit maps.")] = "planner",
    lang: Annotated[str | None, typer.Option("--lang", help="First language: en or zh.", show_default="yours")] = None,
    maps: Maps = None,
    output: MaybeFile = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw a plan as one HTML file that opens without a network."""
    from gridkit import recipes

    console = said(context)
    target = recipes.refuse(output or plan.with_suffix(".html"), overwrite=overwrite)
    with console.progress() as progress:
        drawn = recipes.map(recipes.read_plan(plan), view, lang=lang or console.lang, maps=maps, progress=progress)
        drawn.save(target)
    console.say("{path}: {size} kB, needs no network.", path=target, size=round(target.stat().st_size / 1000))


@app.command(epilog=examples("gridkit maps", "gridkit maps --maps my-views --json"))
def maps(context: typer.Context, maps: Maps = None, as_json: AsJson = False) -> None:
    """List the map views a plan can be drawn in."""
    from gridkit.catalog import definitions

    console = said(context)
    shelf = definitions.maps().overlaid(maps)
    rows = [{"name": name, "title": console.value(shelf[name].title)} for name in shelf]
    report(context, "maps", console.translated("maps"), {"maps": rows}, as_json=as_json)


@app.command("exit-codes", epilog=examples("gridkit exit-codes", "gridkit exit-codes --json"))
def exit_codes(context: typer.Context, as_json: AsJson = False) -> None:
    """List what the exit codes mean."""
    console = said(context)
    rows = [{"code": code, "meaning": console.translated(meaning)} for code, meaning in EXIT_CODES.items()]
    report(context, "exit-codes", console.translated("exit codes"), {"codes": rows}, as_json=as_json)


# ---------------------------------------------------------------- what every command does
def report(context: typer.Context, schema: str, title: str, facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a report on stdout, for a machine or for a person."""
    console = said(context)
    if as_json:
        console.json(schema, facts)
    else:
        console.report(title, facts)


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """Return ``KIND=FILE`` options as a mapping."""
    for each in given or ():
        if "=" not in each:
            raise UsageError(
                "{option} {each!r} is not KIND=FILE", option=option, each=each, mend="write roads=roads.shp"
            )
    return dict(each.split("=", 1) for each in given or ())


def run(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; every failure is one line on stderr."""
    from gridkit.console import Console, crash
    from gridkit.hardening import harden

    harden()
    try:
        app(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except GridkitError as error:
        Console.current().fail(error)
        return error.exit_code
    except MemoryError:
        error = LimitError("there is not enough memory", mend="split the district, or use a machine with more")
        Console.current().fail(error)
        return error.exit_code
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a fault of ours is said in one line as well
        Console.current().fail(crash(fault))
        return CRASHED
    return 0


def terminate(_signal: int, _frame: FrameType | None) -> None:
    """Leave in order when told to stop, so that temporary folders go as well."""
    raise SystemExit(TERMINATED)


def main() -> None:
    """Run the command line of this process."""
    signal.signal(signal.SIGTERM, terminate)
    sys.exit(run())
