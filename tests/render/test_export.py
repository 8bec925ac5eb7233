from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hostile import HOSTILE
from plans import Size, crooked_plan

from gridkit.errors import UsageError
from gridkit.render.export import FORMATS, export


@pytest.fixture(scope="module")
def plan():
    plan = crooked_plan(Size(side=8, incidents=80))
    names = [HOSTILE[index] for index in range(len(plan.grids))]
    return replace(plan, attributes=plan.attributes.assign(name=names))


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".shp.zip", ".parquet"])
def test_shapes_and_codes_come_back(ending, plan, tmp_path):
    path = tmp_path / f"plan{ending}"
    export(plan, path)
    back = gpd.read_parquet(path) if ending == ".parquet" else gpd.read_file(path)
    assert back["grid_id"].tolist() == plan.grids.index.tolist()
    assert back.to_crs(plan.crs).area.sum() == pytest.approx(plan.grids.area.sum(), rel=1e-6)
    assert "文昌" in back["boundary"].iloc[0]


@pytest.mark.parametrize("ending", list(FORMATS))
def test_units_are_written_as_well(ending, plan, tmp_path):
    export(plan, tmp_path / f"units{ending}", table="units")
    assert (tmp_path / f"units{ending}").stat().st_size > 500


def test_a_shapefile_says_its_encoding_and_its_short_names_are_told(plan, tmp_path):
    renamed = export(plan, tmp_path / "plan.shp")
    assert (tmp_path / "plan.cpg").read_text() == "UTF-8"
    assert all(len(name) <= 10 for name in renamed)
    assert "incidents_rate" in renamed.values()


def test_a_table_has_the_mark_spreadsheets_know_and_no_formula(plan, tmp_path):
    export(plan, tmp_path / "plan.csv")
    raw = (tmp_path / "plan.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(tmp_path / "plan.csv", dtype=str)
    assert shapely.from_wkt(back["wkt"].iloc[0]).area == pytest.approx(plan.grids.area.iloc[0], rel=1e-3)
    assert not back["name"].str.startswith(("=", "+", "-", "@")).any()


def test_kml_and_svg_are_well_formed_whatever_the_names(plan, tmp_path):
    for ending in (".kml", ".svg"):
        export(plan, tmp_path / f"plan{ending}")
        root = ET.parse(tmp_path / f"plan{ending}").getroot()  # noqa: S314 - written a line before
        assert len(root.findall(".//{*}Placemark") or root.findall("{*}g")) == len(plan.grids)


def test_an_unknown_ending_lists_those_that_are_known(plan, tmp_path):
    with pytest.raises(UsageError, match=r"\.geojson"):
        export(plan, tmp_path / "plan.dwg")
