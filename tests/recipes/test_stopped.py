"""Whoever presses Ctrl-C once the search has ended keeps the grids that were found, whatever was being done then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from towns import town

import gridkit as gk
from gridkit import atomic, cli
from gridkit.recipes import alternatives, plans, redraw, split
from gridkit.recipes import run as runs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a command line that splits 36 blocks into four grids of two micro-grids or so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(atomic, "PLACED", [])
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 1200, 200) for y in range(0, 1200, 200)]
    blocks = gpd.GeoDataFrame({"pop": [50.0 + n % 7 for n in range(36)]}, geometry=cells, crs="EPSG:32650")
    blocks.to_file("blocks.gpkg")
    given = ["--units", "blocks.gpkg", "--people", "blocks.gpkg:pop", "--grids", "4", "--effort", "0.1"]
    return ["--lang", "en", "split", "blocks.gpkg", *given, "--nested", "200", "-o", "plan.gpkg"]


def pressed(*_: Any, **__: Any) -> Any:
    """Press Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("phase", ["in_languages", "_checked", "_with_micro_grids"])
def test_a_split_that_is_stopped_after_its_search_is_saved(
    line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any, phase: str
) -> None:
    monkeypatch.setattr(split, phase, pressed)
    assert cli.run(line) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "stopped; saved before that: plan.gpkg"
    plan = gk.read_plan("plan.gpkg")
    assert plan.interrupted
    assert len(plan.grids) == 4
    assert plan.stale == ("bounds",)
    monkeypatch.undo()
    assert gk.refresh(plan).grids["boundary"].str.len().min() > 10


def test_grids_that_could_not_be_written_in_time_are_kept_and_begun_with(
    line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(plans, "write_plan", pressed)
        assert cli.run(line) == 130
    (said,) = [each for each in capsys.readouterr().err.splitlines() if each.startswith("stopped")]
    assert "the same command with --old plan-found.csv goes on from them" in said
    found = pd.read_csv("plan-found.csv", dtype=str, encoding="utf-8-sig").set_index("unit_id")["grid_id"]
    assert cli.run([*line, "--old", "plan-found.csv"]) == 0
    plan = gk.read_plan("plan.gpkg")
    assert len(found) == len(plan.units)
    again = plan.units.groupby("grid_id").groups.values()
    assert {frozenset(each) for each in again} == {frozenset(each) for each in found.groupby(found).groups.values()}


def test_several_plans_that_are_stopped_after_their_searches_are_all_saved(
    line: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(split, "in_languages", pressed)
    found = alternatives.several.alternatives
    monkeypatch.setattr(alternatives.several, "alternatives", lambda *given, **kw: 2 * found(*given, **kw)[:1])
    assert cli.run([*line, "--alternatives", "2"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "stopped; saved before that: plan.gpkg, plan-2.gpkg"
    assert [gk.read_plan(each).interrupted for each in ("plan.gpkg", "plan-2.gpkg")] == [True, True]


def test_a_redraw_that_is_stopped_while_layers_are_measured_is_saved_with_those_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(atomic, "PLACED", [])
    file = gk.write_plan(gk.layer(town(), "balance"), tmp_path / "plan.gpkg")
    monkeypatch.setattr(redraw, "refresh", pressed)
    assert (
        cli.run(["--lang", "en", "redraw", str(file), "--everywhere", "--target", "300", "--tolerance", "0.5"]) == 130
    )
    assert str(file) in capsys.readouterr().err.splitlines()[-1]
    plan = gk.read_plan(file)
    assert plan.interrupted
    assert plan.stale == ("balance",)


def test_a_job_goes_no_further_than_a_search_that_was_stopped_and_does_not_take_it_for_done(
    line: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    text = 'district = "blocks.gpkg"\nunits = "blocks.gpkg"\npeople = "blocks.gpkg:pop"\ngrids = 4\neffort = 0.1\n'
    (tmp_path / "gridkit.toml").write_text(text, encoding="utf-8")
    assert line
    with monkeypatch.context() as patched:
        patched.setattr(split, "in_languages", pressed)
        assert cli.run(["--lang", "en", "run", "gridkit.toml"]) == 130
    assert runs.UNFINISHED in capsys.readouterr().err.splitlines()[-1]
    (stopped,) = tmp_path.rglob("stopped.gpkg")
    assert gk.read_plan(stopped).interrupted
    assert not list(tmp_path.rglob("split.gpkg"))
    done = gk.run("gridkit.toml")
    assert "split" in done.made
    assert not gk.read_plan(next(tmp_path.rglob("split.gpkg"))).interrupted


def test_a_demo_goes_no_further_than_a_search_that_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridkit.recipes import demo

    stopped = town().having(history=())
    last = gk.redraw(stopped, target=300, tolerance=0.5).history[-1]
    last.parameters["interrupted"] = True  # type: ignore[index]
    monkeypatch.setattr(demo, "split", lambda *_, **__: stopped.having(history=(last,)))
    with pytest.raises(KeyboardInterrupt):
        gk.demo(tmp_path / "demo")
    assert not (tmp_path / "demo" / "plan.gpkg").exists()
