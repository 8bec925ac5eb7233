"""Pairs of inputs that are the same district in two ways, the plans of both, and what differs between them.

A scene is a small made-up district: crooked streets, a river, communities, people at doors. A law says how the same
scene is given in another way: moved, turned, renamed, in another order, in parts, in another form of file or datum.
Both go through the whole of ``split``, from files to a plan. Most laws ask for the very same plan; those that turn or
mirror ask for the same units, borders and measures, and a plan as good, as a search begins elsewhere.
"""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from scipy.spatial import cKDTree

import gridkit as gk
from gridkit.errors import GridkitError, UsageError
from gridkit.sources.coordinates.datums import gcj02_from_wgs84

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

METRIC = 32651
ORIGIN = np.array([350_000.0, 3_600_000.0])
BLOCK_M = 90.0
LINES = {"streets": "roads", "rivers": "waterways"}
"""What the tables of lines are called where a user brings his own."""
NEAR_M = 0.5
"""Two units are the same one where a point inside each is so near, and their areas differ by less than a thousandth."""
AS_GOOD = 0.15
"""A plan is as good where its borders are no longer by more: a search that begins elsewhere may end elsewhere."""


ELSEWHERE = 2
"""So many grids more may lie outside the range where the little search of a scene began elsewhere."""
TOUCHING_M = 0.05
"""Borders that are shorter are there or not by the rounding of a corner."""


@dataclass(frozen=True)
class Scene:
    """A district as tables in metres, and how it is to be split."""

    communities: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    doors: gpd.GeoDataFrame
    target: float
    options: dict[str, Any] = field(default_factory=dict)

    def tables(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the tables by name."""
        return {name: getattr(self, name) for name in ("communities", "streets", "rivers", "doors")}

    def with_tables(self, made: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Scene:
        """Return the scene with every table changed."""
        return replace(self, **{name: made(table) for name, table in self.tables().items()})


def scene(seed: int) -> Scene:
    """Return a scene drawn by a seed: crooked streets, some ending blind, perhaps a river, one to three communities."""
    draw = np.random.default_rng(seed)
    columns, rows = (int(each) for each in draw.integers(4, 8, 2))
    y, x = np.mgrid[0 : rows + 1, 0 : columns + 1] * BLOCK_M
    at = np.stack([x, y], axis=-1) + draw.integers(-180, 181, (*x.shape, 2)) / 10
    at = np.round(at + ORIGIN, 1)
    parts = int(draw.integers(1, 4))
    cuts = sorted({0, columns, *(int(each) for each in draw.integers(1, columns, parts - 1))})
    shapes = [_between(at, low, high) for low, high in itertools.pairwise(cuts)]
    codes = [f"32061100{1000 + number}" for number in range(len(shapes))]
    lines = [*_streets(at, draw)]
    kinds = draw.choice(["residential", "residential", "tertiary", "secondary"], len(lines))
    names = [f"{'ABCDEFGH'[number % 8]} {number} Road" for number in range(len(lines))]
    river = []
    if draw.random() < 0.4:
        row = int(draw.integers(1, rows))
        river = [shapely.LineString(at[row] + np.array([0.0, 31.0]))]
    count = int(draw.integers(60, 160))
    spots = np.round(draw.uniform(at.min(axis=(0, 1)), at.max(axis=(0, 1)), (count, 2)), 1)
    people = draw.integers(1, 40, count).astype(float)
    doors = gpd.GeoDataFrame({"people": people}, geometry=shapely.points(spots), crs=METRIC)
    ground = shapely.union_all(shapes)
    doors = doors[doors.geometry.within(shapely.buffer(ground, -1.0))].reset_index(drop=True)
    grids = int(draw.integers(2, 5)) * len(shapes)
    return Scene(
        gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=METRIC),
        gpd.GeoDataFrame({"highway": kinds, "name": names}, geometry=lines, crs=METRIC),
        gpd.GeoDataFrame({"waterway": ["river"] * len(river)}, geometry=river, crs=METRIC),
        doors,
        target=float(round(doors["people"].sum() / grids)),
        options={"tolerance": float(draw.choice([0.1, 0.3])), "effort": 0.05, "seed": 0},
    )


def _between(at: NDArray[np.float64], low: int, high: int) -> shapely.Polygon:
    """Return the ground between two columns of corners."""
    ring = [*at[0, low : high + 1], *at[1:, high], *at[-1, low:high][::-1], *at[1:-1, low][::-1]]
    return shapely.Polygon(ring)


def _streets(at: NDArray[np.float64], draw: np.random.Generator) -> Iterator[shapely.LineString]:
    """Yield the streets of a lattice, a few with a piece left out or ending blind within a block."""
    for row in at[1:-1]:
        yield shapely.LineString(row)
    for column in range(1, at.shape[1] - 1):
        line = at[:, column]
        gone = int(draw.integers(0, len(line))) if draw.random() < 0.3 else None
        for piece in (line[: gone + 1], line[gone + 1 :]) if gone is not None else (line,):
            if len(piece) > 1:
                yield shapely.LineString(piece)
    corner = at[tuple(int(draw.integers(0, size - 1)) for size in at.shape[:2])]
    yield shapely.LineString([corner, corner + np.array([31.5, 40.5])])


# ------------------------------------------------------------------ files


@dataclass(frozen=True)
class Form:
    """How a scene is written, and what the user says of it."""

    ending: str = ".gpkg"
    driver: str = "GPKG"
    crs: int = METRIC
    gcj02: bool = False
    osm_files: int = 0
    latin: bool = False


def write(made: Scene, folder: Path, form: Form) -> dict[str, Any]:
    """Write a scene into a folder, and return the arguments of ``split``."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    for name, table in made.tables().items():
        if table.empty or (form.osm_files and name in LINES):
            continue
        path = folder / f"{'x' if form.latin else ''}{name}{form.ending}"
        _written(table.to_crs(form.crs), path, form, shifted=form.gcj02 and name == "doors")
        files[name] = str(path)
    asked: dict[str, Any] = {
        "district": files["communities"],
        "parents": "code",
        "people": f"{files['doors']}:people",
        "target": made.target,
        **made.options,
    }
    if form.osm_files:
        asked["osm"] = _as_osm(made, folder, form.osm_files)
    asked["features"] = {kind: files[name] for name, kind in LINES.items() if name in files}
    return {**asked, "datum": "people=gcj02"} if form.gcj02 else asked


def _as_osm(made: Scene, folder: Path, count: int) -> list[str]:
    """Write streets and rivers as OpenStreetMap has them, into several files that share the nodes at their edges."""
    spots: dict[tuple[float, float], int] = {}
    ways = []
    for name in LINES:
        table = made.tables()[name].to_crs(4326)
        for row, line in zip(table.drop(columns="geometry").to_dict("records"), table.geometry, strict=True):
            corners = [(round(x, 7), round(y, 7)) for x, y in line.coords]
            ways.append(([spots.setdefault(each, len(spots) + 1) for each in corners], row))
    where = {number: place for place, number in spots.items()}
    paths = []
    for part in range(count):
        own = list(enumerate(ways, 1))[part::count]
        path = folder / f"part{part}.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for number in sorted({each for _, (nodes, _) in own for each in nodes}):
                writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=where[number]))
            for number, (nodes, tags) in own:
                writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
        paths.append(str(path))
    return paths


