"""The command line answers at once, explains itself by examples that run, and fails in one line with the right code."""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from gridkit import atomic, cli
from gridkit.errors import EXIT_CODES
from gridkit.options.commands import COMMANDS as DECLARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Run = "Callable[..., tuple[int, str, str]]"
COMMANDS = sorted(cli.RUN)
HEAVY = ("geopandas", "pandas", "numpy", "shapely", "pyogrio", "rasterio", "folium", "osmnx", "numba", "rich")


@pytest.fixture
def gridkit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that runs a command line in an empty folder and returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.run([str(each) for each in arguments])
        return code, *capsys.readouterr()

    return run


def help_of(command: str, gridkit: Callable[..., tuple[int, str, str]]) -> str:
    code, out, _ = gridkit(*command.split(), "--help")
    assert code == 0
    return out


def examples_of(text: str) -> list[str]:
    return [line.strip() for line in text.partition("Examples:")[2].splitlines() if line.strip()]


# ------------------------------------------------------------------ it explains itself
def test_help_loads_no_gis_library() -> None:
    code = f"""
import sys
from gridkit import cli
try:
    cli.app(["--help"])
except SystemExit:
    pass
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"
    assert all(command.split()[0] in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_short_help_flag_and_examples(command: str, gridkit: Any) -> None:
    assert gridkit(*command.split(), "-h")[0] == 0
    examples = examples_of(help_of(command, gridkit))
    assert len(examples) >= 2
    assert all(example.startswith(f"gridkit {command}") for example in examples)


def test_the_version_is_the_packages(gridkit: Any) -> None:
    from importlib.metadata import version

    assert gridkit("--version") == (0, version("governance-grids") + "\n", "")


def test_exit_codes_are_listed(gridkit: Any) -> None:
    code, out, _ = gridkit("exit-codes", "--json")
    assert code == 0
    assert {row["code"] for row in json.loads(out)["codes"]} == set(EXIT_CODES)


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["split"], ["split", "x.gpkg", "--target", "many"], ["--lang", "fr", "maps"]]
)
def test_a_wrong_command_line_is_code_2(arguments: list[str], gridkit: Any) -> None:
    code, out, err = gridkit(*arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err


# ------------------------------------------------------------------ the examples run, on the made-up district
@pytest.fixture(scope="session")
def office(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("office")
    for path in demo_dir.iterdir():
        shutil.copy(path, folder)
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 2000, 200) for y in range(0, 2000, 200)]
    blocks = gpd.GeoDataFrame({"pop": [50.0 + n % 7 for n in range(100)]}, geometry=cells, crs="EPSG:32650")
    blocks.to_file(folder / "blocks.gpkg")
    communities = gpd.read_file(demo_dir / "district.gpkg", layer="communities").to_crs(32650)
    communities.assign(population=12_000.0).to_file(folder / "hexagons.gpkg")
    communities[["geometry"]].assign(code=[f"B{n}" for n in range(len(communities))]).to_file(
        folder / "beats.gpkg", layer="beats"
    )
    for name in ("schools", "sections"):
        halves = communities.dissolve(communities.index % 2)[["geometry"]]
        halves.assign(code=["a", "b"]).to_file(folder / f"{name}.geojson")
    shutil.copy(demo_dir / "district.osm.pbf", folder / "city.osm.pbf")
    for name in ("layers", "views"):
        (folder / f"my-{name}").mkdir()
    inputs = [
        "district.gpkg:communities",
        "--parents",
        "code",
        "--osm",
        "district.osm.pbf",
        "--people",
        "population.tif",
    ]
    with working_in(folder):
        assert cli.run(["split", *inputs, "--target", "1000", "--effort", "0.1", "-o", "plan.gpkg"]) == 0
        shutil.copy("plan.gpkg", "old.gpkg")
        split_one = ["--split", "329901001001001=2", "--loose", "--reason", "a new tower"]
        assert cli.run(["redraw", "plan.gpkg", *split_one, "-o", "redrawn.gpkg"]) == 0
        assert cli.run(["part", "plan.gpkg", "--by", "name", "-o", "streets"]) == 0
        write_project(folder)
        write_edits(folder)
        write_slips(folder)
        write_orders(folder)
        write_zones(folder)
        write_tables(folder)
        write_people(folder)
        write_households(folder)
        write_work(folder)
    return folder


def write_work(folder: Path) -> None:
    """Write a made-up ledger of forms, and households by class of the plan's first grids."""
    from gridkit.recipes.plans import read_plan

    forms = {"报表名称": ["人口台账", "巡查日志"], "频次": ["每月", "每周"], "用时": [120, 15]}
    pd.DataFrame(forms).to_excel(folder / "forms.xlsx", index=False)
    grids = read_plan(folder / "plan.gpkg").grids.index[:3].astype(str)
    pd.DataFrame({"网格": grids, "困难户": [4, 0, 7]}).to_excel(folder / "classes.xlsx", index=False)


