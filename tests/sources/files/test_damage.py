"""Damage that once ended the process, or in a fault: each is one line now."""

from __future__ import annotations

import pyarrow as pa
import pytest
from shapely.geometry import Polygon

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
    import geopandas as gpd

    with pytest.raises(TableError):
        districts.read(gpd.GeoDataFrame({"name": ["Q"]}, geometry=[Polygon()], crs=4326))
