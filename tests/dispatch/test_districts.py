"""Districts are the areas of a layer alike in a column, or the rows of a table of choices; the largest comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gridkit.dispatch import districts
from gridkit.errors import GridkitWarning, TableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    cells = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 5, 1)]
    frame = gpd.GeoDataFrame(
        {"code": ["01", "01", "02"], "name": ["a", "b", "c"], "people": [5, 6, 4]}, geometry=cells, crs="EPSG:32650"
    )
    frame.to_file(tmp_path / "d.gpkg")
    return tmp_path / "d.gpkg"


def test_areas_alike_in_a_column_are_one_district(layer: Path, tmp_path: Path) -> None:
    found = districts.read(f"{layer}:code")
    assert [(each.id, each.name, each.weight) for each in found] == [("01", "01", 11.0), ("02", "c", 4.0)]
    chosen = found[0].written(tmp_path / "inputs")
    assert len(gpd.read_parquet(chosen["district"])) == 2
    assert chosen["title"] == "01"


def test_rows_of_a_table_choose_for_their_district_and_fill_braces(tmp_path: Path) -> None:
    rows = {
        "id": ["n", "s"],
        "district": ["n.gpkg", "/s.gpkg"],
        "target": [900, None],
        "weight": [1, 2],
        "county": [3, 4],
    }
    pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
    with pytest.warns(GridkitWarning, match="county"):
        south, north = districts.read(tmp_path / "t.csv")
    assert (south.id, south.chosen["district"]) == ("s", "/s.gpkg")
    assert "target" not in south.chosen
    assert (north.chosen["district"], north.chosen["target"]) == (str(tmp_path / "n.gpkg"), 900)
    braces = north.chosen["{}"]
    assert districts.filled({"people": "p/{county}/{id}.tif"}, braces) == {"people": "p/3/n.tif"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"id": ["a", "a"]}, "'a' stands there more than once"),
        ({"where": ["a", "b"]}, "no column names the districts"),
    ],
)
def test_a_table_that_tells_no_districts_apart_is_refused(
    table: dict[str, list[str]], said: str, tmp_path: Path
) -> None:
    pd.DataFrame(table).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(TableError, match=said):
        districts.read(tmp_path / "t.csv")


def test_a_layer_without_its_column_or_with_rows_of_none_is_refused(layer: Path) -> None:
    with pytest.raises(TableError, match="which column"):
        districts.read(layer)
    frame = gpd.read_file(layer)
    frame.loc[1, "code"] = None
    frame.to_file(layer)
    with pytest.raises(TableError, match="empty in 1 row "):
        districts.read(f"{layer}:code")