def _written(table: gpd.GeoDataFrame, path: Path, form: Form, *, shifted: bool) -> None:
    if shifted:
        lon, lat = gcj02_from_wgs84(table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
        table = table.set_geometry(gpd.points_from_xy(lon, lat, crs=4326))
    if form.ending == ".parquet":
        table.to_parquet(path)
    else:
        more = {"COORDINATE_PRECISION": 10} if form.ending == ".geojson" else {}
        table.to_file(path, driver=form.driver, **more)


# ------------------------------------------------------------------ plans


@dataclass(frozen=True)
class Made:
    """What came out: a point in each unit (as the scene has it), its area, people and grid; borders; or why not."""

    points: NDArray[np.float64]
    areas: NDArray[np.float64]
    people: NDArray[np.float64]
    grids: NDArray[np.object_]
    shared_m: NDArray[np.float64]
    cut_m: float
    outside: int
    stopped: str = ""


def plan(asked: dict[str, Any], back: Callable[[NDArray[np.float64]], NDArray[np.float64]], per: float = 1.0) -> Made:
    """Split, and return what came out with its points moved back to where the scene has them."""
    with warnings.catch_warnings(action="ignore"):
        try:
            found = gk.split(asked["district"], **{name: each for name, each in asked.items() if name != "district"})
        except UsageError:
            raise  # what is asked here can be asked
        except GridkitError as error:
            none: NDArray[Any] = np.empty(0)
            return Made(none, none, none, none, none, 0.0, 0, type(error).__name__)
    units = found.units.to_crs(METRIC)
    inner = shapely.point_on_surface(units.geometry.to_numpy())
    own = found.units["grid_id"].to_dict()
    crossed = found.borders["unit_id"].map(own) != found.borders["neighbour"].map(own)
    shared = found.borders["shared_m"].to_numpy(dtype=float)
    # The middle of a unit turns with it; a point on its surface does not.
    middle = shapely.centroid(units.geometry.to_numpy())
    return Made(
        back(shapely.get_coordinates(np.where(shapely.is_empty(middle), inner, middle))),
        shapely.area(units.geometry.to_numpy()),
        units["people"].to_numpy(dtype=float) / per,
        units["grid_id"].to_numpy(dtype=object),
        shared[shared > TOUCHING_M],
        float(found.borders.loc[crossed, "shared_m"].sum()),
        int(found.parameters.band.outside(found.grids["people"]).sum()),
    )


def differences(one: Made, other: Made, *, same_plan: bool) -> list[str]:
    """Return what differs between two plans of one scene, in words; empty where nothing does."""
    if one.stopped or other.stopped:
        return [] if one.stopped == other.stopped else [f"stopped: {one.stopped or 'no'} and {other.stopped or 'no'}"]
    if len(one.points) != len(other.points):
        return [f"{len(one.points)} and {len(other.points)} units"]
    far, match = cKDTree(other.points).query(one.points)
    if far.max() > NEAR_M or len(set(match.tolist())) < len(match):
        return [f"units that lie {far.max():.2f} m apart"]
    found = _of_units(one, other, match)
    if same_plan and partition(one.grids) != partition(other.grids[match]):
        found.append("which units are together")
    if abs(one.outside - other.outside) > (0 if same_plan else ELSEWHERE):
        found.append(f"{one.outside} and {other.outside} grids outside the range")
    short, long = sorted((one.cut_m, other.cut_m))
    if not found and long > short * (1 + AS_GOOD) + BLOCK_M:
        found.append(f"{short:.0f} m and {long:.0f} m of border")
    return found


def _of_units(one: Made, other: Made, match: NDArray[np.int64]) -> list[str]:
    """Return what differs between units and borders, the same units being matched."""
    found = []
    if not np.allclose(one.areas, other.areas[match], rtol=1e-3, atol=0.5):
        found.append("areas of units")
    if not np.allclose(one.people, other.people[match], rtol=1e-6, atol=1e-6):
        found.append(f"people of units, by up to {np.abs(one.people - other.people[match]).max():g}")
    if len(one.shared_m) != len(other.shared_m):
        found.append(f"{len(one.shared_m)} and {len(other.shared_m)} borders")
    elif not np.allclose(np.sort(one.shared_m), np.sort(other.shared_m), rtol=1e-3, atol=0.05):
        found.append("lengths of borders")
    return found


def partition(grids: NDArray[np.object_]) -> list[int]:
    """Return which units are together, numbered in their order."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(each, len(numbers)) for each in grids]


# ------------------------------------------------------------------ laws


@dataclass(frozen=True)
class Other:
    """The same scene in another way: what is written how, beside the scene's own form, and how its points lead back."""

    scene: Scene
    form: Form = Form()
    own_form: Form = Form()
    back: Callable[[NDArray[np.float64]], NDArray[np.float64]] = field(default=lambda xy: xy)
    per: float = 1.0


@dataclass(frozen=True)
class Law:
    """A way of giving the same, and whether the very same plan is asked for."""

    other: Callable[[Scene, np.random.Generator], Other]
    same_plan: bool = True


def _moved(made: Scene, matrix: NDArray[np.float64], offset: NDArray[np.float64]) -> Other:
    middle = ORIGIN + 250.0
    inverse = np.linalg.inv(matrix)

    def there(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        shapes = shapely.transform(table.geometry.to_numpy(), lambda xy: (xy - middle) @ matrix.T + middle + offset)
        return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))

    return Other(made.with_tables(there), back=lambda xy: (xy - offset - middle) @ inverse.T + middle)


