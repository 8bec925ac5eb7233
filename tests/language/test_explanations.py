"""Every error has a code, and every code a text in each language that speaks of what there is."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import gridkit as gk
from gridkit import cli
from gridkit.errors import EXIT_CODES, DefinitionError, LimitError, OutputError, SourceError, TableError
from gridkit.language.catalogue import languages
from gridkit.language.explanations import code_of, explanations
from gridkit.options.catalogue import OPTIONS
from gridkit.options.commands import COMMANDS

PACKAGE = Path(gk.__file__).parent
CODES = sorted(explanations())
BUILT_IN = {"--lang", "--log-file", "--install-completion", "--help"}


def written() -> list[str]:
    """Return every text that stands in the package's code."""
    texts = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts += [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str]
    return texts


@pytest.mark.parametrize("code", CODES)
def test_a_code_begins_with_the_exit_code_it_goes_with(code):
    assert explanations()[code].exit_code in EXIT_CODES


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("lang", languages())
def test_a_code_has_a_title_and_a_text_in_each_language(code, lang):
    each = explanations()[code]
    assert each.title.words[lang]
    assert len(each.text.words[lang]) >= 30
    assert lang != "zh" or re.search("[一-鿿]{4}", each.text.words[lang])


@pytest.mark.parametrize("code", CODES)
def test_a_text_names_only_options_and_commands_that_there_are(code):
    options = {flag for option in OPTIONS for flag in option.written} | BUILT_IN
    for text in explanations()[code].text.words.values():
        assert set(re.findall(r"--[a-z][a-z-]+", text)) <= options
        named = re.findall(r"(?:`|\(|[。：，；])gridkit ([a-z]{3,})", text)
        assert set(named) <= {name.split()[0] for name in COMMANDS}


@pytest.mark.slow
def test_every_pattern_fits_a_message_that_is_written_somewhere():
    texts = written()
    idle = [
        (each.code, says.pattern)
        for each in explanations().values()
        for says in each.says
        if not any(says.search(text) for text in texts)
    ]
    assert idle == []


def test_every_exit_code_of_an_error_ends_in_a_code_for_the_rest():
    last = {each.exit_code: each for each in explanations().values()}
    assert {number for number, each in last.items() if not each.says} == set(last)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OutputError("the file exists"), "GK601"),
        (OutputError("nobody foresaw this"), "GK600"),
        (SourceError("there is no such file"), "GK301"),
        (TableError("column {name!r} is not in the table", name="pop"), "GK402"),
        (DefinitionError("there is no {noun} called {name!r}", noun="preset", name="x"), "GK451"),
        (DefinitionError("nobody foresaw this"), "GK450"),
        (LimitError("there is not enough memory"), "GK800"),
    ],
    ids=["exists", "other", "missing", "column", "name", "definition", "memory"],
)
def test_an_error_knows_its_code(error, code):
    assert error.code == code


def test_a_message_of_another_exit_code_lends_no_code():
    assert code_of("the file exists", 3) == "GK300"


def test_a_failing_command_ends_its_line_in_the_code(capsys, tmp_path):
    assert cli.run(["audit", str(tmp_path / "none.gpkg")]) == 3
    assert capsys.readouterr().err.rstrip().endswith("[GK301]")
    assert cli.run(["--lang", "zh", "audit", str(tmp_path / "none.gpkg")]) == 3
    assert capsys.readouterr().err.rstrip().endswith("[GK301]")


def test_explain_says_the_text_in_the_readers_language(capsys):
    assert cli.run(["explain", "gk601"]) == 0
    assert "--overwrite" in capsys.readouterr().out
    assert cli.run(["--lang", "zh", "explain", "601"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("GK601  输出文件已存在")
    assert "--overwrite" in out


def test_explain_lists_the_codes_of_an_exit_code(capsys):
    assert cli.run(["explain", "5"]) == 0
    assert [line[:5] for line in capsys.readouterr().out.splitlines()] == [each for each in CODES if each[2] == "5"]


def test_explain_gives_every_language_as_json(capsys):
    assert cli.run(["explain", "GK401", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["errors"]
    assert row["code"] == "GK401"
    assert set(row["text"]) == set(languages())


def test_a_code_that_is_not_there_is_said(capsys):
    assert cli.run(["explain", "GK999"]) == 2
    assert "no error has the code 'GK999'" in capsys.readouterr().err
