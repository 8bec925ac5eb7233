"""A notebook goes from frames to a plan and its map without a path, and shows what it holds by itself."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]

CELLS = (
    """
    import warnings
    warnings.simplefilter("ignore")
    import geopandas as gpd
    from shapely import box
    import gridkit as gk
    cells = [box(x, y, x + 100, y + 100) for x in range(0, 600, 100) for y in range(0, 400, 100)]
    blocks = gpd.GeoDataFrame({"people": [50.0 + n for n in range(24)]}, geometry=cells, crs=32650)
    district = gpd.GeoDataFrame({"name": ["<b>Q</b>"]}, geometry=[box(0, 0, 600, 400)], crs=32650)
    """,
    "gk.units(district, units=blocks, people=blocks)",
    """
    plan = gk.split(district, units=blocks, people=blocks, grids=4, tolerance=0.3, effort=0.1)
    plan
    """,
    "gk.layer(plan, 'balance').layers['balance']",
    "gk.audit(plan)",
    "gk.presets()",
    "gk.map(plan, lang='en').to_html()[:15]",
    "gk.split(district, units=blocks, peple=blocks)",
)


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    from textwrap import dedent

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(dedent(cell).strip()) for cell in CELLS])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        return NotebookClient(made, timeout=600, allow_errors=True).execute()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def outputs(notebook: nbformat.NotebookNode, cell: int) -> list[dict[str, str]]:
    return [dict(each["data"]) for each in notebook.cells[cell].outputs if "data" in each]


@pytest.mark.slow
def test_every_cell_runs_and_shows_its_object(notebook: nbformat.NotebookNode) -> None:
    faults = {
        number: each.get("evalue")
        for number in range(7)
        for each in notebook.cells[number].outputs
        if each.output_type == "error"
    }
    assert faults == {}
    for cell, text in {1: "Survey", 2: "Plan", 3: "Layer", 4: "Audit", 5: "preset"}.items():
        shown = outputs(notebook, cell)[-1]
        assert text in shown["text/plain"]
        assert shown["text/plain"].count("\n") < 10
        assert "<table" in shown["text/html"]
        assert "<b>Q</b>" not in shown["text/html"]
    assert "DOCTYPE" in outputs(notebook, 6)[-1]["text/plain"]


@pytest.mark.slow
def test_progress_shows_without_asking(notebook: nbformat.NotebookNode) -> None:
    first = outputs(notebook, 2)[0]
    assert "<small>" in first["text/html"]


@pytest.mark.slow
def test_a_misspelt_keyword_is_one_line(notebook: nbformat.NotebookNode) -> None:
    (fault,) = [each for each in notebook.cells[7].outputs if each.output_type == "error"]
    assert fault.evalue == "split: there is no choice 'peple' - did you mean 'people'?"
