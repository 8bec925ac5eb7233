"""What a project brings around its units."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import box
from towns import METRES, town

from gridkit.project import Project
from gridkit.recipes.units import dedicated


def test_units_are_dedicated_to_the_institution_they_lie_in_by_its_row_and_name():
    campus = gpd.GeoDataFrame(
        {"name": ["大学", None]}, geometry=[box(0, 0, 100, 200), box(300, 300, 400, 400)], crs=METRES
    )
    units = town().units
    rows, names = dedicated(Project(district="unread.gpkg", dedicated=campus), units)
    said = dict(zip(units.index, zip(rows.tolist(), names.tolist(), strict=True), strict=True))
    assert said["u0000"] == said["u0100"] == (0, "大学")
    assert said["u0303"] == (1, "1")
    assert said["u0101"] == (-1, None)
