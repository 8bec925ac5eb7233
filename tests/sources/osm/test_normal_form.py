"""One small town, written in every form that OpenStreetMap files come in, is one and the same extract."""

from __future__ import annotations

import bz2
import gzip
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from gridkit.errors import GridkitWarning, SourceError
from gridkit.sources.files import inspect
from gridkit.sources.osm import extract, pbf_blocks
from gridkit.sources.osm.contents import contents
from gridkit.sources.osm.elements import Element
from gridkit.sources.osm.normal_form import normal

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from pathlib import Path

KRUEGER = CRS.from_epsg(4549)
WEST, SOUTH, STEP = 120.6, 32.5, 0.001


@dataclass(frozen=True)
class Thing:
    """A node at (column, row), a way over nodes or a relation over ways; ``said`` are further attributes."""

    kind: str
    number: int
    tags: tuple[tuple[str, str], ...] = ()
    spot: tuple[int, int] = (0, 0)
    refs: tuple[int, ...] = ()
    members: tuple[tuple[int, str], ...] = ()
    said: tuple[tuple[str, str], ...] = (("version", "1"),)

    @property
    def lon(self) -> float:
        return round(WEST + STEP * self.spot[0], 7)

    @property
    def lat(self) -> float:
        return round(SOUTH + STEP * self.spot[1], 7)


def node(number: int, x: int, y: int, **tags: str) -> Thing:
    return Thing("node", number, tuple(tags.items()), (x, y))


def way(number: int, *refs: int, **tags: str) -> Thing:
    return Thing("way", number, tuple(tags.items()), refs=refs)


TOWN = (
    node(1, 0, 0), node(2, 1, 0), node(3, 2, 0), node(4, 1, 1), node(5, 1, 2, shop="bakery", name="面包"),
    node(6, 3, 0), node(7, 5, 0), node(8, 5, 2), node(9, 3, 2), node(10, 4, 1, barrier="gate"),
    way(1, 1, 2, 3, highway="primary", name="大路", maxspeed="60"),
    way(2, 2, 4, 5, highway="residential", name="小路"),
    way(3, 6, 7, 8),
    way(4, 8, 9, 6),
    way(5, 4, 3, 6, 4, building="apartments", building_levels="6"),
    Thing("relation", 1, (("type", "multipolygon"), ("natural", "water")), members=((3, "outer"), (4, "outer"))),
)  # fmt: skip
"""::

    5       9---------8          1-2-3 the 大路, 2-4-5 the 小路, 4-3-6 a building,
    |       |  lake   |          6-7-8-9 a lake of two ways in a relation
    4       |   10    |
    |       |         |
    1---2---3---6-----7
"""
LATER = (("version", "2"),)


def xml(things: Sequence[Thing], *, root: str = "osm", inside: str = "") -> bytes:
    """Return XML; ``inside`` puts coordinates into the ways: with or without the numbers of the nodes."""
    spots = {thing.number: thing for thing in things if thing.kind == "node"}
    lines = [f"<{root} version='0.6'>"]
    for thing in things:
        if inside and thing.kind == "node" and not thing.tags:
            continue
        at = f' lat="{thing.lat}" lon="{thing.lon}"' if thing.kind == "node" else ""
        said = "".join(f" {key}={quoteattr(value)}" for key, value in thing.said)
        lines.append(f'<{thing.kind} id="{thing.number}"{said}{at}>')
        for ref in thing.refs:
            where = f' lat="{spots[ref].lat}" lon="{spots[ref].lon}"' if inside else ""
            lines.append("<nd" + ("" if inside == "bare" else f' ref="{ref}"') + where + "/>")
        lines += [f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in thing.members]
        lines += [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in thing.tags]
        lines.append(f"</{thing.kind}>")
    return "\n".join(["<?xml version='1.0' encoding='UTF-8'?>", *lines, f"</{root}>"]).encode()


