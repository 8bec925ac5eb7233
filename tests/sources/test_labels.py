"""A table of units and grids is a plan's labels; what is none is left to others."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from gridkit.errors import TableError
from gridkit.sources.labels import read


@pytest.mark.parametrize("head", ["unit_id,grid_id", "unit,grid", "地块,网格"])
def test_units_and_grids_under_their_headers_are_labels(head, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(f"{head}\nu1,g1\nu2,g1\nu3,g2\n", encoding="utf-8")
    assert read(path).to_dict() == {"u1": "g1", "u2": "g1", "u3": "g2"}


def test_a_frame_is_a_table_of_labels_and_one_with_shapes_is_not():
    table = pd.DataFrame({"unit_id": [1, 2], "grid_id": ["g1", "g2"]})
    assert read(table).to_dict() == {"1": "g1", "2": "g2"}
    assert read(gpd.GeoDataFrame(table, geometry=[box(0, 0, 1, 1)] * 2)) is None


def test_another_table_another_file_and_no_file_are_no_labels(tmp_path):
    (tmp_path / "people.csv").write_text("name,people\na,3\nb,4\n")
    (tmp_path / "x.gpkg").write_text("")
    for source in (tmp_path / "people.csv", tmp_path / "x.gpkg", tmp_path / "none.csv", 3):
        assert read(source) is None


def test_a_unit_that_stands_twice_is_an_error(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("unit_id,grid_id\nu1,g1\nu1,g2\nu2,g2\n")
    with pytest.raises(TableError, match="1 unit stands more than once"):
        read(path)
