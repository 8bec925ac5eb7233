"""What a data centre takes in: fields as prescribed, read back by another reader, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import struct
from dataclasses import replace

import pandas as pd
import pyogrio
import pytest
import shapely
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.catalog.deliveries import deliveries, scheme
from gridkit.errors import DefinitionError, GridkitWarning, OutputError, TableError, UsageError
from gridkit.plan.editions import stand
from gridkit.render.delivery import deliver, target

OWN = """
like = "cn-social"
form = "{form}"
encoding = "UTF-8"
crs = "{crs}"
[[fields]]
name = "A"
title = {{en = "A", zh = "甲"}}
holds = "{holds}"
length = 40
"""


@pytest.fixture(scope="module")
def plan():
    return stand(crooked_plan(Size(side=4, incidents=0)), "issued", since="2027-01-01", body="青岚街道办事处")


@pytest.fixture
def own(tmp_path):
    def made(form="csv", crs="EPSG:4490", holds="name"):
        path = tmp_path / "own.toml"
        path.write_text(OWN.format(form=form, crs=crs, holds=holds), "utf-8")
        return path

    return made


def rows(path, encoding):
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", list(deliveries()))
def test_a_delivery_is_read_back_field_by_field(name, plan, tmp_path):
    asked = scheme(name)
    done = deliver(plan, asked, tmp_path)
    back = pd.DataFrame(rows(done.files[0], "gbk")) if asked.form == "csv" else pyogrio.read_dataframe(done.files[0])
    assert [column for column in back if column != "geometry"] == [field.name for field in asked.fields]
    by = {field.holds: back[field.name] for field in asked.fields}
    assert list(by["code"]) == list(plan.grids.index)
    assert list(by["name"]) == list(plan.attributes["name"])
    assert set(by["body"]) == {"青岚街道办事处"}
    assert pd.to_numeric(by["area_m2"]).to_numpy() == pytest.approx(plan.grids["area_m2"].to_numpy(), abs=0.006)
    assert {str(day)[:10] for day in by["since"]} == {"2027-01-01"}
    if asked.form != "csv":
        assert back.crs.to_epsg() == {"gpkg": 4490, "shapefile": 4549}[asked.form]
        moved = back.to_crs(plan.crs).geometry
        assert shapely.hausdorff_distance(moved.to_numpy(), plan.grids.geometry.to_numpy()).max() < 0.01
        assert shapely.coverage_is_valid(back.geometry.to_numpy())


def test_the_table_of_a_shapefile_has_the_widths_of_the_scheme_and_speaks_gbk(plan, tmp_path):
    asked = scheme("cn-unit")
    deliver(plan, asked, tmp_path)
    raw = (tmp_path / "DYWG.dbf").read_bytes()
    for at, field in enumerate(asked.fields):
        name, kind, width, digits = struct.unpack("<11sc4xBB", raw[32 + 32 * at : 50 + 32 * at])
        assert name.rstrip(b"\0").decode() == field.name
        assert (kind, width) == {"text": (b"C", field.length), "number": (b"N", field.length), "date": (b"D", 8)}[
            field.type
        ]
        assert digits == field.digits
    assert "青岚街道办事处".encode("gbk") in raw
    assert (tmp_path / "DYWG.cpg").read_text() == "GBK"


def test_the_list_holds_every_file_with_its_digest_and_the_dictionary_every_field(plan, tmp_path):
    asked = scheme("cn-social")
    done = deliver(plan, asked, tmp_path)
    listed = rows(tmp_path / "delivery.csv", "gbk")
    assert [each["文件名"] for each in listed] == [file.name for file in done.files[:-1]]
    for each in listed:
        assert hashlib.sha256((tmp_path / each["文件名"]).read_bytes()).hexdigest() == each["SHA-256"]
    assert listed[0]["坐标系"] == "EPSG:4549"
    assert listed[0]["条数"] == str(len(plan.grids))
    assert listed[0]["数据截至"] == "2026-11-20"
    fields = rows(tmp_path / "fields.csv", "gbk")
    assert [each["字段名"] for each in fields] == [field.name for field in asked.fields]
    filled = {each["字段名"]: int(each["已填条数"]) for each in fields}
    assert filled["ZZRQ"] == 0
    assert filled["ZRZT"] == len(plan.grids)
    assert done.empty == {"ZZRQ": len(plan.grids)}


def test_the_same_plan_makes_the_same_bytes(plan, tmp_path):
    for folder in ("a", "b"):
        deliver(plan, scheme("cn-unit"), tmp_path / folder)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("😀网格", "BGNAME of .* holds '😀', which GBK cannot write"),
        ("长" * 51, "BGNAME of .* needs 102 places, and has 100"),
    ],
)
def test_a_name_that_does_not_fit_refuses_the_delivery_in_one_line(name, said, plan, tmp_path):
    named = replace(plan, attributes=plan.attributes.assign(name=[name, *plan.attributes["name"][1:]]))
    with pytest.raises(TableError, match=said) as caught:
        deliver(named, scheme("cn-unit"), tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
    assert deliver(named, scheme("cn-social-gpkg"), tmp_path / "out").files[0].exists()


def test_codes_of_another_form_are_refused(plan, tmp_path):
    units = plan.units.assign(grid_id=plan.units["grid_id"].str[-6:])
    with pytest.raises(TableError, match=r"4 values do not fit the scheme: BGCODE of .*: .* is not of the form"):
        deliver(replace(plan, units=units, attributes=None), scheme("cn-unit"), tmp_path)


def test_outside_china_only_a_scheme_of_that_country_writes_shapes(plan, tmp_path, own):
    def there(table):
        return table.set_crs(32624, allow_override=True)

    abroad = replace(
        plan,
        units=there(plan.units),
        borders=plan.borders.set_crs(32624, allow_override=True),
        districts=there(plan.districts),
        backdrop={},
        layers={},
        past={},
    )
    for name in ("cn-unit", "cn-social-gpkg"):
        with pytest.raises(TableError, match="outside the area of China Geodetic Coordinate System 2000"):
            deliver(abroad, scheme(name), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert deliver(abroad, scheme("cn-social-csv"), tmp_path / "out").files[0].exists()
    deliver(abroad, scheme(str(own("gpkg", "EPSG:32624"))), tmp_path / "own")
    assert pyogrio.read_info(tmp_path / "own" / "ZHWG.gpkg")["crs"] == "EPSG:32624"


def test_the_zone_may_stand_before_the_easting(plan, own):
    assert target(plan, scheme("cn-unit")).to_epsg() == 4549
    assert target(plan, scheme(str(own("shapefile", "gauss-kruger-zone")))).to_epsg() == 4528


def test_a_field_may_hold_shapes_or_any_column_and_an_unknown_one_is_empty(plan, tmp_path, own):
    done = deliver(plan, scheme(str(own(holds="head"))), tmp_path / "head")
    assert [each["A"] for each in rows(done.files[0], "utf-8-sig")] == list(plan.attributes["head"])
    assert deliver(plan, scheme(str(own(holds="nothing"))), tmp_path / "none").empty == {"A": len(plan.grids)}
    done = deliver(plan, scheme(str(own(holds="wkt"))), tmp_path / "wkt")
    shapes = shapely.from_wkt([each["A"] for each in rows(done.files[0], "utf-8-sig")])
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crs": "CGCS2000"}, "is none of gauss-kruger"),
        ({"form": "shapefile", "holds": "wkt"}, "holds its shapes itself"),
        ({"form": "pdf"}, "form"),
    ],
)
def test_a_scheme_that_cannot_be_is_named_with_its_fault(change, said, own):
    with pytest.raises(DefinitionError, match=said):
        scheme(str(own(**change)))
    with pytest.raises(DefinitionError, match="did you mean 'cn-unit'"):
        scheme("cn-unt")


@pytest.mark.filterwarnings("ignore:.*coordinates were brought")
def test_the_command_writes_a_folder_once_and_says_what_is_empty(plan, tmp_path):
    folder, plan = tmp_path / "out", replace(plan, layers={}, brought={}, made={})
    with pytest.warns(GridkitWarning, match=r"ENDATE \(4\)"):
        assert gk.export(plan, folder, scheme="cn-unit")["BGCODE"] == "code"
    with pytest.raises(OutputError, match="overwrite"):
        gk.export(plan, folder, scheme="cn-unit")
    with pytest.raises(UsageError, match="a folder of files"):
        gk.export(plan, tmp_path / "grids.geojson", scheme="cn-unit")
    with pytest.raises(UsageError, match="the scheme says which table"):
        gk.export(plan, folder, scheme="cn-unit", table="units")
