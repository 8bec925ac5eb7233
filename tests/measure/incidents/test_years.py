"""Years counted on the grids that were in force in them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.measure.incidents.years import counted_then, same_ground, years
from gridkit.measure.inputs import Edition

CRS = "EPSG:32650"


def strip(*edges: float, names: str = "AB") -> gpd.GeoDataFrame:
    """Return grids side by side between the edges, one letter each."""
    shapes = [shapely.box(west, 0, east, 10) for west, east in pairwise(edges)]
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(list(names), name="grid_id"), crs=CRS)


def events(*rows: tuple[str, float], grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return incidents at a day and a place along the strip."""
    days, places = zip(*rows, strict=True)
    table = gpd.GeoDataFrame(
        {"time": pd.to_datetime(list(days))}, geometry=gpd.points_from_xy(places, [5.0] * len(rows)), crs=CRS
    )
    edges = [*grids.bounds["minx"], np.inf]
    return table.assign(grid_id=[str(grids.index[np.searchsorted(edges, at, side="right") - 1]) for at in places])


OLD, NEW = strip(0, 5, 10), strip(0, 3, 10)
SINCE = (Edition(date(2024, 1, 1), date(2024, 12, 31), OLD), Edition(date(2025, 1, 1), None, NEW))
ROWS = events(("2024-03-01", 1.0), ("2024-12-31", 4.0), ("2025-01-01", 4.0), ("2025-05-01", 9.0), grids=NEW)


def test_a_year_is_counted_on_the_grids_then_in_force_and_on_those_of_now() -> None:
    found = years(ROWS, NEW, SINCE).set_index(["year", "grid_id"])
    assert found["then"].to_dict() == {(2024, "A"): 2, (2024, "B"): 0, (2025, "A"): 0, (2025, "B"): 2}
    assert found["now"].to_dict() == {(2024, "A"): 1, (2024, "B"): 1, (2025, "A"): 0, (2025, "B"): 2}
    assert found["since"].unique().tolist() == ["2024-01-01", "2025-01-01"]


def test_a_code_that_was_not_there_then_has_no_figure_then() -> None:
    now = strip(0, 3, 7, 10, names="ABC")
    found = years(ROWS.assign(grid_id=["A", "B", "B", "C"]), now, SINCE[:1]).set_index("grid_id")
    assert np.isnan(found.loc["C", "then"])
    assert found["now"].to_dict() == {"A": 1, "B": 1, "C": 0}


def test_the_period_before_is_known_by_both_figures_where_its_grids_were_others() -> None:
    span = (pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01"))
    assert counted_then(ROWS, span, NEW, SINCE).to_dict() == {"A": 2, "B": 0}
    later = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-06-01"))
    assert counted_then(ROWS, later, NEW, SINCE) is None


def test_of_a_time_before_the_first_edition_nothing_is_said() -> None:
    span = (pd.Timestamp("2023-12-31"), pd.Timestamp("2025-01-01"))
    assert counted_then(ROWS, span, NEW, SINCE) is None
    assert years(ROWS.assign(time=pd.Timestamp("2023-05-01")), NEW, SINCE).empty


def test_the_same_ground_under_the_same_codes_in_any_order_is_the_same() -> None:
    assert same_ground(OLD, OLD[::-1])
    assert not same_ground(OLD, NEW)
    assert not same_ground(OLD, OLD.rename(index={"A": "C"}))