def _shifted(made: Scene, draw: np.random.Generator) -> Other:
    return _moved(made, np.eye(2), draw.integers(-4_000, 4_001, 2).astype(float))


def _turned(made: Scene, draw: np.random.Generator) -> Other:
    angle = np.radians(float(draw.choice([90.0, 180.0, 37.5, 211.0])))
    return _moved(made, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), np.zeros(2))


def _mirrored(made: Scene, _draw: np.random.Generator) -> Other:
    return _moved(made, np.diag([-1.0, 1.0]), np.zeros(2))


def _scaled(made: Scene, draw: np.random.Generator) -> Other:
    by = float(draw.choice([2, 8, 10, 1000]))
    doors = made.doors.assign(people=made.doors["people"] * by)
    return Other(replace(made, doors=doors, target=made.target * by), per=by)


def _renamed(made: Scene, draw: np.random.Generator) -> Other:
    streets = made.streets.assign(name=[f"Lane {number}" for number in draw.permutation(len(made.streets))])
    codes = [f"X{number:03d}" for number in range(len(made.communities))]
    communities = made.communities.assign(code=codes)
    return Other(replace(made, streets=streets, communities=communities), Form(latin=True))


def _reordered(made: Scene, draw: np.random.Generator) -> Other:
    return Other(made.with_tables(lambda table: table.iloc[draw.permutation(len(table))].reset_index(drop=True)))


