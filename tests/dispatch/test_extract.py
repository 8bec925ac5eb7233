"""An extract is taken apart alike whatever its size, its order, and how much is looked at together."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from gridkit.dispatch import extract

new = osmium.osm.mutable
BOXES = np.array([(0.0, 0.0, 10.0, 10.0), (10.5, 0.0, 20.0, 10.0), (50.0, 50.0, 51.0, 51.0)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return an extract of a row of nodes, a way from each to the next, and a relation of the first and the last."""
    path = tmp_path / "row.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 31):
            tags = {"amenity": "x"} if number % 5 == 0 else {}
            writer.add_node(new.Node(id=number, location=(number * 1.0, 5.0), version=1, tags=tags))
        for number in range(1, 30):
            writer.add_way(new.Way(id=number, nodes=[number, number + 1], version=1, tags={"highway": "service"}))
        members = [("w", 1, ""), ("w", 29, ""), ("w", 999, ""), ("n", 15, "")]
        writer.add_relation(new.Relation(id=7, members=members, version=1, tags={"type": "route"}))
    return path


def things(part: Path) -> list[tuple[str, int]]:
    return [(thing.type_str(), thing.id) for thing in osmium.FileProcessor(str(part))]


def split(file: Path, folder: Path) -> list[list[tuple[str, int]]]:
    folder.mkdir()
    parts = [folder / f"{number}.osm.pbf" for number in range(len(BOXES))]
    extract.split(file, BOXES, parts)
    return [things(part) for part in parts]


def test_each_area_gets_what_touches_it_with_all_that_belongs_to_it(file: Path, tmp_path: Path) -> None:
    west, east, nothing = split(file, tmp_path / "out")
    ways = [number for kind, number in west if kind == "w"]
    assert ways == [*range(1, 11), 29], "the last one is of a relation that lies here as well"
    assert [number for kind, number in west if kind == "n"] == [*range(1, 12), 29, 30]
    assert [number for kind, number in east if kind == "w"] == [1, *range(10, 21), 29]
    assert ("r", 7) in west
    assert ("r", 7) in east
    assert nothing == []


def test_nothing_depends_on_how_much_is_looked_at_together(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = split(file, tmp_path / "whole")
    monkeypatch.setattr(extract, "CHUNK", 10)
    monkeypatch.setattr(extract, "LARGE", 0)
    monkeypatch.setattr(extract, "OPEN", 1)
    assert split(file, tmp_path / "piecewise") == whole


def test_a_file_in_another_order_gives_the_same(file: Path, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.osm.pbf"
    with osmium.SimpleWriter(str(mixed)) as writer:
        for number in range(30, 0, -1):
            tags = {"amenity": "x"} if number % 5 == 0 else {}
            writer.add_node(new.Node(id=number, location=(number * 1.0, 5.0), version=1, tags=tags))
        for thing in osmium.FileProcessor(str(file)):
            if not thing.is_node():
                writer.add(thing)
    assert [sorted(each) for each in split(mixed, tmp_path / "other")] == [
        sorted(each) for each in split(file, tmp_path / "plain")
    ]
