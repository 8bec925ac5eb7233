"""Slips asked for one by one: what cannot be taken is asked again, and what was complete is kept."""

from __future__ import annotations

import pytest
from towns import WEST, town
from typer.testing import CliRunner

import gridkit as gk
from gridkit import cli
from gridkit.plan import codes
from gridkit.recipes.edits import blank_table
from gridkit.sources import filled


@pytest.fixture
def path(tmp_path):
    plan = codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}")
    return gk.write_plan(plan, tmp_path / "plan.gpkg")


def typed(path, *lines):
    words = ["--lang", "en", "edits", "type", str(path)]
    return CliRunner().invoke(cli.app, words, input="".join(f"{line}\n" for line in lines))


def test_slips_are_typed_with_a_few_letters(path):
    done = typed(
        path,
        f"{WEST}001",
        "D",
        "no light",
        "7",
        "",
        "2026-11-20",
        "nowhere",
        "A",
        "",
        "",
        "",
        "",
        "S1",
        "right",
        "",
        "",
        "",
        "",
    )
    assert done.exit_code == 0, done.output
    assert "no grid is called 'nowhere'" in done.output
    comments = gk.read_plan(path).records["comments"]
    assert "no light" in set(comments["text"])
    assert set(comments.loc[comments["text"] == "no light", "author"]) == {"No. 7"}
    assert (comments["kind"] == "lock").any()


def test_a_border_that_is_wrong_is_asked_further_and_what_lacks_its_units_is_said_at_once(path):
    wrong = ["S1", "wrong", "", "", "", "the river is the border", "Zhu", ""]
    moved = [f"{WEST}001", "B", "", "", "too far", "6", "", ""]
    done = typed(path, *wrong, *moved, "")
    assert done.exit_code == 0, done.output
    told = set(gk.read_plan(path).records["comments"]["text"].dropna())
    assert any("the river is the border" in each for each in told), done.output
    assert "box B needs units and the grid they go to" in done.output, "said at once, and asked for again"
    assert not any("too far" in each for each in told)


def test_what_was_complete_is_kept_when_the_input_ends(path):
    done = typed(path, f"{WEST}001", "D", "one", "", "", "", f"{WEST}001", "D")
    assert done.exit_code == 0, done.output
    assert gk.read_plan(path).records["comments"]["text"].tolist() == ["one"]


def test_nothing_typed_changes_nothing(path):
    before = path.read_bytes()
    assert typed(path, "").exit_code == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(("lang", "head"), [("zh", "网格"), ("en", "grid")])
def test_the_empty_table_is_read_once_it_is_filled_in(lang, head, tmp_path):
    path = blank_table(tmp_path / "slips.csv", lang=lang)
    heads = path.read_text("utf-8-sig").strip().split(",")
    cells = {name: f"c{at}" for at, name in enumerate(heads)} | {heads[11]: "2026-11-20"}
    path.write_text(",".join(heads) + "\n" + ",".join(cells.values()) + "\n", "utf-8-sig")
    [row] = filled.read(path).to_dict("records")
    assert head in heads
    assert [row[name] for name in filled.COLUMNS] == list(cells.values())
