"""Made-up plans of any size for tests and benchmarks of what is drawn: crooked blocks, streets, a river, incidents."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import BalanceLayer, CoverageLayer, IncidentsLayer
from gridkit.language.phrases import Text
from gridkit.plan.plan import Layer, Parameters, Plan
from gridkit.provenance import Step, step

METRES = "EPSG:32650"
CORNER = (680_000.0, 3_540_000.0)
SURNAMES = "安柏岑丁范葛何纪康林孟宁潘秦任沈唐魏夏杨"


@dataclass(frozen=True)
class Size:
    """How much there is: ``side`` blocks along an edge, ``across`` of them per grid, ``pieces`` of each street."""

    side: int = 12
    across: int = 2
    incidents: int = 300
    block_m: float = 150.0
    attributes: int = 0
    pieces: int = 4
    buildings: int = 24_000


def crooked_plan(size: Size = Size(), seed: int = 0) -> Plan:
    """Return a plan of ``(side / across)²`` grids in four communities, with its base map and layers."""
    rng = np.random.default_rng(seed)
    corners = _corners(size, rng)
    units = _units(size, corners, rng)
    plan = Plan(
        units,
        _borders(units),
        _districts(units),
        Parameters(title="青岚区网格方案", measure="people", low=1080, target=1200, high=1320),
        backdrop=_backdrop(size, corners, units, rng),
        history=(Step("split", finished="2026-11-20T08:00:00+00:00"),),
    )
    attributes = pd.DataFrame(
        {
            "name": [f"第{index + 1}网格" for index in range(len(plan.grids))],
            "head": [f"{SURNAMES[index % len(SURNAMES)]}某" for index in range(len(plan.grids))],
            "boundary": ["东至文昌路，南至青岚河，西至云台街，北至和平路"] * len(plan.grids),
        },
        index=plan.grids.index,
    )
    plan = Plan(plan.units, plan.borders, plan.districts, plan.parameters, plan.backdrop, {}, plan.history, attributes)
    for layer in (_balance(plan), _clinics(plan, rng), _incidents(plan, size, rng), *_further(plan, size, rng)):
        plan = plan.with_layer(layer)
    return plan


def _corners(size: Size, rng: np.random.Generator) -> np.ndarray:
    along = np.arange(size.side + 1) * size.block_m
    x, y = np.meshgrid(along, along)
    return np.stack([x, y], axis=2) + rng.uniform(-0.22, 0.22, (*x.shape, 2)) * size.block_m + CORNER


def _units(size: Size, corners: np.ndarray, rng: np.random.Generator) -> gpd.GeoDataFrame:
    rows = []
    middle = size.side // 2
    for row in range(size.side):
        for column in range(size.side):
            ring = [
                corners[row, column],
                corners[row, column + 1],
                corners[row + 1, column + 1],
                corners[row + 1, column],
            ]
            grid_row, grid_column = row // size.across, column // size.across
            rows.append(
                {
                    "unit_id": f"u{row:03d}{column:03d}",
                    "parent": f"3205080190{1 + (row >= middle) * 2 + (column >= middle):02d}",
                    "people": float(rng.integers(180, 420)),
                    "kind": "block",
                    "grid_id": f"320508019{grid_row:03d}{grid_column:03d}",
                    "geometry": shapely.Polygon(ring),
                }
            )
    units = gpd.GeoDataFrame(rows, crs=METRES).set_index("unit_id")
    units["households"] = (units["people"] / 2.62).round()
    units["area_m2"] = units.area
    # A grid belongs to one community: to that of its first unit.
    units["parent"] = units.groupby("grid_id")["parent"].transform("first")
    return units


def _borders(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    one, two = units.sindex.query(units.geometry.to_numpy(), predicate="touches")
    pairs = one < two
    shared = shapely.intersection(*(units.geometry.to_numpy()[side[pairs]] for side in (one, two)))
    length = shapely.length(shared)
    kept = length > 0
    table = gpd.GeoDataFrame(
        {
            "unit_id": units.index[one[pairs][kept]],
            "neighbour": units.index[two[pairs][kept]],
            "shared_m": length[kept],
            "feature": "street",
            "feature_m": 0.0,
            "link": "border",
        },
        geometry=shared[kept],
        crs=units.crs,
    )
    return table.rename_axis("border_id")


def _districts(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = units.dissolve("parent")[["geometry"]].rename_axis("district_id")
    shapes["name"] = [f"{name}社区" for name in ("文昌", "青岚", "云台", "和平")][: len(shapes)]
    return shapes


def _backdrop(
    size: Size, corners: np.ndarray, units: gpd.GeoDataFrame, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    lines, kinds, names, latin = [], [], [], []
    for way in range(size.side + 1):
        kind = "primary" if way % 8 == 4 else "tertiary" if way % 4 == 2 else "residential"
        ways = (
            (corners[way], f"文昌{way}路", f"Wenchang Road {way}"),
            (corners[:, way], f"云台{way}街", f"Yuntai Street {way}"),
        )
        for points, name, english in ways:
            pieces = min(size.pieces, size.side)
            for piece in range(pieces):
                part = points[piece * size.side // pieces : (piece + 1) * size.side // pieces + 1]
                lines.append(shapely.LineString(part))
                kinds.append(kind)
                names.append(name)
                latin.append(english)
    roads = _frame(lines, kind=kinds, name=names, name_en=latin)
    width = size.side * size.block_m
    wave = np.linspace(-0.02, 1.02, 40)
    middle = np.column_stack([wave * width, width * (0.48 + 0.05 * np.sin(wave * 9))]) + CORNER
    water = _frame([shapely.LineString(middle).buffer(35)], kind=["river"], name=["青岚河"], name_en=["Qinglan River"])
    parks = units.geometry.iloc[rng.choice(len(units), max(1, len(units) // 25), replace=False)].buffer(-12)
    green = _frame(
        parks.values, kind=["park"] * len(parks), name=[f"云台公园{index}" for index in range(len(parks))], name_en=None
    )
    middles = shapely.get_coordinates(units.geometry.centroid.values)
    houses = [
        shapely.box(x + dx - 14, y + dy - 7, x + dx + 14, y + dy + 7)
        for x, y in middles
        for dx in (-30, 30)
        for dy in (-25, 5, 35)
    ]
    rail = _frame(
        [shapely.LineString(np.array([[-50, 0.8 * width], [width + 50, 0.7 * width]]) + CORNER)], kind=["rail"]
    )
    places = _frame(shapely.points(middles[:: max(1, len(middles) // 12)]), kind="amenity=school", tags="{}")
    places["name"] = [f"和平小学{index}" for index in range(len(places))]
    return {
        "roads": roads,
        "water": water,
        "green": green,
        "buildings": _frame(houses[: size.buildings], kind="yes"),
        "rails": rail,
        "places": places,
    }


def _frame(shapes: object, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=METRES)).assign(**columns).rename_axis("feature_id")


def _balance(plan: Plan) -> Layer:
    grids = plan.grids
    table = pd.DataFrame({"people": grids["people"], "deviation": grids["people"] / plan.parameters.target - 1})
    definition = BalanceLayer(
        "balance",
        Text(en="Balance", zh="均衡度"),
        measures=(
            Measure(
                "deviation", Text(en="Off target", zh="偏离目标"), palette="PuOr", breaks="band", digits=1, percent=True
            ),
            Measure("people", Text(en="People", zh="人口"), Text(en="people", zh="人"), palette="PuOr", breaks="band"),
        ),
    )
    return Layer(definition, {"grids": table})


def _clinics(plan: Plan, rng: np.random.Generator) -> Layer:
    spots = _scatter(plan, 12, rng)
    points = _frame(spots, kind="clinic", name=[f"第{index + 1}卫生服务站" for index in range(len(spots))]).rename_axis(
        "facility_id"
    )
    share = pd.DataFrame({"share_15": rng.beta(6, 2, len(plan.grids))}, index=plan.grids.index)
    measure = Measure(
        "share_15", Text(en="Within 15 minutes of a clinic", zh="15分钟可达诊所"), palette="viridis", percent=True
    )
    definition = CoverageLayer("clinics", Text(en="Clinics", zh="诊所"), measures=(measure,), colour="#009e73")
    return Layer(definition, {"grids": share, "points": points}, {"share_within_15": float(share["share_15"].mean())})


def _incidents(plan: Plan, size: Size, rng: np.random.Generator) -> Layer:
    spots = _scatter(plan, size.incidents, rng)
    minutes = np.sort(rng.integers(0, 365 * 24 * 60, len(spots)))
    points = _frame(
        spots,
        time=pd.Timestamp("2025-01-01") + pd.to_timedelta(minutes, unit="min"),
        category=rng.choice(
            ["噪声扰民", "违章停车", "垃圾堆放", "邻里纠纷", "道路破损"], len(spots), p=[0.3, 0.3, 0.2, 0.1, 0.1]
        ),
        status=rng.choice(["已结案", "办理中"], len(spots), p=[0.9, 0.1]),
    ).rename_axis("incident_id")
    _, grid = plan.grids.sindex.query(points.geometry.values, predicate="within")
    counts = pd.Series(np.bincount(grid, minlength=len(plan.grids)), index=plan.grids.index)
    table = pd.DataFrame({"incidents": counts, "rate": counts / plan.grids["people"] * 1000})
    definition = IncidentsLayer(
        "incidents",
        Text(en="Incidents", zh="事件"),
        measures=(
            Measure("incidents", Text(en="Incidents", zh="事件数"), Text(en="incidents", zh="件"), palette="YlOrBr"),
            Measure("rate", Text(en="Per 1,000 people", zh="千人事件率"), palette="YlOrBr", digits=1),
        ),
        colour="#b3401a",
    )
    return Layer(definition, {"grids": table, "points": points})


def _further(plan: Plan, size: Size, rng: np.random.Generator) -> list[Layer]:
    if not size.attributes:
        return []
    columns = {f"m{index}": rng.gamma(3, 20, len(plan.grids)).round(1) for index in range(size.attributes)}
    measures = tuple(Measure(name, Text(en=f"Measure {name}", zh=f"指标{name}"), digits=1) for name in columns)
    definition = BalanceLayer("further", Text(en="Further", zh="其他"), measures=measures)
    return [Layer(definition, {"grids": pd.DataFrame(columns, index=plan.grids.index)})]


def _scatter(plan: Plan, count: int, rng: np.random.Generator) -> np.ndarray:
    west, south, east, _ = plan.units.total_bounds
    side = east - west
    hubs = rng.uniform(0.2, 0.8, (6, 2)) * side
    spots = hubs[rng.integers(0, 6, count)] + rng.normal(0, side / 9, (count, 2))
    spots = np.clip(spots, 0.03 * side, 0.97 * side) + np.array([west, south])
    return np.asarray(shapely.points(spots))


def edited(plan: Plan, unit: str, grid: str, word: str = "move") -> Plan:
    """Return a plan with one unit in another grid, as its next step."""
    moved = plan.units["grid_id"].where(plan.units.index != unit, grid)
    return replace(plan, units=plan.units.assign(grid_id=moved)).with_step(step(word, {"unit": unit}))
