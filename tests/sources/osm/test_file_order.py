"""How a file of OpenStreetMap is written is seen before it is read, by its content and not by its name."""

from __future__ import annotations

import bz2
import gzip

import osmium
import pytest

from gridkit.errors import SourceError
from gridkit.sources.osm import file_order
from gridkit.sources.osm.file_order import Layout, chunks, layout

ONE, TWO = "<node id='1' lat='1' lon='1'/>", "<node id='2' lat='1' lon='2'/>"
WAY, AREA = "<way id='1'><nd ref='1'/><nd ref='2'/></way>", "<relation id='1'></relation>"


def document(*elements: str, root: str = "osm") -> bytes:
    return f"<?xml version='1.0'?>\n<{root} version='0.6'>\n{''.join(elements)}\n</{root}>".encode()


@pytest.fixture
def keep(tmp_path):
    def write(data, name="town"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


@pytest.fixture
def pbf(tmp_path):
    def write(name="town.pbf", options="", order="nw"):
        path, new = tmp_path / name, osmium.osm.mutable
        with osmium.SimpleWriter(osmium.io.File(str(path), f"pbf{options}"), overwrite=True) as writer:
            for kind in order:
                if kind == "n":
                    writer.add_node(new.Node(id=1, version=1, location=(120.6, 32.5)))
                else:
                    writer.add_way(new.Way(id=1, version=1, nodes=[1, 2]))
        return path

    return write


def test_a_plain_file_of_a_server_is_ordinary(keep) -> None:
    assert layout(keep(document(ONE, TWO, WAY, AREA))) == Layout("xml", "", ordinary=True)


@pytest.mark.parametrize(
    "data",
    [
        document(TWO, ONE),
        document(ONE, ONE),
        document(WAY, ONE),
        document(ONE, TWO) + document(ONE, TWO),
        document(ONE, root="osmChange"),
        document("<node id='-1' lat='1' lon='1'/>"),
        document("<node id='1' visible='false'/>"),
        document("<node id='1' action='modify' lat='1' lon='1'/>"),
        document("<way id='1'><nd ref='1' lat='1' lon='1'/></way>"),
        document("<node lat='1' lon='1' id='1'/>"),
        document("<remark>runtime error</remark>"),
    ],
)
def test_whatever_is_unusual_in_xml_is_not_ordinary(data, keep) -> None:
    assert layout(keep(data)).ordinary is False


@pytest.mark.parametrize("size", [16, 33, 64])
def test_order_is_seen_across_the_seams_of_pieces(size, keep, monkeypatch) -> None:
    monkeypatch.setattr(file_order, "CHUNK", size)
    assert layout(keep(document(ONE, TWO, WAY, AREA))).ordinary is True
    assert layout(keep(document(TWO, ONE, WAY))).ordinary is False


@pytest.mark.parametrize(("pack", "packing"), [(gzip.compress, "gz"), (bz2.compress, "bz2")])
def test_a_packed_file_is_seen_through_whatever_it_is_called(pack, packing, keep) -> None:
    path = keep(pack(document(ONE, TWO)), "town.osm")
    assert layout(path) == Layout("xml", packing, ordinary=True)
    assert layout(path).name == f"osm.{packing}"
    assert b"".join(chunks(path)) == document(ONE, TWO)


def test_json_is_never_ordinary(keep) -> None:
    found = layout(keep(b'{"version": 0.6, "elements": [{"type": "node", "id": 1, "lat": 1, "lon": 1}]}'))
    assert (found.form, found.ordinary, found.name) == ("json", False, "json")


def test_o5m_is_known_by_its_first_bytes(keep) -> None:
    assert layout(keep(b"\xff\xe0\x04o5m2\xff\x10\x0e\x02\x01\x00\x80\x80\x80\x80\x10\x00\x00\xfe")) == Layout("o5m")


def test_a_binary_file_is_ordinary_as_far_as_its_head_tells(pbf) -> None:
    assert layout(pbf()).ordinary is None
    assert layout(pbf(options=",locations_on_ways=true")).located


def test_a_binary_file_of_several_versions_is_not_ordinary(pbf) -> None:
    assert layout(pbf(options=",history=true")).ordinary is False


def test_binary_files_joined_end_to_end_are_told_apart(pbf, keep) -> None:
    data = pbf().read_bytes()
    found = layout(keep(data + data, "twice.pbf"))
    assert (found.ordinary, found.parts) == (False, (0, len(data), 2 * len(data)))


def test_a_packed_binary_file_is_put_in_order_unasked(pbf, keep) -> None:
    found = layout(keep(gzip.compress(pbf().read_bytes()), "town.gz"))
    assert (found.form, found.packing, found.ordinary) == ("pbf", "gz", False)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"", gzip.compress(b"a,b\n1,2\n", mtime=0)])
def test_what_is_no_extract_is_refused(data, keep) -> None:
    with pytest.raises(SourceError, match=r"is no OpenStreetMap extract|is empty"):
        layout(keep(data))


def test_a_packed_file_that_is_cut_off_is_said_to_be(keep) -> None:
    packed = gzip.compress(document(*(f"<node id='{at}' lat='1' lon='{at % 180}'/>" for at in range(1, 999))))
    with pytest.raises(SourceError, match="cut off or damaged"):
        list(chunks(keep(packed[: len(packed) // 2])))


def test_a_binary_file_whose_head_is_damaged_is_said_to_be(pbf) -> None:
    path = pbf()
    data = bytearray(path.read_bytes())
    data[30:60] = b"\0" * 30
    path.write_bytes(data)
    with pytest.raises(SourceError, match="cut off or damaged"):
        layout(path)
