"""An outbreak and a flood in the made-up district: zones as an office draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridkit.synthetic import frame

if TYPE_CHECKING:
    from gridkit.synthetic.district import District

SEALED, CONTROLLED_M = 2, 230.0
"""How many compounds are sealed, and how far around them is controlled."""
EVACUATE_M, WATCH_M = 90.0, 240.0
"""How far from the river people leave, and how far they watch."""
DAYS = ("2025-11-03", "2025-11-17")


def zones(made: District) -> dict[str, gpd.GeoDataFrame]:
    """Return the zones by layer, ``outbreak`` and ``flood``, in `frame.CRS`."""
    return {"outbreak": _outbreak(made), "flood": _flood(made)}


def _outbreak(made: District) -> gpd.GeoDataFrame:
    """Return the largest compound and its nearest one sealed, and the blocks around controlled."""
    inside = made.compounds[made.compounds["name"].notna()].sort_values("people", ascending=False)
    first = inside.iloc[0]
    near = inside.distance(first.geometry).sort_values(kind="stable").index[:SEALED]
    sealed = made.compounds.loc[near]
    ground = shapely.union_all(sealed.geometry.to_numpy())
    shapes = np.array(made.blocks, dtype=object)
    close = shapes[shapely.dwithin(shapes, shapely.centroid(ground), CONTROLLED_M)]
    around = shapely.difference(shapely.union_all(close), ground)
    return gpd.GeoDataFrame(
        {
            "分区名称": [*(f"{name}封控区" for name in sealed["name"]), "周边管控区"],
            "类别": [*["封控区"] * SEALED, "管控区"],
            "开始日期": DAYS[0],
            "结束日期": DAYS[1],
            "联系电话": "000-12345",
        },
        geometry=[*sealed.geometry, around],
        crs=frame.CRS,
    )


def _flood(made: District) -> gpd.GeoDataFrame:
    """Return the ground along the river that people leave, and that beyond which they watch."""
    lines = [each.geometry for each in made.features if each.tags.get("waterway") == "river"]
    river = shapely.union_all(frame.place(lines))
    whole = made.district.geometry.iloc[0]
    leave = shapely.intersection(shapely.buffer(river, EVACUATE_M), whole)
    watch = shapely.difference(shapely.intersection(shapely.buffer(river, WATCH_M), whole), leave)
    return gpd.GeoDataFrame(
        {
            "zone": ["沿河撤离区", "沿河警戒区"],
            "kind": ["evacuate", "watch"],
            "from": "2025-07-08",
            "until": "2025-07-10",
        },
        geometry=[leave, watch],
        crs=frame.CRS,
    )
