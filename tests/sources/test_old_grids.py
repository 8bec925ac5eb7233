"""Grids a city had, under the headings offices use, in cells as well as in layers."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from gridkit.errors import TableError
from gridkit.sources import old_grids

SHAPES = [box(120.6, 32.5, 120.61, 32.51), box(120.61, 32.5, 120.62, 32.51)]


def layer(**columns):
    return gpd.GeoDataFrame(columns, geometry=SHAPES, crs=4326)


@pytest.mark.parametrize("head", ["grid_id", "code", "网格编码", "Grid Code", "网格编号"])
def test_the_code_stands_under_a_usual_head(head):
    frame, _ = old_grids.read(layer(**{"note": ["a", "b"], head: ["K1", "K2"]}))
    assert frame["grid_id"].tolist() == ["K1", "K2"]
    assert head in frame


def test_the_column_named_behind_the_file_comes_first(tmp_path):
    layer(code=["K1", "K2"], beat=["P7", "P9"]).to_file(path := tmp_path / "old.gpkg")
    assert old_grids.read(f"{path}:beat")[0]["grid_id"].tolist() == ["P7", "P9"]
    with pytest.raises(TableError, match="beet"):
        old_grids.read(f"{path}:beet")


def test_what_tells_the_areas_apart_is_taken_and_told(tmp_path):
    layer(kind=["x", "x"], beat_no=["P7", "P9"]).to_file(path := tmp_path / "beats.gpkg")
    frame, notes = old_grids.read(path)
    assert frame["grid_id"].tolist() == ["P7", "P9"]
    assert any("beat_no" in str(note) for note in notes)


def test_areas_in_the_cells_of_a_table_are_grids(tmp_path):
    path = tmp_path / "old.csv"
    pd.DataFrame(
        {"网格编码": ["K1", "K2"], "人口（人）": ["1,204", "980"], "geom": [each.wkt for each in SHAPES]}
    ).to_csv(path, index=False)
    frame, _ = old_grids.read(path)
    assert frame.geometry.to_list() == SHAPES
    assert frame["people"].tolist() == [1204, 980]


def test_a_grid_without_a_code_is_marked_by_its_row():
    assert old_grids.read(layer(code=["K1", None]))[0]["grid_id"].tolist() == ["K1", "?1"]


def test_outlines_are_the_areas_they_enclose():
    rings = layer(code=["K1", "K2"]).assign(geometry=[LineString(each.exterior.coords) for each in SHAPES])
    assert old_grids.read(rings)[0].geom_type.eq("Polygon").all()


def test_no_grid_at_all_is_said():
    with pytest.raises(TableError, match="old grids: there is nothing in it - hand over rows with shapes"):
        old_grids.read(layer(code=["K1", "K2"]).iloc[:0])


def test_rows_without_a_name_are_numbered_and_none_is_lost():
    assert old_grids.read(layer(people=[3, 4]).set_axis([None, "b"]))[0]["grid_id"].tolist() == ["1", "2"]


def test_people_written_as_text_are_numbers_and_truth_values_are_none():
    assert old_grids.read(layer(people=["1,204", "980"]))[0]["people"].tolist() == [1204, 980]
    with pytest.raises(TableError, match="column 'people' holds 'True'"):
        old_grids.read(layer(people=[True, True]))
