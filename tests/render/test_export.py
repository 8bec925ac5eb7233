from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hostile import HOSTILE
from plans import Size, crooked_plan

from gridkit.errors import OutputError, UsageError
from gridkit.hardening import SETTINGS
from gridkit.render.export import FORMATS, export


@pytest.fixture(scope="module")
def plan():
    plan = crooked_plan(Size(side=8, incidents=80))
    names = [HOSTILE[index] for index in range(len(plan.grids))]
    return replace(plan, attributes=plan.attributes.assign(name=names))


def read(path, layer):
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        table = pd.read_csv(path, encoding="utf-8-sig", dtype={"grid_id": str})
        return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries.from_wkt(table["wkt"]), crs=table["crs"][0])
    return gpd.read_file(path, layer=layer if path.suffix == ".gpkg" else None)


@pytest.mark.parametrize(
    "ending", [".geojson", ".geojsonl", ".gpkg", ".fgb", ".shp", ".shp.zip", ".kml", ".parquet", ".csv"]
)
def test_areas_that_share_edges_share_them_when_they_come_back(ending, plan, tmp_path):
    for table in ("grids", "units"):
        path = tmp_path / f"{table}{ending}"
        export(plan, path, table=table)
        back = read(path, table)
        assert len(back) == len(getattr(plan, table))
        assert back.is_valid.all()
        assert shapely.coverage_is_valid(back.geometry.to_numpy())


def foreign(path, layer, out):
    """Return what the GDAL of a system reads, which is older than ours and knows none of our settings."""
    source = f"/vsizip/{path}" if path.suffix == ".zip" else str(path)
    plain = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    options = ["-oo", "GEOM_POSSIBLE_NAMES=wkt", "-oo", "KEEP_GEOM_COLUMNS=NO"] if path.suffix == ".csv" else []
    chosen = [layer] if path.suffix == ".gpkg" else []
    words = ["ogr2ogr", "-f", "GPKG", "-nln", "back", *options, out, source, *chosen]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=plain)
    return done.stderr, gpd.read_file(out, layer="back")


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL's own programs are not installed")
@pytest.mark.parametrize("table", ["grids", "units", "borders", "incidents:points"])
@pytest.mark.parametrize("ending", [".geojson", ".geojsonl", ".gpkg", ".fgb", ".shp", ".shp.zip", ".kml", ".csv"])
def test_the_gdal_of_a_system_reads_back_what_was_written(ending, table, plan, tmp_path):
    path = tmp_path / f"out{ending}"
    export(plan, path, table=table)
    said, back = foreign(path, table.replace(":", "_"), tmp_path / "back.gpkg")
    assert said == ""
    held = plan.layers["incidents"].tables["points"] if ":" in table else getattr(plan, table)
    assert len(back) == len(held)
    if ending == ".csv":  # its CRS is a column, which that driver does not read as one
        back = back.set_crs(back["crs"][0], allow_override=True)
    if table in ("grids", "units"):
        assert shapely.is_valid(back.geometry.to_numpy()).all()
        assert shapely.coverage_is_valid(back.geometry.to_numpy())
    here, there = (shapely.centroid(each.to_crs(plan.crs).geometry.to_numpy()) for each in (held, back))
    at = shapely.STRtree(there).nearest(here)  # a spatial index has an order of its own
    assert shapely.distance(here, there[at]).max() < 0.02  # metres


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's own programs are not installed")
@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".shp"])
def test_formats_in_metres_name_their_crs_and_carry_their_styles(ending, plan, tmp_path):
    path = tmp_path / f"out{ending}"
    export(plan, path)
    plain = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    told = subprocess.run(["ogrinfo", "-ro", "-so", "-al", path], capture_output=True, text=True, check=True, env=plain)
    assert told.stderr == ""
    assert "UTM zone 50N" in told.stdout.replace("_", " ")
    assert ("layer_styles" in told.stdout) == (ending == ".gpkg")
    if ending == ".shp":
        assert (path / "out.fields.txt").exists()


@pytest.mark.parametrize("table", ["borders", "labels", "districts", "incidents", "incidents:points"])
def test_every_table_of_a_plan_goes_out(table, plan, tmp_path):
    path = tmp_path / "out.csv"
    export(plan, path, table=table)
    rows = {"borders": len(plan.borders), "labels": len(plan.units), "districts": len(plan.districts)}
    rows |= {"incidents": len(plan.grids), "incidents:points": len(plan.layers["incidents"].tables["points"])}
    assert len(pd.read_csv(path)) == rows[table]


def test_labels_say_the_grid_of_every_unit(plan, tmp_path):
    export(plan, tmp_path / "labels.xlsx", table="labels")
    back = pd.read_excel(tmp_path / "labels.xlsx", dtype=str, engine="openpyxl").set_index("unit_id")["grid_id"]
    assert back.to_dict() == plan.units["grid_id"].astype(str).to_dict()