def _redrawn(made: Scene, draw: np.random.Generator) -> Other:
    """Begin rings at other corners and run lines the other way."""

    def other_way(shape: shapely.Geometry) -> shapely.Geometry:
        if shape.geom_type != "Polygon":
            return shapely.reverse(shape) if draw.random() < 0.5 else shape
        ring = np.array(shape.exterior.coords)[:-1]
        ring = np.roll(ring, int(draw.integers(0, len(ring))), axis=0)
        return shapely.Polygon(ring[::-1] if draw.random() < 0.5 else ring)

    return Other(
        made.with_tables(
            lambda table: table.set_geometry(
                gpd.GeoSeries([other_way(each) for each in table.geometry], index=table.index, crs=table.crs)
            )
        )
    )


def _in_parts(made: Scene, draw: np.random.Generator) -> Other:
    """Cut streets at their corners, and give some of those behind a door in a row of their own."""
    pieces = made.streets.assign(
        geometry=[
            shapely.MultiLineString([line.coords[at : at + 2] for at in range(len(line.coords) - 1)])
            for line in made.streets.geometry
        ]
    ).explode(ignore_index=True)
    some = made.doors.index[draw.random(len(made.doors)) < 0.3]
    halves = made.doors.loc[some].assign(people=0.25 * made.doors.loc[some, "people"])
    doors = made.doors.copy()
    doors.loc[some, "people"] *= 0.75
    doors = gpd.GeoDataFrame(pd.concat([doors, halves], ignore_index=True), crs=made.doors.crs)
    return Other(replace(made, streets=pieces, doors=doors))


def _in_files(made: Scene, draw: np.random.Generator) -> Other:
    return Other(made, Form(osm_files=int(draw.integers(2, 4))), own_form=Form(osm_files=1))


def _formed(made: Scene, draw: np.random.Generator) -> Other:
    forms = [
        Form(".geojson", "GeoJSON", 4326),
        Form(".fgb", "FlatGeobuf"),
        Form(".parquet", ""),
        Form(".shp", "ESRI Shapefile"),
        Form(".gpkg", "GPKG", 4326),
        Form(".gpkg", "GPKG", 4549),
    ]
    return Other(made, forms[int(draw.integers(len(forms)))])


def _in_gcj02(made: Scene, _draw: np.random.Generator) -> Other:
    return Other(made, Form(crs=4326, gcj02=True), own_form=Form(crs=4326))


LAWS: dict[str, Law] = {
    "shifted": Law(_shifted),
    "turned": Law(_turned, same_plan=False),
    "mirrored": Law(_mirrored, same_plan=False),
    "more people, as many times": Law(_scaled),
    "renamed": Law(_renamed),
    "reordered": Law(_reordered),
    "redrawn": Law(_redrawn),
    "in parts": Law(_in_parts),
    "in several files": Law(_in_files),
    "another form": Law(_formed),
    "another datum": Law(_in_gcj02),
}


def broken(made: Scene, name: str, seed: int, folder: Path) -> list[str]:
    """Return what a law finds different between a scene and the same scene in another way."""
    law = LAWS[name]
    other = law.other(made, np.random.default_rng(seed))
    one = plan(write(made, folder / "one", other.own_form), lambda xy: xy)
    two = plan(write(other.scene, folder / "other", other.form), other.back, other.per)
    return differences(one, two, same_plan=law.same_plan)


def smaller(made: Scene) -> Iterator[Scene]:
    """Yield scenes with less in them: without half, a quarter ... of the rows of a table, at last without one."""
    for name in ("doors", "streets", "rivers", "communities"):
        table = made.tables()[name]
        step = max(len(table) // 2, 1)
        while step and len(table):
            for start in range(0, len(table), step):
                less = table.drop(table.index[start : start + step])
                if len(less) or name == "rivers":
                    yield replace(made, **{name: less.reset_index(drop=True)})
            step //= 2


def minimised(
    made: Scene,
    name: str,
    seed: int,
    folder: Path,
    judge: Callable[[Scene, str, int, Path], list[str]] = broken,
    tries: int = 120,
) -> Scene:
    """Return a small scene that breaks the law as well, by leaving out what is not needed for it."""
    tried = 0
    while True:
        for less in smaller(made):
            tried += 1
            if tried > tries:
                return made
            if judge(less, name, seed, folder / str(tried)):
                made = less
                break
        else:
            return made
