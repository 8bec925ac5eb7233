"""What is in a file is a page that runs nothing."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from gridkit.recipes.inspect import inspect as look
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


def test_a_page_of_what_names_no_district_says_what_to_put_there(tmp_path):
    pd.DataFrame({"lon": [120.5], "lat": [32.5], "time": ["2026-01-01 08:00"]}).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"community": ["A", "B"], "people": [3, 4]}).to_csv(tmp_path / "b.csv", index=False)
    one = page(inspect.look(tmp_path / "b.csv"), "en")
    assert "put your own in the place of DISTRICT" in one
    assert "<h2>" in one
    several = page(look([tmp_path / "a.csv", tmp_path / "b.csv"]), "en")
    assert several.count("<h1>") == 2
    assert several.count("--totals") == 1, "the way on is told once, of all files"


def test_a_page_of_what_has_no_use_has_no_way_on(tmp_path):
    pd.DataFrame({"note": ["x"]}).to_csv(tmp_path / "a.csv", index=False)
    text = page(inspect.look(tmp_path / "a.csv"), "en")
    assert 'class="go"' not in text
    assert "<table>" in text
