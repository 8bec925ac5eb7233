"""Official totals are found by the codes or names of parents, in whatever table they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from gridkit.errors import TableError
from gridkit.sources.people import totals
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def districts() -> gpd.GeoDataFrame:
    """Return two communities side by side."""
    frame = gpd.GeoDataFrame(
        {"name": ["东社区", "西社区"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        index=["329901001001", "329901001002"],
        crs=32651,
    )
    return frame.rename_axis("district_id")


@pytest.mark.parametrize(
    "text",
    [
        '代码,人口,户数\n329901001001,"1,200",400\n329901001002,800,300\n',
        "人口统计表\n社区,人口,户数\n东社区,1200,400\n西社区,800,300\n合计,2000,700\n",
    ],
    ids=["by code", "by name, with a title and a total"],
)
def test_totals_are_found_by_code_or_name(text: str, districts: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text(text, encoding="gb18030")
    found = totals.read(tmp_path / "totals.csv", districts, reading=Reading())
    assert found.to_dict("index") == {
        "329901001001": {"people": 1200, "households": 400},
        "329901001002": {"people": 800, "households": 300},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [("名称,人口\n北社区,5\n", "no column names the parents"), ("社区,面积\n东社区,5\n", "no column counts people")],
)
def test_a_table_that_does_not_fit_says_what_is_missing(
    text: str, said: str, districts: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    (tmp_path / "totals.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=said):
        totals.read(tmp_path / "totals.csv", districts, reading=Reading())
