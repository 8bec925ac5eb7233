"""Damage that once ended the process, or in a fault: each is one line now."""

from __future__ import annotations

import geopandas as gpd
import pyarrow as pa
import pytest
from shapely.geometry import Point, Polygon

from gridkit.errors import SourceError, TableError
from gridkit.sources import districts
from gridkit.sources.files import arrow, damage, vectors


@pytest.mark.parametrize("streamed", [False, True])
def test_offsets_that_lead_out_of_an_arrow_file_are_damage(streamed, tmp_path):
    good = pa.array(["映杏", "柳舟"])
    offsets = pa.py_buffer((0).to_bytes(4, "little") + (1 << 30).to_bytes(4, "little") + (12).to_bytes(4, "little"))
    bad = pa.Array.from_buffers(pa.string(), 2, [None, offsets, good.buffers()[2]])
    table = pa.table({"name": bad})
    with (pa.ipc.new_stream if streamed else pa.ipc.new_file)(tmp_path / "a.arrow", table.schema) as file:
        try:
            file.write_table(table)
        except pa.ArrowInvalid:
            pytest.skip("this Arrow does not write it")
    with pytest.raises(SourceError, match="cannot be read"), damage.named(tmp_path / "a.arrow"):
        arrow.arrow_table(tmp_path / "a.arrow")


def test_a_member_without_a_name_is_damage(tmp_path):
    head = b"PK\x03\x04\x14" + bytes(25)
    entry = b"PK\x01\x02\x14\0\x14" + bytes(39)
    end = b"PK\x05\x06" + bytes(4) + (1).to_bytes(2, "little") * 2
    end += len(entry).to_bytes(4, "little") + len(head).to_bytes(4, "little") + bytes(2)
    (tmp_path / "a.zip").write_bytes(head + entry + end)
    with pytest.raises(SourceError, match=r"a\.zip"):
        vectors.read(tmp_path / "a.zip")


def test_a_district_of_empty_shapes_is_no_district(tmp_path):
    with pytest.raises(TableError):
        districts.read(gpd.GeoDataFrame({"name": ["Q"]}, geometry=[Polygon()], crs=4326))


def test_a_geopackage_that_is_cut_off_says_how_much_of_it_is_there(tmp_path):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"name": ["Q"]}, geometry=[Point(1, 2)], crs=4326).to_file(path)
    whole = path.read_bytes()
    for keep, said in ((8192, r"is cut off: 2 of \d+ pages"), (60, "is cut off: 0 of 1 pages")):
        path.write_bytes(whole[:keep])
        with pytest.raises(SourceError, match=said), damage.named(path):
            raise OSError("no such table: gpkg_contents")
    path.write_bytes(whole)
    with pytest.raises(SourceError, match="cannot be read: it has no rows"), damage.named(path):
        raise OSError(f"{path} has no rows")


def test_an_error_of_ours_stays_and_one_without_words_is_called_by_its_kind(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b")
    with pytest.raises(TableError, match=r"^ours$"), damage.named(path):
        raise TableError("ours")
    with pytest.raises(SourceError, match="cannot be read: "), damage.named(path):
        raise ValueError


def test_text_in_another_encoding_asks_for_its_name(tmp_path):
    with (
        pytest.raises(TableError, match="not in the encoding it names - name it, as in"),
        damage.named(tmp_path / "a.shp"),
    ):
        "社区".encode("gbk").decode("utf-8")


def test_a_geojson_that_ends_in_the_middle_is_said_to(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Po')
    with pytest.raises(SourceError, match=r"a\.geojson"), damage.named(path):
        raise OSError("unexpected end")