def test_a_table_without_shapes_names_the_formats_it_can_have(plan, tmp_path):
    with pytest.raises(UsageError, match=r"labels is a table without shapes - write it as \.csv"):
        export(plan, tmp_path / "labels.geojson", table="labels")


def test_a_table_that_is_not_there_lists_those_that_are(plan, tmp_path):
    with pytest.raises(UsageError, match="incidents:points"):
        export(plan, tmp_path / "x.csv", table="insidents")


def test_an_exported_geopackage_carries_its_style(plan, tmp_path):
    export(plan, tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as connection:
        assert connection.execute("SELECT f_table_name FROM layer_styles").fetchall() == [("grids",)]


def test_a_shapefile_says_which_short_name_is_which_column(plan, tmp_path):
    renamed = export(plan, tmp_path / "plan.shp")
    fields = pd.read_csv(tmp_path / "plan.shp" / "plan.fields.txt", sep="\t", encoding="utf-8-sig")
    named = dict(zip(fields["field"], fields["column"], strict=True))
    assert {short: named[short] for short in renamed} == renamed
    assert set(named) == set(gpd.read_file(tmp_path / "plan.shp").columns) - {"geometry"}


@pytest.mark.parametrize(
    "ending", [".geojson", ".gpkg", ".fgb", ".shp", ".shp.zip", ".kml", ".parquet", ".csv", ".xlsx"]
)
def test_a_file_that_may_not_grow_is_an_output_error_and_leaves_the_old_one(ending, plan, tmp_path):
    target = tmp_path / f"out{ending}"
    target.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(OutputError):
            export(plan, target, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_text() == "old"


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".shp.zip", ".parquet"])
def test_shapes_and_codes_come_back(ending, plan, tmp_path):
    path = tmp_path / f"plan{ending}"
    export(plan, path)
    back = read(path, "grids")
    assert back["grid_id"].tolist() == plan.grids.index.tolist()
    assert back.to_crs(plan.crs).area.sum() == pytest.approx(plan.grids.area.sum(), rel=1e-6)
    assert "文昌" in back["boundary"].iloc[0]


@pytest.mark.parametrize("ending", [each for each in FORMATS if each != ".gpx"])  # which holds no areas
def test_units_are_written_as_well(ending, plan, tmp_path):
    export(plan, tmp_path / f"units{ending}", table="units")
    assert (tmp_path / f"units{ending}").stat().st_size > 500


def test_a_shapefile_says_its_encoding_and_its_short_names_are_told(plan, tmp_path):
    renamed = export(plan, tmp_path / "plan.shp")
    assert (tmp_path / "plan.shp" / "plan.cpg").read_text() == "UTF-8"
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


def test_text_formats_go_to_standard_output_and_others_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    plan = crooked_plan(Size(side=8, incidents=10))
    export(plan, "-")
    found = json.loads(capfd.readouterr().out)
    assert len(found["features"]) == len(plan.grids)
    export(plan, "-", table="labels")
    assert capfd.readouterr().out.count("\n") == len(plan.units) + 1
    export(plan, "-", form="svg")
    assert capfd.readouterr().out.startswith("<svg")
    with pytest.raises(OutputError, match="standard output"):
        export(plan, "-", form="gpkg")


def test_a_zip_of_equal_grids_is_equal_bytes(tmp_path):
    plan = crooked_plan(Size(side=8, incidents=10))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        export(plan, tmp_path / name / "grids.shp.zip")
    assert (tmp_path / "a" / "grids.shp.zip").read_bytes() == (tmp_path / "b" / "grids.shp.zip").read_bytes()


def test_grids_without_names_of_their_own_go_out_under_those_of_their_communities(plan, tmp_path):
    export(replace(plan, attributes=plan.attributes.drop(columns="name")), tmp_path / "grids.csv")
    back = pd.read_csv(tmp_path / "grids.csv", dtype=str)
    assert list(back.columns[:2]) == ["grid_id", "name"]
    assert back["name"].notna().all()
    assert back["name"].is_unique


def test_duckdb_reads_geoparquet_and_skips_what_its_boxes_rule_out(plan, tmp_path):
    import duckdb

    file = tmp_path / "units.parquet"
    export(plan, file, table="units")
    west, _, east, _ = plan.units.total_bounds
    middle = (west + east) / 2
    asked = f"SELECT count(*) AS n, sum(people) AS people FROM read_parquet('{file}') WHERE bbox.xmax < {middle}"  # noqa: S608
    with duckdb.connect() as connection:
        count, people = connection.execute(asked).fetchone()
        (kind,) = connection.execute(f"SELECT typeof(geometry) FROM read_parquet('{file}') LIMIT 1").fetchone()  # noqa: S608
    left = plan.units[plan.units.bounds["maxx"] < middle]
    assert (count, people) == (len(left), left["people"].sum())
    assert kind.startswith("GEOMETRY")
    assert "32650" in kind
