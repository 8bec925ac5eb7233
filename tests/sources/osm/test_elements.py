"""Elements of OpenStreetMap come out alike from XML, JSON and libosmium, and what is damaged is named where it is."""

from __future__ import annotations

import json

import osmium
import pytest

from gridkit.errors import SourceError
from gridkit.sources.osm.elements import Element, Member, from_json, from_osmium, from_xml

HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"


def of_xml(text: str, *, step: int = 10_000) -> list[Element]:
    data = (HEAD + text).encode()
    return list(from_xml((data[at : at + step] for at in range(0, len(data), step)), "town.osm"))


def of_json(*things: dict, **said: object) -> list[Element]:
    return list(from_json(json.dumps({"elements": list(things), **said}).encode(), "town.json"))


TOWN = """<osm version='0.6'>
<node id='1' version='3' lat='32.5' lon='120.6'><tag k='name' v='桥'/></node>
<node id='-2' lat='32.6' lon='120.7'/>
<way id='5'><nd ref='1'/><nd ref='-2'/><tag k='highway' v='service'/></way>
<relation id='7'><member type='way' ref='5' role='outer'/><tag k='type' v='multipolygon'/></relation>
</osm>"""


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_xml_comes_in_whatever_pieces_it_is_cut_into(step) -> None:
    one, two, way, area = of_xml(TOWN, step=step)
    assert one == Element("n", 1, 3, tags={"name": "桥"}, spot=(1_206_000_000, 325_000_000))
    assert (two.osm_id, two.version, two.spot) == (-2, None, (1_207_000_000, 326_000_000))
    assert (way.refs, way.spots, way.tags) == ([1, -2], [], {"highway": "service"})
    assert area.members == [Member("w", 5, "outer")]


def test_files_joined_end_to_end_are_read_one_after_the_other() -> None:
    twice = TOWN + "\n" + HEAD + TOWN
    assert [each.osm_id for each in of_xml(twice)] == [1, -2, 5, 7] * 2


@pytest.mark.parametrize(
    "text",
    [
        "<osm><node id='1' visible='false'/></osm>",
        "<osm><node id='1' action='delete' lat='1' lon='1'/></osm>",
        "<osmChange><delete><node id='1' lat='1' lon='1'/></delete></osmChange>",
    ],
)
def test_what_was_deleted_is_known_by_any_of_its_marks(text) -> None:
    [gone] = of_xml(text)
    assert (gone.visible, gone.spot) == (False, None)


def test_what_stands_behind_a_deletion_is_there() -> None:
    change = "<osmChange><delete><node id='1'/></delete><modify><node id='2' lat='1' lon='2'/></modify></osmChange>"
    assert [each.visible for each in of_xml(change)] == [False, True]


def test_ways_and_members_may_hold_their_course_themselves() -> None:
    spots = "<nd lat='1' lon='2'/><nd lat='3' lon='4'/>"
    way, area = of_xml(
        f"<osm><way id='1'>{spots}</way>"
        f"<relation id='2'><member type='way' ref='1' role=''>{spots}</member></relation></osm>"
    )
    course = [(20_000_000, 10_000_000), (40_000_000, 30_000_000)]
    assert (way.refs, way.spots) == ([None, None], course)
    assert area.members[0].spots == course


def test_tags_outside_any_element_are_passed_over() -> None:
    assert of_xml("<osm><changeset><tag k='a' v='b'/></changeset></osm>") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<osm><node id='1' lat='1' lon='2'>", "has no end"),
        ("<osm><node id='1' lat='1' lon='2'></way></osm>", "line 2"),
        ("<!DOCTYPE osm><osm></osm>", "document type"),
        ("<osm>\n<node id='one' lat='1' lon='2'/></osm>", "line 3 holds 'one'"),
        ("<osm><node id='1' lat='91' lon='2'/></osm>", "holds '91, 2'"),
        ("<osm><node id='1' lat='nan' lon='2'/></osm>", "holds 'nan, 2'"),
        ("<osm><node id='1' lat='north' lon='2'/></osm>", "holds 'north, 2'"),
        ("<osm><remark>runtime error: out of memory</remark></osm>", "the server gave up: runtime error"),
    ],
)
def test_damage_in_xml_is_named_where_it_is(text, said) -> None:
    with pytest.raises(SourceError) as error:
        of_xml(text)
    assert said in str(error.value)


def test_a_remark_that_is_no_error_is_none() -> None:
    assert of_xml("<osm><remark>all is well</remark></osm>") == []


def test_json_says_the_same_as_xml() -> None:
    found = of_json(
        {"type": "node", "id": 1, "version": 3, "lat": 32.5, "lon": 120.6, "tags": {"name": "桥"}},
        {"type": "way", "id": 5, "nodes": [1, -2], "tags": {"highway": "service"}},
        {"type": "relation", "id": 7, "members": [{"type": "way", "ref": 5, "role": "outer"}]},
        remark="all is well",
    )
    [one, _, way, area] = of_xml(TOWN)
    assert found == [one, way, Element("r", 7, members=area.members)]


def test_a_course_in_json_has_a_gap_where_the_server_clipped_it() -> None:
    course = [{"lat": 1, "lon": 2}, None]
    way, area, gone = of_json(
        {"type": "way", "id": 1, "geometry": course},
        {"type": "relation", "id": 2, "members": [{"type": "way", "ref": 1, "role": None, "geometry": course}]},
        {"type": "node", "id": 3, "visible": False},
    )
    assert (way.refs, way.spots) == ([None, None], [(20_000_000, 10_000_000), None])
    assert area.members == [Member("w", 1, "", way.spots)]
    assert (gone.visible, gone.spot) == (False, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"elements": [', "cut off or damaged"),
        (b"[]", "holds no elements"),
        (b'{"elements": 3}', "holds no elements"),
        (b'{"elements": [], "remark": "runtime error: timed out"}', "the server gave up"),
        (b'{"elements": [{"type": "node", "id": 1, "lat": 1}]}', "element 1 is damaged"),
        (b'{"elements": [{"type": "node", "id": 1, "lat": 91, "lon": 0}]}', "element 1 is damaged"),
        (b'{"elements": ["node"]}', "element 1 is damaged"),
    ],
)
def test_damage_in_json_is_named_by_its_element(data, said) -> None:
    with pytest.raises(SourceError) as error:
        list(from_json(data, "town.json"))
    assert said in str(error.value)


def test_libosmium_says_the_same_as_xml(tmp_path) -> None:
    path = tmp_path / "town.osm"
    path.write_text(HEAD + TOWN, encoding="utf-8")
    one, two, way, area = from_osmium([osmium.io.File(str(path), "osm")])
    wanted = of_xml(TOWN)
    assert (one, two.spot, area.members) == (wanted[0], wanted[1].spot, wanted[3].members)
    assert (way.refs, way.spots, way.tags) == (wanted[2].refs, [], wanted[2].tags)
