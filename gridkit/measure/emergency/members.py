"""Which units a zone is made of: zones are drawn by hand, people live in blocks and compounds that are never cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import shared_area
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

NONE = ""
"""The zone of a unit that is in none."""
CANDIDATES = "emergency-points"
"""The name under which a plan keeps the places that may become points of zones."""
WINDOWS = "emergency-windows"
"""The name under which a plan keeps the minutes of the day between which doors are come to, unit by unit."""


def members(
    units: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    homes: gpd.GeoDataFrame,
    levels: Mapping[str, int],
    share: float,
) -> tuple[pd.Series[Any], dict[str, Any]]:
    """Return the zone of each unit, empty for none, and what was decided.

    A unit is in a zone when ``share`` of its people live there (of its ground, where nobody does), and a compound is in
    it whole when one of its units is. Where zones overlap, the higher level holds, then the larger share.

    Parameters
    ----------
    units
        UNITS; ``group`` says which make one compound.
    zones
        ZONES in their CRS.
    homes
        Points people start from, with ``unit_id`` and ``people``.
    levels
        The level of each kind.

    Returns
    -------
    Series, dict
        By ``unit_id``; and by name: ``outside`` (zones that touch no unit), ``small`` (zones that hold a part of a unit
        only: that with the largest share is taken), ``partly`` (zones by the units they hold in part and were not
        given), ``claimed_twice`` (units that two zones claim).
    """
    held = _held(units, zones, homes)
    enough = held[held["share"] >= share - _EXACT]
    small = [name for name in zones.index if name in set(held["zone"]) and name not in set(enough["zone"])]
    largest = held[held["zone"].isin(small)].sort_values(["share", "unit_id"], ascending=[False, True])
    claims = _compounds(pd.concat([enough, largest.drop_duplicates("zone")]), units)
    claims["level"] = claims["zone"].map(zones["kind"]).map(levels)
    order = claims.sort_values(["unit_id", "level", "share", "zone"], ascending=[True, False, False, True])
    chosen = order.drop_duplicates("unit_id").set_index("unit_id")["zone"]
    of_unit = chosen.reindex(units.index).fillna(NONE).astype(TEXT)
    left = held[~held["unit_id"].isin(chosen.index)].groupby("zone").size()
    claimed = claims.groupby("unit_id")["zone"].nunique()
    return of_unit, {
        "outside": [name for name in zones.index if name not in set(held["zone"])],
        "small": small,
        "partly": {str(name): int(n) for name, n in left.items()},
        "claimed_twice": int((claimed > 1).sum()),
        "empty": [name for name in zones.index if name in set(held["zone"]) and name not in set(of_unit)],
    }


_EXACT = 1e-9


def _held(units: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, homes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the share of each unit in each zone that it meets."""
    shapes, areas = np.asarray(units.geometry, dtype=object), np.asarray(zones.geometry, dtype=object)
    which, unit = shapely.STRtree(shapes).query(areas, predicate="intersects")
    ground = shared_area(shapes[unit], areas[which]) / shapely.area(shapes[unit])
    points = np.asarray(homes.geometry, dtype=object)
    at, home = shapely.STRtree(points).query(areas, predicate="intersects")
    counted = pd.DataFrame(
        {"zone": at, "unit_id": homes["unit_id"].to_numpy()[home], "people": homes["people"].to_numpy(float)[home]}
    )
    inside = counted.groupby(["zone", "unit_id"])["people"].sum()
    ids = units.index.to_numpy()[unit]
    people = inside.reindex(pd.MultiIndex.from_arrays([which, ids])).fillna(0.0).to_numpy()
    whole = homes.groupby("unit_id")["people"].sum().reindex(ids).fillna(0.0).to_numpy()
    share = np.where(whole > 0, people / np.where(whole > 0, whole, 1.0), ground)
    table = pd.DataFrame({"zone": zones.index.to_numpy()[which], "unit_id": ids, "share": share, "ground": ground})
    return table[(table["ground"] > _NOISE) | (table["share"] > _NOISE)]


_NOISE = 1e-3
"""A thousandth of a unit is where a line was drawn, not who lives there."""


def _compounds(claims: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the claims with the other units of each compound that has one."""
    if "group" not in units:
        return claims
    group = units["group"].dropna()
    own = claims.assign(group=claims["unit_id"].map(group)).dropna(subset="group")
    whole = own[["zone", "group"]].drop_duplicates().merge(group.rename("group").reset_index(), on="group")
    more = whole.merge(claims[["zone", "unit_id"]], how="left", indicator=True)
    more = more[more["_merge"] == "left_only"]
    # A unit that comes with its compound was claimed by nothing of its own.
    return pd.concat([claims, more[["zone", "unit_id"]].assign(share=0.0, ground=0.0)], ignore_index=True)
