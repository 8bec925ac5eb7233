"""What an OpenStreetMap file holds is counted before it is read, each thing once, and some of its lines are drawn."""

from __future__ import annotations

from itertools import pairwise

import osmium
import pytest

from gridkit.errors import SourceError
from gridkit.sources.osm import contents as rooms
from gridkit.sources.osm.contents import contents, header

CORNERS = {1: (120.60, 32.50), 2: (120.61, 32.50), 3: (120.61, 32.51)}


@pytest.fixture
def write(tmp_path):
    def written(*ways, name="town.osm.pbf", locations=True, program="a maker"):
        path, new = tmp_path / name, osmium.osm.mutable
        file = osmium.io.File(str(path))
        head = osmium.io.Header()
        head.set("generator", program)
        with osmium.SimpleWriter(file, header=head, overwrite=True) as writer:
            if locations:
                for number, spot in CORNERS.items():
                    writer.add_node(new.Node(id=number, version=1, location=spot))
            for number, (nodes, tags) in enumerate(ways, 1):
                writer.add_way(new.Way(id=number, version=1, nodes=nodes, tags=tags))
        return path

    return written


def text(tmp_path, *elements, name="town.osm"):
    path = tmp_path / name
    path.write_text(f"<osm version='0.6'>{''.join(elements)}</osm>", encoding="utf-8")
    return path


NODES = [f"<node id='{number}' version='1' lon='{lon}' lat='{lat}'/>" for number, (lon, lat) in CORNERS.items()]


def way(number: int, *nodes: int, **tags: str) -> str:
    inside = [f"<nd ref='{node}'/>" for node in nodes] + [
        f"<tag k='{key}' v='{value}'/>" for key, value in tags.items()
    ]
    return f"<way id='{number}' version='1'>{''.join(inside)}</way>"


def test_letters_and_kinds_are_counted(write) -> None:
    held = contents(
        write(([1, 2], {"highway": "residential"}), ([1, 2, 3, 1], {"building": "yes", "amenity": "school"}))
    )
    assert held.letters == {"n": 3, "w": 2}
    assert held.keys == {"highway": 1, "building": 1, "amenity": 1}
    assert (held.clipped, held.left_out) == (0, {})


def test_streets_are_drawn_where_they_lie_and_houses_are_not(write) -> None:
    (line,) = contents(write(([1, 2, 3], {"highway": "path"}), ([1, 2, 3, 1], {"building": "yes"}))).lines
    assert [list(spot) for spot in line.coords] == [pytest.approx(CORNERS[number]) for number in (1, 2, 3)]


def test_a_way_whose_nodes_are_elsewhere_is_clipped_and_drawn_as_far_as_it_is_known(write) -> None:
    held = contents(
        write(([1, 2, 9], {"highway": "path"}), ([8, 9], {"highway": "path"}), ([1, 8], {"railway": "rail"}))
    )
    assert held.clipped == 3
    assert [len(line.coords) for line in held.lines] == [2], "one corner makes no line"


def test_a_file_out_of_order_says_the_same_as_one_in_order(tmp_path) -> None:
    roads = [way(1, 1, 2, highway="path"), way(2, 2, 3, 9, waterway="stream"), way(3, 1, 2, building="yes")]
    ordered = contents(text(tmp_path, *NODES, *roads))
    turned = contents(text(tmp_path, *reversed(roads), *reversed(NODES), name="turned.osm"))
    assert (turned.letters, turned.keys, turned.clipped) == (ordered.letters, ordered.keys, ordered.clipped)
    assert ordered.clipped == 1
    assert {line.normalize().wkt for line in turned.lines} == {line.normalize().wkt for line in ordered.lines}


def test_what_is_written_twice_counts_once_and_is_told(tmp_path) -> None:
    held = contents(text(tmp_path, *NODES, NODES[0], way(1, 1, 2, highway="path")))
    assert held.letters == {"n": 3, "w": 1}
    assert held.left_out["doubled"] == 1


def test_of_too_many_lines_some_are_kept_evenly(write, monkeypatch) -> None:
    monkeypatch.setattr(rooms, "_MOST_LINES", 8)
    many = [([1, 2] if number % 2 else [2, 3], {"highway": "path"}) for number in range(100)]
    kept = contents(write(*many)).lines
    assert 4 <= len(kept) < 8
    chooser = rooms._Some()
    for number in range(100):
        if chooser.wants():
            chooser.keep([(number, 0.0), (number, 1.0)])
    places = [line.coords[0][0] for line in chooser.drawn()]
    assert len({late - early for early, late in pairwise(places)}) == 1, "the same way from each to the next"
    assert places[-1] > 80, "from the whole file, not from its beginning"


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_damaged_file_is_named(write, cut) -> None:
    path = write(([1, 2], {"highway": "path"}))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(SourceError, match=r"town\.osm\.pbf"):
        contents(path)


def test_the_header_says_who_made_it_and_nothing_where_there_is_none(write, tmp_path) -> None:
    assert header(write(([1, 2], {}))).get("generator") == "a maker"
    answer = tmp_path / "answer.json"
    answer.write_text('{"elements": [{"type": "node", "id": 1, "lat": 32.5, "lon": 120.6}]}', encoding="utf-8")
    assert header(answer).get("generator") == ""
