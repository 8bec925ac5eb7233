"""The record of a step names its inputs and versions, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase
from gridkit.provenance import fingerprint, from_json, step, to_json

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
    assert again.notes[0].said({"{count} rows left out": "略去 {count} 行"}) == "略去 2 行"
