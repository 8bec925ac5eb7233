"""The console keeps data on stdout and words on stderr, in the language asked for."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gridkit import kernels
from gridkit.commands.console import Console, crash, environment_language
from gridkit.errors import GridkitWarning, OutputError, TableError, UsageError
from gridkit.language.catalogue import catalogue, languages
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


FACTS = {
    "checked": True,
    "verdict": "WARN",
    "seed": 20261201,
    "share_kept": 0.305,
    "bounds": [120.5, 32.25],
    "unknown": float("nan"),
    "nothing": None,
    "lengths": [1234.4, 0.00012],
    "none of them": [],
    "title": "Q",
    "finished": "2026-11-20T08:00:00+00:00",
    "deep": {"people": {"n": 3, "of": 4}, "more": {"grids": {"n": 1}}},
    "rows": [{"id": "a", "held": {"grids": 2}, "left": ""}],
    "said": ["one sentence", "and another one"],
}


@pytest.mark.parametrize(("lang", "yes", "verdict"), [("en", "yes", " note\n"), ("zh", "是", None)])
def test_each_kind_of_fact_is_said_as_a_person_reads_it(
    lang: str, yes: str, verdict: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(lang=lang).report("t", FACTS)
    out = capsys.readouterr().out
    for said in (yes, "20261201", "30.5%", "120.500000, 32.250000", "1,234, 0.00012", "- one sentence", "- a"):
        assert said in out
    assert verdict is None or verdict in out
    assert "WARN" not in out
    assert "nan" not in out
    assert "None" not in out


def test_what_is_there_in_every_language_is_told_in_one(capsys: pytest.CaptureFixture[str]) -> None:
    every = {code: f"word-{code}" for code in languages()}
    opened(lang="zh").report("t", {"bare": every, "with more": {**every, "count": 7}, "list": [{"word": every}]})
    out = capsys.readouterr().out
    assert out.count("word-zh") == 3
    assert "word-en" not in out
    assert "7" in out


def test_what_is_no_number_is_null_and_a_line_of_many_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console = opened()
    console.json("audit", {"rows": [{"a": np.float64("nan")}, {"a": float("inf")}], "at": {"b": 1.5}})
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == [{"a": None}, {"a": None}]
    assert told["at"] == {"b": 1.5}
    for number in (1, 2):
        console.line("batch", {"district": "区", "number": number})
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]
    assert all(line.isascii() for line in lines)


def test_a_console_that_changes_its_language_goes_on_as_quiet_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    console = opened(quiet=True, progress="none").speaks("zh")
    console.say("stopped by Ctrl-C")
    assert capsys.readouterr().err == ""
    assert Console.current() is console
    assert (console.lang, console.progress_as) == ("zh", "none")


@pytest.mark.parametrize("name", ["folder", "nowhere/log.txt", "nul\0.txt"])
def test_a_log_that_cannot_be_written_is_said_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="name another file"):
        opened(log_file=tmp_path / name)


def test_a_disk_that_fills_up_under_a_log_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(log_file=tmp_path / "log.txt", verbose=2)
    (handler,) = (each for each in logging.getLogger("gridkit").handlers if isinstance(each, logging.FileHandler))
    logging.getLogger("gridkit").debug("first")
    assert handler.stream is not None
    handler.stream.close()
    logging.getLogger("gridkit").debug("second")
    assert "Traceback" not in capsys.readouterr().err


def test_a_warning_of_a_library_goes_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console = opened(log_file=tmp_path / "log.txt", verbose=2)
    console.warn("old thing", DeprecationWarning)
    assert "DeprecationWarning: old thing" in (tmp_path / "log.txt").read_text()
    assert not capsys.readouterr().err.startswith("warning")


def test_a_fault_is_written_down_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    error = crash(ValueError("postgresql://anna:secret@host/db is odd"))
    (written,) = tmp_path.glob("gridkit-crash-*.txt")
    assert "ValueError" in written.read_text()
    assert "secret" not in written.read_text() + str(error)
    assert str(written) in str(error)


class Terminal(io.StringIO):
    """A stderr that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_of_the_stage_in_the_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with opened(lang="zh").progress() as progress:
        progress("reading data", None)
        progress("measuring", 0.25)
        progress("measuring", 0.5)
    said = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert catalogue("zh").said("measuring") in said
    assert "measuring" not in said


@pytest.mark.parametrize(("options", "times"), [({}, 1), ({"quiet": True}, 0), ({"progress": "none"}, 0)])
def test_a_first_run_says_once_that_it_compiles_where_no_stages_are_shown(
    options: dict[str, object], times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(**options).progress():
        for _ in range(3):
            for hearer in tuple(kernels._hearers):
                hearer(kernels.COMPILING)
    assert capsys.readouterr().err.count("compiling") == times


def test_where_stages_are_shown_compiling_is_one_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with opened(progress="json").progress():
        for hearer in tuple(kernels._hearers):
            hearer(kernels.COMPILING)
    assert json.loads(capsys.readouterr().err)["stage"] == str(kernels.COMPILING)


@pytest.mark.parametrize(("said", "room"), [("90", 90), ("0", 120), ("wide", 120)])
def test_a_line_has_the_room_that_is_asked_for_else_that_of_a_page(
    said: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", said)
    assert opened().room() == (room, True)


def test_lines_bear_no_colours_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    opened().lines([("a title", "title"), ("[bold]text[/bold]", "unknown style")])
    assert capsys.readouterr().out == "a title\n[bold]text[/bold]\n"
