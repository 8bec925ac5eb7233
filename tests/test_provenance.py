"""The record of a step names its inputs and versions, and no secret."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd

from gridkit import provenance
from gridkit.language.phrases import Phrase
from gridkit.ledger import Account, Ledger
from gridkit.provenance import fingerprint, from_json, step, to_json
from gridkit.sources.files import vectors
from gridkit.sources.tables import read as tables


def test_a_history_is_read_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "人口.csv").write_bytes(b"abc")
    history = (step("split", {"target": 1000}, (fingerprint("people", tmp_path / "人口.csv"),), ("a note",)),)
    assert from_json(to_json(history)) == history


def test_a_fingerprint_names_the_file_not_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"abc")
    found = fingerprint("people", tmp_path / "a.csv")
    assert found.name == "a.csv"
    assert found.bytes == 3
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_secrets_in_parameters_are_masked() -> None:
    record = step(
        "split", {"people": "postgresql://me:pw@host/db?sslpassword=abc", "tiles": ["https://t/x?tk=1&token=xyz"]}
    )
    text = to_json((record,))
    assert "pw@" not in text
    assert "abc" not in text
    assert "xyz" not in text


def test_the_notes_of_a_step_can_still_be_said_in_chinese_after_the_way_through_json() -> None:
    kept = step("split", notes=(Phrase("{count} rows left out", count=2), "as it is"))
    (again,) = from_json(to_json((kept,)))
    assert again.notes == ("2 rows left out", "as it is")
    assert isinstance(again.notes[0], Phrase)
    assert (again.notes[0].template, again.notes[0].facts) == ("{count} rows left out", {"count": 2})


def test_what_is_read_is_recorded_by_the_reading_itself(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,people\n1,2\n", encoding="utf-8")
    with provenance.recording() as outer:
        with provenance.recording() as inner, provenance.role("people"):
            tables.read(path)
            tables.read(path)
        frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([0], [0]), crs=4326)
        with provenance.role("places"):
            vectors.read(frame)
            vectors.read(frame.assign(a=[2]))
    assert [(each.role, each.name, each.rows) for each in inner.inputs] == [("people", "people.csv", 1)]
    assert [each.role for each in outer.inputs] == ["people", "places", "places"]
    assert outer.inputs[1].sha256 != outer.inputs[2].sha256, "other content has another digest"
    tables.read(path)  # outside of a record nothing is kept, and nothing fails


def test_the_ledger_of_a_step_survives_being_kept() -> None:
    book = Ledger((Account("a.csv", "people", "rows", 3, 2, {"blank": 1}, (Phrase("{n} styles", n=2),)),))
    made = provenance.step("split", ledger=book)
    (back,) = provenance.from_json(provenance.to_json((made,)))
    assert back.ledger == book
    assert back == made


def test_choices_are_kept_as_what_can_be_given_again() -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([0], [0]))
    given = {
        "osm": (Path("a.pbf"), "b.pbf"),
        "features": {"water": Path("w.shp")},
        "people": frame,
        "target": 3,
        "by": None,
    }
    assert provenance.repeatable(given) == {
        "osm": ["a.pbf", "b.pbf"], "features": {"water": "w.shp"}, "people": "GeoDataFrame", "target": 3, "by": None,
    }  # fmt: skip


def test_like_contents_are_one_key_whatever_holds_them() -> None:
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs=4326)
    same, moved, other = frame.copy(), frame.to_crs(3857), frame.assign(a=[1, 3])
    keys = [provenance.canonical({"people": each, "osm": [Path("a"), "b"]}) for each in (frame, same, moved, other)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert provenance.canonical(["a", ("b",)]) == ("a", ("b",))
    # What neither hashes nor has columns counts by what it says of itself.
    assert (
        provenance.canonical(bytearray(b"x"))
        == provenance.canonical(bytearray(b"x"))
        != provenance.canonical(bytearray(b"y"))
    )


def test_a_folder_is_known_by_all_its_files(tmp_path: Path) -> None:
    for name, text in (("a.txt", "one"), ("in/b.txt", "two")):
        (tmp_path / "x" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "x" / name).write_text(text)
    before = fingerprint("data", tmp_path / "x")
    assert (before.name, before.bytes) == ("x", 6)
    (tmp_path / "x" / "in" / "b.txt").rename(tmp_path / "x" / "in" / "c.txt")
    os.utime(tmp_path / "x", (1, 1))
    assert fingerprint("data", tmp_path / "x").sha256 != before.sha256
