"""A look says what is in a file and what is suspicious, in both languages."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress

import numpy as np
import osmium
import pandas as pd
import pytest

from gridkit.errors import GridkitError, SourceError
from gridkit.sources.coordinates import datums
from gridkit.sources.files import containers, inspect, vectors


def codes(look):
    parts = [look, *look.get("layers", ()), *look.get("tables", ()), look.get("raster", {}), look.get("osm", {})]
    return {said["code"] for part in parts for said in part.get("suspicions", ())}


def test_a_vector_file_is_told_by_layer(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg", layer="east")
    blocks.to_crs(4326).to_file(tmp_path / "a.gpkg", layer="west")
    look = inspect.look(tmp_path / "a.gpkg")
    json.dumps(look)
    assert [(layer["name"], layer["count"], layer["crs"]["epsg"]) for layer in look["layers"]] == [
        ("east", 4, 4549),
        ("west", 4, 4326),
    ]
    people = next(column for column in look["layers"][0]["columns"] if column["name"] == "people")
    assert (people["least"], people["most"], people["sum"]) == (10, 40, 100)
    assert codes(look) == set()
    assert len(inspect.look(f"{tmp_path / 'a.gpkg'}:west")["layers"]) == 1


def test_what_is_wrong_is_a_suspicion_and_no_failure(tmp_path, blocks, bow_tie):
    bad = blocks.set_geometry([bow_tie, None, blocks.geometry[2].centroid, blocks.geometry[3]], crs=blocks.crs)
    bad.assign(手机=["13800138000"] * 4).to_crs(3857).to_file(tmp_path / "a.gpkg")
    look = inspect.look(tmp_path / "a.gpkg")
    assert codes(look) == {"invalid", "no_geometry", "mixed", "personal", "web_mercator"}
    assert all(said for lang in ("en", "zh") for said in inspect.sentences(look, lang))
    phone = next(column for column in look["layers"][0]["columns"] if column["name"] == "手机")
    assert "examples" not in phone, "personal cells are never shown"


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_missing_crs_is_told(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.shp", encoding="utf-8")
    (tmp_path / "a.prj").unlink()
    look = inspect.look(tmp_path / "a.shp")
    assert codes(look) == {"coordinates"}
    assert look["layers"][0]["crs"] is None
    assert look["layers"][0]["count"] == 4


def test_a_table_of_shifted_points_is_told_by_its_district(tmp_path, places, square):
    west, south, east, north = square.to_crs(4326).total_bounds
    x, y = np.meshgrid(np.linspace(west, east, 14)[1:-1], np.linspace(south, north, 14)[1:-1])
    lon, lat = datums.gcj02_from_wgs84(x.ravel(), y.ravel())
    path = tmp_path / "cases.csv"
    rows = "\n".join(f"{at},{here:.6f},{there:.6f}" for at, (here, there) in enumerate(zip(lon, lat, strict=True)))
    path.write_bytes(f"编号,经度,纬度\n{rows}\n".encode("gbk"))
    look = inspect.look(path, district=square)
    json.dumps(look)
    assert codes(look) == {"datum"}
    assert look["tables"][0]["hypotheses"][0]["hypothesis"] == "GCJ-02"
    assert "text is gb18030" in look["tables"][0]["notes"]
    assert any("GCJ-02" in said for said in inspect.sentences(look, "zh"))


def test_cut_codes_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编码,户数\n3.20508E+11,4\n320508001002,5\n", encoding="utf-8")
    assert codes(inspect.look(path)) == {"codes"}


def test_a_raster_with_untagged_no_data_is_told(raster):
    values = np.ones((10, 10))
    values[0] = -9999
    look = inspect.look(raster(values))
    json.dumps(look)
    assert codes(look) == {"negative"}
    assert "people.tif:nodata=-9999" in inspect.sentences(look)[0]
    assert inspect.look(raster(values, "b.tif", nodata=-9999))["raster"]["sum"] == 90


def test_a_raster_is_drawn_in_its_frame_with_what_is_dense(raster):
    values = np.ones((10, 10))
    empty = inspect.look(raster(values * 0))["raster"]["sketch"]
    values[:2, :2] = 50
    drawn = inspect.look(raster(values, "b.tif"))["raster"]["sketch"]
    frame, dots = ("\n" + each.strip("\n") for each in (empty, drawn))
    assert frame.count("⠀") > dots.count("⠀") > 0
    assert frame.splitlines()[-1] == dots.splitlines()[-1]


def test_an_osm_file_is_counted(osm_file, tmp_path):
    osm_file.node("a", 0, 0)
    osm_file.node("b", 9, 0)
    osm_file.node("c", 9, 9)
    osm_file.way("a b c", highway="service")
    look = inspect.look(osm_file.write(tmp_path / "a.osm.pbf"))
    assert (look["osm"]["nodes"], look["osm"]["ways"], look["osm"]["tagged"]) == (3, 1, {"highway": 1})
    osm_file.hidden = {"c"}
    assert codes(inspect.look(osm_file.write(tmp_path / "a.osm.pbf"))) == {"clipped"}


def test_what_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0" + bytes(100))
    with pytest.raises(SourceError, match=r"a\.tif: cannot be read as a raster"):
        inspect.look(tmp_path / "a.tif")


@pytest.mark.real
@pytest.mark.slow
def test_every_real_file_can_be_looked_into(real_data):
    files = [path for path in sorted(real_data.glob("*/*")) if path.suffix not in (".md", ".prj", ".csvt")]
    assert len(files) >= 17
    seen = 0
    for path in files:
        # Benchmarks of tours and locations are among them, which are no data of a place: said, never a fault of ours.
        with suppress(GridkitError):
            json.dumps(inspect.look(path), allow_nan=False)
            seen += 1
    assert seen >= 40


def test_a_role_and_the_way_on_are_told_and_identifiers_are_never_summed(tmp_path):
    path = tmp_path / "cases.csv"
    rows = ["case_id,lon,lat,time,note"]
    rows += [f"{1000 + k},120.{k:02d},32.5,2025-03-05 10:00,call 13800138000 now" for k in range(10)]
    path.write_text("\n".join(rows), encoding="utf-8")
    (table,) = inspect.look(path)["tables"]
    columns = {column["name"]: column for column in table["columns"]}
    assert "sum" not in columns["case_id"]
    assert "sum" not in columns["lon"]
    assert "13800138000" not in json.dumps(table)
    assert table["role"] == "incidents"
    assert table["go_on"] == [f"gridkit layer plan.gpkg incidents --data {path}"]
    assert table["ledger"] == [{"read": "10 rows", "used": "10 rows", "lost": ""}]


def test_the_way_on_names_the_layer_and_the_column(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg", layer="last year: final")
    blocks.to_file(tmp_path / "a.gpkg", layer="b")
    layer = inspect.look(tmp_path / "a.gpkg")["layers"][0]
    command = shlex.split(layer["go_on"][0])
    spec = containers.parse(command[command.index("--people") + 1])
    assert (spec.layer, spec.column) == ("last year: final", "people")


def test_every_thing_in_an_archive_is_told_as_what_it_is(tmp_path, blocks):
    (tmp_path / "in").mkdir()
    blocks.to_file(tmp_path / "in" / "a.geojson")
    (tmp_path / "in" / "b.csv").write_text("社区,户数\n东,3\n西,4\n", encoding="utf-8")
    look = inspect.look(tmp_path / "in")
    assert [layer["name"] for layer in look["layers"]] == ["a"]
    assert [(table["name"], table["count"]) for table in look["tables"]] == [("b.csv", 2)]


def test_a_raster_in_a_citys_own_grid_is_told_without_a_place_on_the_globe(raster):
    look = inspect.look(raster(np.ones((4, 4)), crs='LOCAL_CS["city",UNIT["metre",1]]'))
    assert "bounds_lonlat" not in look["raster"]


POLICE = "Crime ID,Month,Falls within,Longitude,Latitude,Location,Crime type\n"


def test_a_table_of_months_is_one_of_incidents_and_note_and_account_agree(tmp_path):
    path = tmp_path / "northford-street.csv"
    path.write_text(
        POLICE
        + "a1,2024-03,Northford,-1.51,53.40,On or near Elm Street,Burglary\n"
        + ",2024-03,Northford,-1.52,53.41,On or near Oak Street,Anti-social behaviour\n"
        + "a3,2024-04,Northford,,,No location,Burglary\n",
        encoding="utf-8",
    )
    (table,) = inspect.look(path)["tables"]
    columns = {column["name"]: column for column in table["columns"]}
    assert (table["role"], columns["Month"]["role"], columns["Crime ID"]["empty"]) == ("incidents", "time", 1)
    assert codes({"tables": [table]}) == {"no_place"}
    assert table["ledger"] == [{"read": "3 rows", "used": "3 rows", "lost": ""}]
    assert any("first of its month" in note for note in table["notes"])


def test_facilities_without_a_place_are_left_out_by_note_and_account_alike(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text("name,opened,lon,lat\nA,2019-09-01,120.5,32.5\nB,2020-09-01,,\n", encoding="utf-8")
    (table,) = inspect.look(path)["tables"]
    assert table["role"] == "facilities"
    assert codes({"tables": [table]}) == {"no_geometry"}
    assert table["ledger"] == [{"read": "2 rows", "used": "1 row", "lost": "1 row without a shape"}]


@pytest.mark.parametrize(
    ("name", "cells", "code", "words"),
    [
        ("time", ["1404/05/12", "1404/05/13"], "times", "Iranian"),
        ("time", ["13/05/1446", "14/05/1446"], "times", "Islamic"),
        ("Month", ["1404-05", "1404-06"], "times", "Iranian"),
        ("year", ["1404", "1403"], "years", "Iranian"),
        ("ปี", ["2568", "2567"], "years", "Buddhist"),
        ("年度", ["113", "112"], "years", "1912"),
        ("time", ["03/05/2024", "04/05/2024"], "times", "--dates|dates"),
    ],
)
def test_years_and_orders_that_are_open_are_asked_about(tmp_path, name, cells, code, words):
    path = tmp_path / "a.csv"
    path.write_text(f"id,{name},lon,lat\n" + "".join(f"{at},{cell},120.5,32.5\n" for at, cell in enumerate(cells)))
    look = inspect.look(path)
    assert codes(look) == {code}
    assert re.search(words, inspect.sentences(look)[0])


def test_a_column_of_times_that_another_one_settles_is_not_asked_about(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,time,closed,lon,lat\n1,03/05/2024,25/05/2024,120.5,32.5\n2,04/05/2024,26/05/2024,120.5,32.5\n")
    assert codes(inspect.look(path)) == set()


def test_a_table_of_an_uncertain_encoding_is_shown_all_the_same_with_what_each_reads(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_bytes("name,people\nШкола,100\nДом,50\n".encode("koi8-r"))
    [table] = inspect.looked(path)[0]["tables"]
    assert table["count"] == 2
    [doubt] = table["suspicions"]
    assert doubt["code"] == "encoding"
    assert "koi8_r (Школа)" in doubt["en"]
    assert doubt["zh"].count("koi8_r") > 1  # among the readings, and as the one that is shown
    path.write_bytes("Наименование;Население\nШкола №5;1720\n".encode("cp1251"))
    [table] = inspect.looked(path)[0]["tables"]
    assert [column["name"] for column in table["columns"]] == ["Наименование", "Население"]


@pytest.mark.parametrize(("wrong", "asked"), [(1, False), (5, True)])
def test_a_cell_that_is_no_time_is_told_as_the_layer_takes_it(tmp_path, wrong, asked):
    rows = [f"A{at},{'昨天' if at < wrong else f'2026-03-{at + 1:02d} 08:00'},120.6,32.5" for at in range(20)]
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(["id,time,lon,lat", *rows]), encoding="utf-8")
    look = inspect.look(path)
    parts = (look, *look.get("tables", ()), *look.get("layers", ()))
    said = [str(note) for part in parts for note in part.get("notes", ())]
    assert any("is no date and not known" in note for note in said) != asked
    assert ("times" in codes(look)) == asked


def test_a_sheet_of_notes_is_told_beside_the_table(tmp_path):
    path = tmp_path / "a.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"name": ["A", "B"], "people": [3, 4]}).to_excel(book, sheet_name="数据", index=False)
        pd.DataFrame([["本表由统计科编制"]]).to_excel(book, sheet_name="说明", index=False, header=False)
    rows, notes = inspect.look(path)["tables"]
    assert (rows["name"], rows["count"]) == ("数据", 2)
    assert (notes["name"], notes["count"]) == ("说明", 0)
    (said,) = notes["suspicions"]
    assert said["en"].startswith("There is no table in it: ")
    assert "no row below it" in said["en"]
    assert said["zh"].startswith("其中没有表格：")


@pytest.mark.parametrize("ending", ["osm", "osm.gz", "osm.bz2"])
def test_a_packed_extract_is_looked_into(ending, tmp_path):
    path = tmp_path / f"a.{ending}"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(120.5, 32.5), version=1, tags={"amenity": "clinic"}))
    assert inspect.look(path)["osm"]["nodes"] == 1
    with pytest.raises(SourceError, match=r"is (an OpenStreetMap extract|a bzip2 archive), not a vector file"):
        vectors.read(path)


def test_times_of_several_offsets_are_shown_and_asked_about(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,time\nA,2024-03-05T15:20:00+08:00\nB,2024-03-06T01:00:00Z\n")
    (rows,) = inspect.look(path)["tables"]
    assert rows["count"] == 2
    assert any("several offsets" in each["en"] and "timezone" in each["en"] for each in rows["suspicions"])
