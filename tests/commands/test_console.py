"""The console keeps data on stdout and words on stderr, in the language asked for."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gridkit.commands.console import Console, environment_language
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.language.phrases import Phrase, Text

if TYPE_CHECKING:
    from pathlib import Path


def opened(**options: object) -> Console:
    defaults = {"lang": "en", "quiet": False, "verbose": 0, "log_file": None, "progress": "auto"}
    return Console.open(**{**defaults, **options})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        ({"GRIDKIT_LANG": "zh", "LANG": "en_US"}, "zh"),
    ],
)
def test_the_environment_settles_the_language(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GRIDKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert environment_language() == expected


def test_an_error_is_one_translated_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    opened(lang="zh").fail(TableError("there is no coordinate reference system", where="区.shp"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("错误：区.shp：")
    assert "coordinate" not in err


def test_a_warning_of_the_library_is_one_line_and_quiet_silences_it(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            opened(quiet=quiet)
            warnings.warn(GridkitWarning("the result is rough"), stacklevel=1)
    assert capsys.readouterr().err == "warning: the result is rough\n"


def test_json_names_its_schema_and_knows_numbers_of_numpy(capsys: pytest.CaptureFixture[str]) -> None:
    opened().json("audit", {"grids": np.int64(3), "title": Text(en="a", zh="甲"), "share": np.float64(0.5)})
    assert json.loads(capsys.readouterr().out) == {
        "schema": "gridkit/audit",
        "version": 1,
        "grids": 3,
        "title": {"en": "a", "zh": "甲"},
        "share": 0.5,
    }


def test_a_report_is_an_outline_with_tables(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "甲", "people": 1234567}, {"name": "[b]", "people": 5}]
    opened().report("plan.gpkg", {"grids": 2, "nested": {"share": 0.25}, "rows": rows})
    out = capsys.readouterr().out
    assert "1,234,567" in out
    assert "[b]" in out, "text of data is never markup"
    assert "25.0%" in out


@pytest.mark.parametrize(("columns", "beside"), [("40", 0), ("200", 1)])
def test_rows_go_under_one_another_where_a_table_would_break_words(
    columns: str, beside: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    row = {"name": "population", "role": "identifier", "examples": "38.22123739562448", "least": "many", "most": "more"}
    opened().report("a.csv", {"columns": [row, {**row, "name": "households"}]})
    lines = capsys.readouterr().out.splitlines()
    assert sum("population" in line and "identifier" in line for line in lines) == beside
    assert any("38.22123739562448" in line for line in lines)


def test_notes_are_said_in_the_language_of_the_console(capsys: pytest.CaptureFixture[str]) -> None:
    notes = [Phrase("{count} total row left out", "", "{count} total rows left out", count=2), "read as it is"]
    opened(lang="zh").report("区.xlsx", {"notes": notes, "people india low": 1, "no such label": 1})
    out = capsys.readouterr().out
    assert "- 略去 2 行合计" in out
    assert "- read as it is" in out
    assert "印度人口下限" in out, "labels with spaces are looked up as well"
    assert "no such label" in out


def test_progress_for_machines_is_json_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with opened(progress="json").progress() as progress:
        progress("reading", 0.5)
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {"stage": "reading", "share": 0.5}


def test_progress_is_silent_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with opened().progress() as progress:
        progress("reading", None)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"progress": "loud"}])
def test_a_wrong_choice_lists_the_right_ones(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="is one of"):
        opened(**wrong)


def test_what_a_terminal_cannot_show_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))
    opened().say("网格 {n}", n=1)
    assert raw.getvalue() == b"?? 1\n"


def test_a_log_file_keeps_what_the_library_says(tmp_path: Path) -> None:
    code = (
        "import logging; from pathlib import Path; from gridkit.commands.console import Console;"
        f"log = Path({str(tmp_path / 'log.txt')!r});"
        "Console.open(lang='en', quiet=True, verbose=2, log_file=log, progress='none');"
        "logging.getLogger('gridkit.x').debug('seen')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert (tmp_path / "log.txt").read_text() == "seen\n"


def test_a_source_is_named_by_its_file_and_whole_in_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "../a very/long/folder/of_an_office_2026/people_of_the_quarter.gpkg:blocks"
    said = "12 rows without a kind are taken as yes, which is said at such length that no column has room for it"
    rows = [{"source": path, "role": "people", "read": "64 rows", "used": "64 rows", "lost": "", "notes": said}]
    monkeypatch.setenv("COLUMNS", "80")
    opened().show("units", "q", {"ledger": rows}, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["people_of_the_quarter.gpkg:blocks", "people"] for line in lines)
    assert not any("office" in line for line in lines)
    assert f"    - people_of_the_quarter.gpkg:blocks: {said}" in lines, "a column would break it into single words"
    rows[0]["lost"] = said
    opened().show("units", "q", {"ledger": rows}, as_json=False)
    assert "    - people_of_the_quarter.gpkg:blocks" in capsys.readouterr().out.splitlines(), "no room for a column"
    opened().show("units", "q", {"ledger": rows}, as_json=True)
    assert json.loads(capsys.readouterr().out)["ledger"][0]["source"] == path


def test_two_sources_of_one_name_are_named_whole(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"role": "people", "read": "1 row", "used": "1 row", "lost": "", "notes": "the text is GBK"}
    rows = [{"source": f"{year}/people.csv", **row} for year in (2025, 2026)]
    opened().show("units", "q", {"ledger": rows}, as_json=False)
    said = capsys.readouterr().out
    assert all(said.count(f"{year}/people.csv") == 2 for year in (2025, 2026)), "in the table, and before its note"
