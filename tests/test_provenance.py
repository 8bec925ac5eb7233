"""The record of a step names its inputs and versions, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from gridkit import provenance
from gridkit.language.phrases import Phrase
from gridkit.ledger import Account, Ledger
from gridkit.provenance import fingerprint, from_json, step, to_json
from gridkit.sources.files import vectors
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from pathlib import Path


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