def answer(things: Sequence[Thing], *, inside: bool = False) -> bytes:
    """Return an Overpass answer in JSON, coordinates inside the ways or not."""
    spots = {thing.number: thing for thing in things if thing.kind == "node"}
    listed = []
    for thing in things:
        if inside and thing.kind == "node" and not thing.tags:
            continue
        made: dict[str, object] = {"type": thing.kind, "id": thing.number}
        if thing.kind == "node":
            made |= {"lat": thing.lat, "lon": thing.lon}
        if thing.refs:
            made["nodes"] = list(thing.refs)
        if thing.refs and inside:
            made["geometry"] = [{"lat": spots[ref].lat, "lon": spots[ref].lon} for ref in thing.refs]
        if thing.members:
            made["members"] = [{"type": "way", "ref": ref, "role": role} for ref, role in thing.members]
        if thing.tags:
            made["tags"] = dict(thing.tags)
        listed.append(made)
    return json.dumps({"version": 0.6, "generator": "Overpass API", "elements": listed}, ensure_ascii=False).encode()


def pbf(path: Path, things: Sequence[Thing], *, options: str = "") -> bytes:
    """Return what libosmium writes."""
    new = osmium.osm.mutable
    file = osmium.io.File(str(path), f"pbf{options}")
    with osmium.SimpleWriter(file, overwrite=True) as writer:
        for thing in things:
            said = dict(thing.said)
            facts = {"id": thing.number, "tags": dict(thing.tags), "version": int(said.get("version", 0))}
            facts["visible"] = said.get("visible") != "false"
            if thing.kind == "node":
                writer.add_node(new.Node(**facts, location=(thing.lon, thing.lat)))
            elif thing.kind == "way":
                writer.add_way(new.Way(**facts, nodes=list(thing.refs)))
            else:
                members = [("w", ref, role) for ref, role in thing.members]
                writer.add_relation(new.Relation(**facts, members=members))
    return path.read_bytes()


def nodes_last(things: Sequence[Thing]) -> list[Thing]:
    return sorted(things, key=lambda thing: thing.kind == "node")


def once_older(thing: Thing) -> Thing:
    """Return a thing as it was: elsewhere, under another name."""
    return replace(thing, spot=(thing.spot[0] + 7, thing.spot[1]), refs=thing.refs[:2], tags=(("highway", "trunk"),))


HISTORY = [version for thing in TOWN for version in (once_older(thing), replace(thing, said=LATER))]
GONE = (
    node(90, 0, 9), node(91, 2, 9), replace(way(90, 90, 91, highway="primary"), said=(("version", "3"),)),
)  # fmt: skip
DELETED = replace(way(90, 90, 91, highway="primary"), said=(("version", "4"), ("visible", "false")))
DRAWN = {1: -1, 2: -2, 5: -5}


def drawn(thing: Thing) -> Thing:
    """Return a thing under the number an editor gives it before it is uploaded."""
    number = DRAWN.get(thing.number, thing.number) if thing.kind == "node" else thing.number
    said = (("action", "modify"),) if number < 0 else thing.said
    return replace(thing, number=number, refs=tuple(DRAWN.get(ref, ref) for ref in thing.refs), said=said)


def nested(things: Sequence[Thing]) -> bytes:
    """Return an Overpass answer in which the lake's ways stand inside the relation only."""
    spots = {thing.number: thing for thing in things if thing.kind == "node"}
    ways = {thing.number: thing for thing in things if thing.kind == "way"}
    lines = []
    for ref, role in things[-1].members:
        course = "".join(f'<nd lat="{spots[at].lat}" lon="{spots[at].lon}"/>' for at in ways[ref].refs)
        lines.append(f'<member type="way" ref="{ref}" role="{role}">{course}</member>')
    whole = xml([thing for thing in things if thing.kind != "way" or thing.tags], inside="")
    old = "".join(f'<member type="way" ref="{ref}" role="{role}"/>\n' for ref, role in things[-1].members)
    return whole.replace(old.strip().encode(), "".join(lines).encode())


def located(path: Path) -> bytes:
    """Return PBF whose ways hold their coordinates and whose plain nodes are left out."""
    source = path.with_name("source.osm.pbf")
    source.write_bytes(pbf(source, TOWN))
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf,locations_on_ways=true"), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)).with_locations():
            if not thing.is_node() or len(thing.tags):
                writer.add(thing)
    return path.read_bytes()


