"""Nine departments' nets over the made-up district, and the posts of one: each drawn its own way, as they are.

Every net has its own size of area and its own direction of the ruler, so that its lines run across grids and across
each other's. One (civil affairs) keeps to the communities. One (market supervision) has a gap and an overlap, one
writes codes as numbers, one as text with zeros before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.synthetic import frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.synthetic.district import District


@dataclass(frozen=True)
class Net:
    """How a department draws: households an area is to have, the ruler's angle in degrees, how it writes its codes."""

    title: str
    households: float
    angle: float
    column: str
    code: str


NETS = {
    "party": Net("党建网格", 1500, 12, "网格编号", "党{:02d}"),
    "law": Net("综治网格", 620, 38, "网格编码", "ZZ{:03d}"),
    "civil": Net("民政片区", 0, 0, "片区编号", "MZ{:d}"),
    "environment": Net("环保网格", 2600, 63, "编号", "HB-{:d}"),
    "city": Net("城管责任区", 1100, 81, "责任区号", ""),
    "petitions": Net("信访包片", 5200, 24, "包片代码", "XF{:d}"),
    "market": Net("市场监管网格", 2200, 52, "编码", "SJ{:02d}"),
    "health": Net("卫生健康片区", 1800, 5, "片区代码", "{:03d}"),
    "rescue": Net("应急网格", 1300, 70, "网格号", "YJ{:02d}"),
}
"""The nine that a district is told to merge, by the layer each stands in."""
GAPPED = "market"
POSTED = "law"
OFFICERS = (3, 9)
"""Fewest and most who work at a post."""


def nets(made: District) -> dict[str, gpd.GeoDataFrame]:
    """Return the nets by layer, in `frame.CRS`."""
    shapes = np.array(made.blocks, dtype=object)
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    weight = _households(made, shapes)
    found = {}
    for name, net in NETS.items():
        if not net.households:
            areas = list(made.communities.geometry)
        else:
            parts = _halved(np.arange(len(shapes)), spots, weight, net, 0)
            if name == GAPPED:
                parts = _careless(parts, spots)
            areas = [shapely.union_all(shapes[part]) for part in parts]
        numbers = range(1, len(areas) + 1)
        codes = [net.code.format(each) for each in numbers] if net.code else list(numbers)
        names = [f"{net.title}{each}" for each in numbers]
        found[name] = gpd.GeoDataFrame({net.column: codes, "名称": names}, geometry=areas, crs=frame.CRS)
    return found


def posts(made: District) -> pd.DataFrame:
    """Return a post in each area of one net with who works there, as a table in WGS 84."""
    areas = nets(made)[POSTED]
    rng = np.random.default_rng([made.seed, 7])
    spots = gpd.GeoSeries(areas.representative_point(), crs=frame.CRS).to_crs(frame.LONLAT)
    return pd.DataFrame(
        {
            "名称": [f"{name}工作站" for name in areas["名称"]],
            "人数": rng.integers(*OFFICERS, len(areas), endpoint=True),
            "经度": spots.x.round(6),
            "纬度": spots.y.round(6),
        }
    )


def _households(made: District, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the households of each block."""
    homes = made.homes.representative_point()
    home, block = shapely.STRtree(shapes).query(np.asarray(homes, dtype=object), predicate="intersects")
    households = made.homes["households"].to_numpy(dtype=float)
    return np.bincount(block, weights=households[home], minlength=len(shapes)).astype(np.float64)


def _halved(
    own: NDArray[np.int64], spots: NDArray[np.float64], weight: NDArray[np.float64], net: Net, depth: int
) -> list[NDArray[np.int64]]:
    """Return blocks cut across and across again until a part has about what an area is to have."""
    if weight[own].sum() <= 1.45 * net.households or len(own) == 1:
        return [own]
    turn = np.deg2rad(net.angle + 90 * (depth % 2))
    along = spots[own] @ np.array([np.cos(turn), np.sin(turn)])
    order = np.argsort(along, kind="stable")
    heap = np.cumsum(weight[own[order]])
    at = int(np.clip(np.searchsorted(heap, heap[-1] / 2), 1, len(own) - 1))
    first, second = np.sort(own[order[:at]]), np.sort(own[order[at:]])
    return [*_halved(first, spots, weight, net, depth + 1), *_halved(second, spots, weight, net, depth + 1)]


def _careless(parts: list[NDArray[np.int64]], spots: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return the parts with one block that nobody has, and one that two have."""
    first, second, *others = parts
    middle = spots[second].mean(axis=0)
    shared = first[np.argmin(np.linalg.norm(spots[first] - middle, axis=1))]
    lost = first[np.argmax(np.linalg.norm(spots[first] - middle, axis=1))]
    return [first[first != lost], np.append(second, shared), *others]
