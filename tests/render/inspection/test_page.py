"""What is in a file is a page that runs nothing."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import box

from gridkit.render.inspection.page import page
from gridkit.sources.files import inspect


def test_a_page_shows_columns_roles_and_map_and_runs_no_text(tmp_path):
    hostile = "<script>alert(1)</script>"
    frame = gpd.GeoDataFrame({"people": [3], "name": [hostile]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    text = page(inspect.look(tmp_path / "a.gpkg"), "zh")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    for said in ("坐标系", "people", "<pre", "gridkit split"):
        assert said in text
