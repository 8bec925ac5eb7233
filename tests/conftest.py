"""What every test may ask for: tiny worlds, the made-up district, and the real data where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import clusters
import geopandas as gpd
import pytest
from hypothesis import HealthCheck, settings
from shapely.geometry import LineString, Polygon, box

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
METRES = "EPSG:32650"

settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "here")


# ------------------------------------------------------------------ slow tests
def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the slow tests to whoever has the time."""
    parser.addoption("--slow", action="store_true", help="run the slow tests as well, as CI does")


def leaves_slow_out(config: pytest.Config) -> bool:
    """Return whether the slow tests are left to CI: where nobody asked for them, or chose himself what to run."""
    chosen = config.option.keyword or config.option.markexpr or config.args_source is pytest.Config.ArgsSource.ARGS
    return not (os.environ.get("CI") or config.option.slow or chosen)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say that the slow tests are left out."""
    return "slow tests: left to CI, --slow runs them here as well" if leaves_slow_out(config) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow tests out."""
    if leaves_slow_out(config):
        config.hook.pytest_deselected(items=[item for item in items if "slow" in item.keywords])
        items[:] = [item for item in items if "slow" not in item.keywords]


# ------------------------------------------------------------------ data
UNTRIED = "NOT TESTED ON REAL DATA"


@pytest.fixture
def real_data(request: pytest.FixtureRequest) -> Path:
    """Return the folder of real data (GRIDKIT_REAL_DATA, else ../shared/data beside the checkout), or skip loudly."""
    folder = Path(os.environ.get("GRIDKIT_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"{UNTRIED}: {folder} is not a folder; set GRIDKIT_REAL_DATA")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests went without the real data, in whichever process they were to run."""
    count = sum(UNTRIED in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    databases = sum(clusters.UNTRIED in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if databases:
        terminalreporter.section("databases", sep="!", red=True, bold=True)
        terminalreporter.line(f"{databases} tests skipped for want of PostGIS: apt-get install {clusters.PACKAGES}")
    if count:
        terminalreporter.section("real data", sep="!", red=True, bold=True)
        terminalreporter.line(f"{count} tests skipped for want of real data: set GRIDKIT_REAL_DATA")


@pytest.fixture(scope="session")
def cluster() -> Iterator[clusters.Cluster]:
    """Start a PostgreSQL with PostGIS once for the tests of a process; fail in CI and skip elsewhere where none is."""
    programs = clusters.programs()
    if programs is None:
        message = f"{clusters.UNTRIED}: apt-get install {clusters.PACKAGES}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    before = os.environ.get("PGPASSWORD")
    started = clusters.Cluster(programs)
    yield started
    os.environ.pop("PGPASSWORD") if before is None else os.environ.update(PGPASSWORD=before)
    started.stop()


@pytest.fixture
def gis(cluster: clusters.Cluster) -> clusters.Cluster:
    """Return the server with a new database ``gis`` that has PostGIS and nothing else."""
    cluster.sql(
        "DROP DATABASE IF EXISTS gis WITH (FORCE)", "CREATE DATABASE gis TEMPLATE with_postgis", database="postgres"
    )
    return cluster


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the made-up district's files, drawn once; read it, never write to it."""
    from gridkit.synthetic import write  # only the tests that ask for it wait for it

    folder = tmp_path_factory.mktemp("demo") / "q-district"
    write(folder)
    return folder


# ------------------------------------------------------------------ tiny worlds
def units(shapes: dict[str, Polygon], people: list[int], households: list[int]) -> gpd.GeoDataFrame:
    """Return units with these shapes in metres, all in one parent."""
    frame = gpd.GeoDataFrame(
        {"parent": "d", "people": people, "households": households, "kind": "block"},
        index=list(shapes),
        geometry=list(shapes.values()),
        crs=METRES,
    )
    frame["area_m2"] = frame.area
    return frame.rename_axis("unit_id")


@pytest.fixture
def row() -> gpd.GeoDataFrame:
    """Return four squares of 100 m in a row; the numbers are people, two to a household.

    ::

        +----+----+----+----+
        | a  | b  | c  | d  |
        | 10 | 20 | 30 | 40 |
        +----+----+----+----+
    """
    shapes = {name: box(100 * x, 0, 100 * (x + 1), 100) for x, name in enumerate("abcd")}
    return units(shapes, [10, 20, 30, 40], [5, 10, 15, 20])


@pytest.fixture
def three_by_three() -> gpd.GeoDataFrame:
    """Return nine squares of 100 m with ten people each; between the columns 1 and 2 runs :func:`river`.

    ::

        +---+   +---+---+
        | g | ~ | h | i |
        +---+ ~ +---+---+
        | d | ~ | e | f |
        +---+ ~ +---+---+
        | a | ~ | b | c |
        +---+   +---+---+

    The gap is drawn for the eye: the squares touch along the river's line.
    """
    shapes = {
        name: box(100 * (k % 3), 100 * (k // 3), 100 * (k % 3 + 1), 100 * (k // 3 + 1))
        for k, name in enumerate("abcdefghi")
    }
    return units(shapes, [10] * 9, [5] * 9)


@pytest.fixture
def river() -> gpd.GeoDataFrame:
    """Return the river of :func:`three_by_three`: x = 100 m, from south to north."""
    frame = gpd.GeoDataFrame(
        {"kind": ["river"], "name": ["Q River"], "name_en": ["Q River"], "tunnel": [False]},
        index=["w1"],
        geometry=[LineString([(100, 0), (100, 300)])],
        crs=METRES,
    )
    return frame.rename_axis("feature_id")


@pytest.fixture
def islands() -> gpd.GeoDataFrame:
    """Return two islands of two squares each, 200 m of water between them.

    ::

        +---+---+        +---+---+
        | a | b |  ~~~~  | c | d |
        +---+---+        +---+---+
    """
    shapes = {name: box(x, 0, x + 100, 100) for name, x in zip("abcd", (0, 100, 400, 500), strict=True)}
    return units(shapes, [10, 10, 10, 10], [5, 5, 5, 5])


@pytest.fixture
def doughnut() -> gpd.GeoDataFrame:
    """Return a unit with another one in its hole: `b` has no neighbour but `a`.

    ::

        +-----------+
        | a         |
        |   +---+   |
        |   | b |   |
        |   +---+   |
        |           |
        +-----------+
    """
    inner = box(100, 100, 200, 200)
    return units({"a": box(0, 0, 300, 300).difference(inner), "b": inner}, [80, 10], [40, 5])