def deletion() -> bytes:
    changes = '<osmChange version="0.6"><delete><way id="90" version="4"/></delete></osmChange>'
    return changes.encode()


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of an extract, in an order that its place alone decides."""
    found = extract.read(path, crs=KRUEGER)
    return {
        name: sorted(
            (shape.normalize().wkt, *map(str, row))
            for shape, row in zip(
                table.geometry, table.drop(columns="geometry").itertuples(index=True, name=None), strict=True
            )
        )
        for name, table in found.tables.items()
        if len(table)
    }


FORMS: dict[str, Callable[[Path], bytes]] = {
    "sorted.osm.pbf": lambda path: pbf(path, TOWN),
    "reversed.osm.pbf": lambda path: pbf(path, TOWN[::-1]),
    "nodes last.osm.pbf": lambda path: pbf(path, nodes_last(TOWN)),
    "locations on ways.osm.pbf": located,
    "history.osm.pbf": lambda path: pbf(path, HISTORY, options=",history=true"),
    "end to end.osm.pbf": lambda path: pbf(path, TOWN[:11]) + pbf(path, TOWN[4:]),
    "twice.osm.pbf": lambda path: pbf(path, TOWN) * 2,
    "sorted.osm": lambda _: xml(TOWN),
    "an export.xml": lambda _: xml(TOWN),
    "no ending at all": lambda _: xml(TOWN),
    "reversed.osm": lambda _: xml(TOWN[::-1]),
    "nodes last.osm": lambda _: xml(nodes_last(TOWN)),
    "packed.osm.gz": lambda _: gzip.compress(xml(TOWN)),
    "packed out of order.osm.gz": lambda _: gzip.compress(xml(TOWN[::-1])),
    "packed.osm.bz2": lambda _: bz2.compress(xml(TOWN)),
    "packed twice.osm.gz": lambda _: gzip.compress(xml(TOWN)) + gzip.compress(xml(TOWN)),
    "doubled.osm": lambda _: xml([*TOWN, *TOWN]),
    "two documents.osm": lambda _: xml(TOWN[:12]) + b"\n" + xml(TOWN[6:]),
    "history.osm": lambda _: xml(HISTORY),
    "newest first.osm": lambda _: xml(HISTORY[::-1]),
    "deleted.osm": lambda _: xml([*TOWN, *GONE, DELETED]),
    "deleted in an editor.osm": lambda _: xml([*TOWN, *GONE[:2], replace(GONE[2], said=(("action", "delete"),))]),
    "moved later.osm": lambda _: xml([node(4, 8, 8), *TOWN[:3], *TOWN[4:], replace(TOWN[3], said=LATER)]),
    "no versions.osm": lambda _: xml([replace(thing, said=()) for thing in (*map(once_older, TOWN), *TOWN)]),
    "out geom.osm": lambda _: xml(TOWN, inside="numbered"),
    "out ids geom.osm": lambda _: xml(TOWN, inside="bare"),
    "geometry in relations.osm": lambda _: nested(TOWN),
    "changes.osc": lambda _: xml(TOWN, root="osmChange").replace(b"<node", b"<create><node", 1).replace(
        b"</osmChange>", b"</create></osmChange>"),
    "changes.osc.gz": lambda _: gzip.compress(xml(TOWN, root="osmChange")),
    "an extract and its changes.osm": lambda _: xml([*TOWN, *GONE]) + deletion(),
    "drawn.osm": lambda _: xml([drawn(thing) for thing in TOWN]),
    "drawn.osm.pbf": lambda path: pbf(path, [drawn(thing) for thing in TOWN]),
    "answer.json": lambda _: answer(TOWN),
    "answer out of order.json": lambda _: answer(TOWN[::-1]),
    "answer out geom.json": lambda _: answer(TOWN, inside=True),
    "answer.json.gz": lambda _: gzip.compress(answer(TOWN)),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    path = tmp_path_factory.mktemp("town") / "town.osm.pbf"
    pbf(path, TOWN)
    return tables(path)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_file_is_one_and_the_same_extract(
    name: str, plain: dict[str, list[tuple[object, ...]]], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(FORMS[name](tmp_path / name))
    wanted = dict(plain)
    assert {table: len(rows) for table, rows in wanted.items()} == {
        "roads": 2, "water": 1, "buildings": 1, "places": 1, "entrances": 1,
    }  # fmt: skip
    found = tables(tmp_path / name)
    if name.startswith("drawn"):  # the number of the shop is another one
        found["places"], wanted["places"] = ([row[2:] for row in each["places"]] for each in (found, wanted))
        found["places"] = [tuple(str(cell) for cell in row) for row in found["places"]]
    assert found == wanted


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dice=st.randoms(use_true_random=False), form=st.sampled_from(["osm", "pbf", "json", "gz"]))
def test_the_order_of_its_elements_says_nothing(
    tmp_path: Path, plain: dict[str, list[tuple[object, ...]]], dice: random.Random, form: str
) -> None:
    things = dice.sample(TOWN, len(TOWN))
    path = tmp_path / f"shuffled.{form}"
    made = {"osm": xml, "json": answer, "gz": lambda each: gzip.compress(xml(each))}
    path.write_bytes(pbf(path, things) if form == "pbf" else made[form](things))
    assert tables(path) == plain


@given(
    st.lists(
        st.builds(
            Element,
            st.sampled_from("nw"),
            st.integers(-3, 3),
            st.integers(1, 3),
            st.booleans(),
            spot=st.just((0, 0)),
        ),
        max_size=20,
    )
)
def test_all_elements_are_there_or_left_out_for_a_reason(elements: list[Element]) -> None:
    form = normal(elements)
    lost = sum(form.counts[reason] for reason in ("older versions", "doubled", "deleted"))
    assert len(form.elements) + lost == len(elements)
    assert [each.visible for each in form.elements] == [True] * len(form.elements)


def saved_by_an_editor() -> bytes:
    """Return the town as JOSM saves it: nothing of it is uploaded yet, and what was deleted still stands there, whole.

    Deleted are a shop, a corner of nothing any more, a building, and a lake whose ways stay; kept are things that were
    changed, and a relation that was drawn round ways of the server's.
    """
    gone, moved = (
        (("action", "delete"), ("visible", "true"), ("version", "2")),
        (("action", "modify"), ("version", "2")),
    )
    lake = next(thing for thing in TOWN if thing.kind == "relation")
    house = next(thing for thing in TOWN if "building" in dict(thing.tags))
    old = [
        replace(node(80, 3, 3, shop="books"), said=gone),
        replace(node(81, 4, 4), said=gone),
        replace(house, number=82, said=gone),
        replace(lake, number=83, said=gone),
    ]
    here = [replace(thing, said=moved) for thing in TOWN if thing is not lake]
    everything = sorted([*here, replace(lake, number=-7, said=(("action", "modify"),)), *old], key=in_order)
    return xml(everything).replace(b"<osm ", b"<osm upload='true' generator='JOSM' ", 1)


def in_order(thing: Thing) -> tuple[int, int]:
    return ["node", "way", "relation"].index(thing.kind), thing.number


def test_what_an_editor_deleted_is_out_with_all_its_uses_and_what_it_changed_is_in(plain, tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_bytes(saved_by_an_editor())
    found = tables(tmp_path / "a.osm")
    shapes = {name: [row[0] for row in rows] for name, rows in found.items()}
    assert shapes == {name: [row[0] for row in rows] for name, rows in plain.items()}
    account = extract.read(tmp_path / "a.osm", crs=KRUEGER).accounts[0]
    assert account.lost == {"deleted": 4}
    assert "1 was drawn in an editor and never uploaded" in map(str, account.notes)
    assert contents(tmp_path / "a.osm").left_out["deleted"] == 4


def test_what_was_left_out_stands_in_the_account(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_bytes(xml([*HISTORY, *GONE, DELETED]))
    account = extract.read(tmp_path / "a.osm", crs=KRUEGER).accounts[0]
    assert account.lost == {"superseded": len(TOWN) + 1, "deleted": 1}
    assert account.used == len(TOWN) + 2


@pytest.mark.parametrize(
    ("form", "broken", "said"),
    [
        ("osm", lambda data: data.replace(b'lat="32.501"', b'lat="32x501"', 1), r"line 9 holds '32x501, 120\.601'"),
        ("osm", lambda data: data.replace(b'lat="32.501"', b'lat="3250.1"', 1), "line 9 holds"),
        ("osm", lambda data: data.replace(b'ref="4"', b'ref="four"', 1), "holds 'four' where a number must stand"),
        ("osm", lambda data: data[: len(data) // 2], "is cut off or damaged"),
        ("osm", lambda data: data.replace(b"</way>", b"", 1), r"is cut off or damaged: mismatched tag, line"),
        ("json", lambda data: data.replace(b'"lat": 32.501', b'"lat": "north"', 1), "element 4 is damaged"),
        ("json", lambda data: data[:-40], "is cut off or damaged"),
        ("json", lambda data: data.replace(b'"elements"', b'"remark": "runtime error: timed out", "elements"'),
         "the server gave up: runtime error"),
        ("pbf", lambda data: data[:-9], "does not end within its"),
    ],
    ids=["a letter in a latitude", "a latitude of 3250", "a word for a node", "cut", "a tag left open",
         "a word for a latitude", "JSON cut", "an answer the server broke off", "cut within a block"],
)  # fmt: skip
def test_a_damaged_file_is_one_clear_line(
    form: str, broken: Callable[[bytes], bytes], said: str, tmp_path: Path
) -> None:
    path = tmp_path / f"town.{form}"
    whole = {"osm": lambda: xml(TOWN), "json": lambda: answer(TOWN), "pbf": lambda: pbf(path, TOWN)}[form]()
    assert broken(whole) != whole
    path.write_bytes(broken(whole))
    with pytest.raises(SourceError, match=said) as caught:
        extract.read(path, crs=KRUEGER)
    assert "\n" not in str(caught.value)


def test_a_file_cut_at_the_end_of_a_full_block_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "large.osm.pbf"
    things = [node(at, at % 100, at // 100) for at in range(1, 18_000)]
    things += [way(at, at, at + 1, highway="service") for at in range(1, 9_000)]
    pbf(path, things)
    assert not pbf_blocks.ends_full(path)
    blocks = pbf_blocks.blocks(path)
    assert len(blocks) == 1 + 3 + 2
    path.write_bytes(path.read_bytes()[: blocks[-1].start])
    with pytest.warns(GridkitWarning, match="its last block is full"):
        extract.read(path, crs=KRUEGER)


def test_nodes_that_stand_nowhere_are_called_clipped_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "a.osm").write_bytes(xml([thing for thing in TOWN[::-1] if (thing.kind, thing.number) != ("node", 2)]))
    with pytest.warns(GridkitWarning, match="2 of 5 ways lack nodes, which stand nowhere in the file: it was clipped"):
        extract.read(tmp_path / "a.osm", crs=KRUEGER)


def test_nodes_marked_as_deleted_that_ways_still_name_are_said_to_be(tmp_path: Path) -> None:
    things = [
        replace(each, said=(("version", "4"), ("visible", "false")))
        if (each.kind, each.number) == ("node", 2)
        else each
        for each in TOWN
    ]
    (tmp_path / "a.osm").write_bytes(xml(things))
    with pytest.warns(GridkitWarning, match="2 of 5 ways have nodes that are marked as deleted") as caught:
        extract.read(tmp_path / "a.osm", crs=KRUEGER)
    assert not any("clipped" in str(each.message) for each in caught)
    look = inspect.looked(tmp_path / "a.osm")[0]["osm"]
    assert [each["code"] for each in look["suspicions"]] == ["deleted"]


def test_a_small_map_of_streets_is_drawn_of_any_form_of_the_file(tmp_path: Path) -> None:
    pbf(tmp_path / "town.osm.pbf", TOWN)
    (tmp_path / "turned.osm").write_bytes(xml([*reversed(TOWN)]))
    looks = [inspect.looked(tmp_path / name)[0]["osm"]["sketch"] for name in ("town.osm.pbf", "turned.osm")]
    assert looks[0] == looks[1]
    assert len(looks[0].split("\n")) > 3
