"""A journal is only added to, and a line that a crash cut off harms no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.dispatch.journal import Journal, read

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_are_there_after_each_other_run_after_run(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    for number in range(2):
        with Journal(path) as journal:
            journal.note("made", id=f"d{number}", name="街道")
    assert [(each["event"], each["id"]) for each in read(path)] == [("made", "d0"), ("made", "d1")]


def test_a_torn_line_is_passed_over_and_ended(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"event": "sent", "id": "a"}\n{"event": "ma', encoding="utf-8")
    with Journal(path) as journal:
        journal.note("made", id="b")
    assert [each["id"] for each in read(path)] == ["a", "b"]
    assert read(tmp_path / "none") == []