def write_households(folder: Path) -> None:
    """Write made-up households with their class and last visit, inside the plan's grids."""
    at = gpd.read_file(folder / "plan.gpkg", layer="units").representative_point().to_crs(4326)[:40]
    rows = {"lon": at.x, "lat": at.y, "class": ["困难户", "ordinary"] * (len(at) // 2)}
    visited = pd.date_range("2026-01-01", periods=len(at), freq="5D").strftime("%Y-%m-%d")
    pd.DataFrame({**rows, "last visit": visited, "name": "A"}).to_csv(folder / "households.csv", index=False)


def write_people(folder: Path) -> None:
    """Write made-up registers of what residents do: activities, proposals, exchanges, lives of groups, hours."""
    from gridkit.recipes.plans import read_plan

    grids = list(read_plan(folder / "plan.gpkg").grids.index)
    who = ["residents", "street office", "association", ""]
    rows = [(grids[k % len(grids)], who[k % 4], f"2026-{1 + k % 6:02d}-01", 2) for k in range(400)]
    columns = ["grid", "initiator", "date", "hours"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "activities.csv", index=False)
    states = ["accepted", "not_answered", "rejected"] * 20
    pd.DataFrame({"id": range(60), "state": states, "grid": grids[0]}).to_csv(folder / "proposals.csv", index=False)
    taking = [30 + k % 40 for k in range(len(grids))]
    pd.DataFrame({"grid": grids, "households taking part": taking}).to_csv(folder / "counts.csv", index=False)
    hours = [1 + k % 9 for k in range(150)]
    pd.DataFrame({"giver": range(150), "hours": hours}).to_csv(folder / "givers.csv", index=False)
    ring = [(f"m{k}", f"m{(k + 1 + k % 3) % 24}", 1 + k % 4) for k in range(48)]
    table = pd.DataFrame(ring, columns=["giver", "taker", "hours"])
    table.assign(HOURS=table["hours"]).to_csv(folder / "exchange.csv", index=False)
    pd.DataFrame({"one": ["grid office"] * 6, "other": list("abcdef")}).to_csv(folder / "bodies.csv", index=False)
    lasts = [f"2025-{3 + k % 9:02d}" if k % 3 else "" for k in range(40)]
    pd.DataFrame({"first": "2025-01", "last": lasts, "kind": "choir"}).to_csv(folder / "groups.csv", index=False)
    months = pd.period_range("2025-01", periods=12, freq="M").astype(str)
    fading = [round(400 * 0.85**k) for k in range(12)]
    pd.DataFrame({"month": months, "hours": fading, "source": "volunteers"}).to_csv(folder / "hours.csv", index=False)


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write_project(folder: Path) -> None:
    """Write a project of blocks and make it, and a folder of files that a project may be written from."""
    lines = [
        'district = "blocks.gpkg"',
        'units = "blocks.gpkg"',
        'people = "blocks.gpkg:pop"',
        "grids = 10",
        "[report]",
    ]
    (folder / "gridkit.toml").write_text("\n".join(lines), encoding="utf-8")
    assert cli.run(["run", "-o", "made"]) == 0
    many = ['district = ""', 'units = "blocks.gpkg"', 'people = "blocks.gpkg:pop"', "grids = 3", 'accept = "all"']
    (folder / "many.toml").write_text("\n".join(many), encoding="utf-8")
    halves = gpd.GeoDataFrame(
        {"code": ["w", "e"]}, geometry=[box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)], crs="EPSG:32650"
    )
    halves.to_file(folder / "communities.gpkg", layer="communities")
    (folder / "table.csv").write_text("id,district\nboth,communities.gpkg\n", encoding="utf-8")
    (folder / "office").mkdir()
    for name in ("district.gpkg", "district.osm.pbf", "population.tif"):
        shutil.copy(folder / name, folder / "office")


def write_edits(folder: Path) -> None:
    """Write what two officials would have exported from the map: a comment each."""
    from gridkit.recipes.plans import read_plan

    plan = read_plan(folder / "plan.gpkg")
    for number, name in enumerate(("edits.json", "other.json"), 1):
        comment = {"id": f"c{number}", "grid_id": plan.grids.index[0], "text": "桥已通车", "status": "open"}
        body = {"schema": "gridkit-edits", "version": 1, "plan": plan.digest, "moves": [], "locks": []}
        (folder / name).write_text(json.dumps({**body, "comments": [comment]}), encoding="utf-8")


def write_slips(folder: Path) -> None:
    """Write a filled-in slip and a walking sheet as somebody typed them."""
    from gridkit.recipes.plans import read_plan

    grid = read_plan(folder / "plan.gpkg").grids.index[0]
    pd.DataFrame({"grid": [grid], "words": ["the bridge is open"]}).to_excel(folder / "slips.xlsx", index=False)
    pd.DataFrame({"border": ["S1"], "right or wrong": ["right"]}).to_csv(folder / "walks.csv", index=False)


def write_orders(folder: Path) -> None:
    """Write a log of two departments' orders, one at each unit of the plan, and a counter of each department."""
    from gridkit.recipes.plans import read_plan

    at = read_plan(folder / "plan.gpkg").units.geometry.representative_point().to_crs(4326)
    orders = pd.DataFrame({"id": range(len(at)), "部门": "城管局", "AGENCY": "城管局", "lon": at.x, "lat": at.y})
    orders.loc[::3, ["部门", "AGENCY"]] = "公安局"
    orders.assign(上报时间="2025-03-01 08:00", 办结时间="2025-03-02 09:00").to_csv(folder / "orders.csv", index=False)
    places = pd.DataFrame({"name": ["城管局", "公安局"], "lon": at.x.iloc[:2], "lat": at.y.iloc[:2]})
    places.to_excel(folder / "counters.xlsx", index=False)


def write_zones(folder: Path) -> None:
    """Write two zones of an epidemic and the ground that a flood takes: grids of the plan."""
    from gridkit.recipes.plans import read_plan

    areas = read_plan(folder / "plan.gpkg").grids[["geometry"]].iloc[:2].reset_index(drop=True).to_crs(4326)
    for name in ("zones", "water"):
        areas.assign(name=["north", "south"]).to_file(folder / f"{name}.geojson")


def write_tables(folder: Path) -> None:
    """Write what three departments keep: by grid, by unit, and by address."""
    from gridkit.recipes.plans import read_plan

    plan = read_plan(folder / "plan.gpkg")
    grids, units = plan.grids.index[:20], plan.units.index[:20]
    pd.DataFrame({"grid": grids, "elderly": range(20)}).to_excel(folder / "elderly.xlsx", index=False)
    pd.DataFrame({"unit_id": units, "visited": "2025-03-01"}).to_csv(folder / "visits.csv", index=False)
    places = plan.units["compound"].dropna() if "compound" in plan.units else plan.units.index.to_series()
    pd.DataFrame({"LOCATION": places.iloc[:20], "trade": "grocer"}).to_csv(folder / "shops.csv", index=False)


EXAMPLES = [(command, number) for command in COMMANDS if command not in ("demo", "fetch") for number in range(2)]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "number"), EXAMPLES)
def test_every_example_runs(
    command: str, number: int, office: Path, gridkit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    example = shlex.split(examples_of(help_of(command, gridkit))[number])[1:]
    if command.startswith("edits") and command != "edits import":
        assert gridkit("edits", "import", "plan.gpkg", "edits.json", "other.json", "--rebase")[0] == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))  # whoever is asked has nothing to type
    words = [found for word in example for found in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    code, out, err = gridkit(*words, *(["--overwrite"] if "-o" in words and command != "batch" else []))
    assert code in ((0, 9) if command == "audit" else (0,)), err
    if "--json" in words:
        # A batch says a line for each thing done.
        said = out.splitlines() if command == "batch" else [out]
        assert all(json.loads(each)["schema"].startswith("gridkit/") for each in said)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a pipe without a reader is an error of Unix")
@pytest.mark.parametrize("command", [command for command, number in EXAMPLES if number == 0])
def test_a_reader_that_leaves_is_no_error_of_any_command(
    command: str, office: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    if command.startswith("edits") and command != "edits import":
        assert cli.run(["edits", "import", "plan.gpkg", "edits.json", "other.json", "--rebase"]) == 0
    example = shlex.split(DECLARED[command].examples[0])[1:]
    words = [found for word in example for found in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    words += ["--overwrite"] if "-o" in words and command != "batch" else []
    capfd.readouterr()
    read, write = os.pipe()
    os.close(read)
    gone = os.fdopen(write, "w", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    monkeypatch.setattr("sys.stdout", gone)
    code = cli.run(words)
    with suppress(OSError):
        gone.close()
    monkeypatch.undo()
    said = capfd.readouterr().err
    assert code in (0, atomic.READER_LEFT, 9), said
    assert "Traceback" not in said
    assert not any(line.startswith("error") for line in said.splitlines())


@pytest.mark.slow
def test_an_import_that_declines_something_saves_the_rest_and_ends_with_7(
    office: Path, gridkit: Any, tmp_path: Path
) -> None:
    from gridkit.recipes.plans import read_plan

    shutil.copy(office / "plan.gpkg", tmp_path)
    plan = read_plan(tmp_path / "plan.gpkg")
    unit, (other, *_) = plan.units.index[0], plan.grids.index[plan.grids["parent"] != plan.units["parent"].iloc[0]]
    head = {"author": "Pan", "time": "2026-11-29T04:00:00.000Z"}
    move = {"act": "move", "unit_id": unit, "from": plan.units["grid_id"].iloc[0], "to": other}
    acts = [
        {**head, **move, "id": "k3x9q2aa-1"},
        {**head, "act": "lock", "grid_id": plan.grids.index[1], "id": "k3x9q2aa-2"},
    ]
    body = {"schema": "gridkit-edits", "version": 2, "plan": plan.digest, "acts": acts}
    (tmp_path / "edits-Pan.json").write_text(json.dumps(body), encoding="utf-8")
    code, out, _ = gridkit("edits", "import", "plan.gpkg", "edits-Pan.json", "--json")
    assert code == 7
    report = json.loads(out)
    assert (report["accepted"], report["declined"]) == (1, 1)
    (refused,) = report["refused"]
    assert (refused["unit_id"], refused["author"]) == (unit, "Pan")
    assert refused["reason"].startswith("does not pass the check")
    assert read_plan(tmp_path / "plan.gpkg").units["lock"].notna().any()
    code, out, _ = gridkit("edits", "import", "plan.gpkg", "edits-Pan.json", "--json")
    assert code == 0, "nothing is declined twice"
    assert json.loads(out)["refused"] == []


# ------------------------------------------------------------------ bad input: one line, the right code, nothing lost
@pytest.fixture
def district(tmp_path: Path) -> Path:
    path = tmp_path / "d.gpkg"
    gpd.GeoDataFrame({"name": ["d"], "pop": [100.0]}, geometry=[box(0, 0, 1000, 1000)], crs="EPSG:32650").to_file(path)
    return path


def truncated_raster(folder: Path) -> str:
    import numpy as np
    import rasterio

    path = folder / "people.tif"
    values = np.random.default_rng(0).random((200, 200), dtype=np.float32)
    grid = rasterio.Affine(5, 0, 0, 0, -5, 1000)
    options = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:32650", "transform": grid}
    with rasterio.open(path, "w", width=200, height=200, **options) as raster:
        raster.write(values, 1)
    path.write_bytes(path.read_bytes()[:60_000])
    return str(path)


def without_crs(folder: Path) -> str:
    path = folder / "no-crs.shp"
    gpd.GeoDataFrame({"pop": [1.0]}, geometry=[box(0, 0, 1000, 1000)], crs="EPSG:32650").to_file(path)
    path.with_suffix(".prj").unlink()
    return str(path)


def empty_layer(folder: Path) -> str:
    path = folder / "empty.gpkg"
    gpd.GeoDataFrame({"pop": []}, geometry=[], crs="EPSG:32650").to_file(path)
    return str(path)


def zero_people(folder: Path) -> str:
    path = folder / "zero.gpkg"
    gpd.GeoDataFrame({"pop": [0.0]}, geometry=[box(0, 0, 1000, 1000)], crs="EPSG:32650").to_file(path)
    return f"{path}:pop"


def not_this(folder: Path) -> str:
    path = folder / "points.gpkg"
    gpd.GeoDataFrame({"pop": [5.0]}, geometry=[Point(5e6, 5e6)], crs="EPSG:32650").to_file(path)
    return f"{path}:pop"


FAULTS: list[tuple[str, Callable[[Path], list[str]], int, str]] = [
    ("a missing file", lambda _: ["missing.gpkg"], 3, "missing.gpkg"),
    ("a wrong column", lambda f: [f"{f}/d.gpkg", "--people", f"{f}/d.gpkg:popp"], 4, "pop"),
    ("no CRS", lambda f: [without_crs(f)], 4, "no-crs.shp"),
    ("an empty layer", lambda f: [empty_layer(f)], 4, "empty.gpkg"),
    ("zero people", lambda f: [f"{f}/d.gpkg", "--people", zero_people(f)], 5, "people"),
    ("people elsewhere", lambda f: [f"{f}/d.gpkg", "--people", not_this(f)], 4, "points.gpkg"),
    ("a truncated raster", lambda f: [f"{f}/d.gpkg", "--people", truncated_raster(f)], 3, "people.tif"),
    (
        "more grids than units",
        lambda f: [f"{f}/d.gpkg", "--units", f"{f}/d.gpkg", "--people", f"{f}/d.gpkg:pop", "--grids", "9"],
        5,
        "9",
    ),
    ("a web page", lambda f: [_page(f)], 3, "page.geojson"),
    (
        "a preset that is none",
        lambda f: [f"{f}/d.gpkg", "--people", f"{f}/d.gpkg:pop", "--preset", "cn-socail"],
        4,
        "cn-social",
    ),
]


def _page(folder: Path) -> str:
    path = folder / "page.geojson"
    path.write_text("<!DOCTYPE html><html>404</html>")
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "code", "named"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_bad_input_is_one_line_with_the_code_of_its_kind(
    arguments: Callable[[Path], list[str]], code: int, named: str, district: Path, gridkit: Any, tmp_path: Path
) -> None:
    given = arguments(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    found, out, err = gridkit("split", *given, "-o", "out.gpkg")
    errors = [line for line in err.splitlines() if line.startswith(("error", "错误"))]
    assert found == code, err
    assert out == ""
    assert len(errors) == 1
    assert named in errors[0]
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_existing_output_is_refused_before_any_work(district: Path, gridkit: Any, tmp_path: Path) -> None:
    (tmp_path / "out.gpkg").write_text("mine")
    code, _, err = gridkit("split", "missing.gpkg", "-o", "out.gpkg")
    assert code == 6
    assert "--overwrite" in err
    assert (tmp_path / "out.gpkg").read_text() == "mine"


def test_a_fault_of_ours_is_one_line_and_a_crash_file(
    gridkit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("gridkit.catalog.map_views.maps", lambda **_: 1 / 0)
    code, _, err = gridkit("maps")
    assert code == 1
    assert "Traceback" not in err
    (report,) = tmp_path.glob("gridkit-crash-*.txt")
    assert "ZeroDivisionError" in report.read_text()


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m gridkit layers --json | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True, env=os.environ)
    assert done.stdout.splitlines()[0] == "{"
    assert done.stdout.splitlines()[-1] in ("0", "141")
    assert done.stderr == ""


# ------------------------------------------------------------------ odd input that is no fault
def test_a_district_in_two_parts_gets_grids_that_do_not_cross_the_gap(gridkit: Any, tmp_path: Path) -> None:
    cells = [box(x + gap, y, x + gap + 100, y + 100) for gap in (0, 2000) for x in (0, 100) for y in (0, 100)]
    frame = gpd.GeoDataFrame({"pop": [10.0] * 8}, geometry=cells, crs="EPSG:32650")
    frame.to_file(tmp_path / "islands.gpkg")
    source = "islands.gpkg"
    code, _, err = gridkit(
        "split", source, "--units", source, "--people", f"{source}:pop", "--grids", "4", "-o", "p.gpkg"
    )
    assert code == 0, err
    grids = gpd.read_file(tmp_path / "p.gpkg", layer="grids")
    assert grids["people"].tolist() == [20, 20, 20, 20]
    assert (grids.geometry.convex_hull.area < 25_000).all()


def test_people_in_another_crs_are_brought_over(gridkit: Any, district: Path, tmp_path: Path) -> None:
    people = gpd.read_file(district)
    halves = gpd.GeoDataFrame(
        {"pop": [30.0, 70.0]}, geometry=[box(0, 0, 500, 1000), box(500, 0, 1000, 1000)], crs=people.crs
    )
    halves.to_crs(4490).to_file(tmp_path / "people.geojson")
    halves.to_file(tmp_path / "halves.gpkg")
    inputs = ["--units", "halves.gpkg", "--people", "people.geojson:pop", "--grids", "2", "--tolerance", "0.5"]
    code, _, err = gridkit("split", "d.gpkg", *inputs, "-o", "p.gpkg")
    assert code == 0, err
    grids = gpd.read_file(tmp_path / "p.gpkg", layer="grids")
    assert sorted(grids["people"].round(6)) == [30, 70]


@pytest.mark.parametrize(
    ("fault", "memory"),
    [
        (MemoryError(), True),
        (ImportError("libgdal.so: failed to map segment from shared object"), True),
        (ImportError("DLL load failed: The paging file is too small for this operation"), True),
        (ImportError("No module named 'h3'"), False),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.ENOENT, "No such file"), False),
    ],
    ids=str,
)
def test_a_library_that_finds_no_memory_to_be_loaded_into_is_no_fault_of_ours(fault, memory):
    assert cli.out_of_memory(fault) == memory


# ------------------------------------------------------------------ how a command ends that is not let end
@pytest.fixture
def raising(gridkit: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that runs a command in which something is raised, in a language."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(atomic, "PLACED", [])

    def run(fault: BaseException, lang: str = "en") -> tuple[int, str]:
        def raised(**_: object) -> None:
            raise fault

        monkeypatch.setattr("gridkit.catalog.map_views.maps", raised)
        code, out, err = gridkit("--lang", lang, "maps")
        assert out == ""
        assert "Traceback" not in err
        return code, err

    return run


@pytest.mark.parametrize(
    ("fault", "code", "english", "chinese"),
    [
        (MemoryError(), 8, "there is not enough memory", "内存"),
        (OSError(errno.ENOSPC, "No space left on device"), 6, "standard output cannot be written", "标准输出"),
        (OSError(errno.EIO, "Input/output error"), 1, "a fault of gridkit itself", "gridkit"),
    ],
    ids=str,
)
def test_what_fails_under_a_command_is_one_line_in_the_language_asked_for(
    fault: OSError, code: int, english: str, chinese: str, raising: Any
) -> None:
    for lang, words in (("en", english), ("zh", chinese)):
        left, err = raising(fault, lang)
        assert left == code
        assert words in err
        assert err.count("\n") == 1


def test_a_reader_of_standard_output_that_has_left_is_not_told_anything(raising: Any) -> None:
    assert raising(BrokenPipeError(errno.EPIPE, "Broken pipe")) == (atomic.READER_LEFT, "")


def test_a_command_that_is_stopped_says_what_it_has_saved_and_how_to_go_on(raising: Any) -> None:
    from gridkit.commands.console import Console
    from gridkit.language.phrases import Phrase

    assert raising(KeyboardInterrupt()) == (
        130,
        "stopped; nothing was written and no file was changed: run it again to start over\n",
    )
    atomic.PLACED.append(Path("made/plan.gpkg"))
    assert raising(KeyboardInterrupt(), "zh") == (130, "已停止；此前已保存：made/plan.gpkg\n")
    Console.current().onward = Phrase("stopped by Ctrl-C")
    assert cli.stopped() == 130


def test_an_error_that_a_library_makes_of_ctrl_c_is_no_fault(raising: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "PRESSED", [])
    with pytest.raises(KeyboardInterrupt):
        cli.interrupt(2, None)
    code, err = raising(ImportError("initialisation was broken off"))
    assert code == 130
    assert err.startswith("stopped;")


def test_a_command_that_is_told_to_end_leaves_in_order() -> None:
    with pytest.raises(SystemExit) as left:
        cli.terminate(15, None)
    assert left.value.code == 143


def test_what_all_commands_take_is_told_to_programs(gridkit: Any) -> None:
    code, out, err = gridkit("--json-usage")
    assert (code, err) == (0, "")
    assert set(COMMANDS) <= {each["name"].removeprefix("gridkit ") for each in json.loads(out)["commands"]}


def test_a_bare_command_line_shows_its_page(gridkit: Any) -> None:
    for words in ((), ("edits",), ("departments",)):
        code, out, err = gridkit(*words)
        assert code == 2
        assert out == ""
        assert "Usage" in err


def test_units_say_what_is_weak_in_them_when_their_file_alone_is_asked_for(
    gridkit: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    square = gpd.GeoDataFrame(geometry=[box(500_000, 3_000_000, 501_000, 3_001_000)], crs=32650)
    square.to_file(tmp_path / "d.gpkg")
    words = ("units", "d.gpkg", "--units", "hexagons", "--hexagon-m", 300, "-o")
    code, out, err = gridkit("--lang", "en", *words, "u.gpkg")
    assert (code, out) == (0, "")
    assert "warning: no street is on the map: no border follows one" in err
    assert gridkit("--lang", "zh", *words, "v.gpkg")[2].startswith("警告")
    assert gridkit("--quiet", *words, "w.gpkg")[2] == ""
