"""A reader of everything that tells of the scorecard, of two months, who solves for counts of households that are few.

He knows how many households every grid has (the map says so), and puts together what the sheet of the scorecard, the
sheet of participation and the layers' tables tell of grids, communities, subdistricts and the whole, of both months.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.optimize import linprog
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.recipes.refresh import scored
from gridkit.render.page.payload import open_island

pytestmark = pytest.mark.filterwarnings("ignore")

K = 10
COUNTED = {"taking_part": "参与户数", "covered": "覆盖户数", "only_worker": "仅与网格员联系户数"}
"""Lines of households, and their columns in an office's table."""


def month(seed):
    """Return a plan of sixteen grids with the counts of one month, many of them few, and what was counted."""
    plan = town(wide=8, blocks=2)
    plan.units["households"] = [10.0 + at % 8 for at in range(len(plan.units))]
    rng = np.random.default_rng(seed)
    of = plan.grids["households"]
    counts = pd.DataFrame({"taking_part": rng.integers(0, 36, len(of))}, index=of.index)
    counts["covered"] = of.astype(int) - rng.integers(0, 30, len(of))
    counts["only_worker"] = rng.integers(0, 18, len(of))
    told = counts.rename(columns=COUNTED).rename_axis("网格编码").reset_index()
    return scored(gk.participation(plan, counts=told)), counts


def printed(plan, path):
    """Return area, indicator, n and of of every line that the sheets and the tables behind them tell."""
    card, layer = plan.layers["scorecard"], plan.layers["participation"]
    sheet = openpyxl.load_workbook(gk.scorecard(plan, path, lang="en"))["Scorecard"]
    called = {str(measure.title.said("en")): measure.column for measure in card.definition.measures}
    head: list[object] = []
    for row in sheet.iter_rows(values_only=True):
        if "Indicator" in row and "Above the line" in row:
            head = list(row)
        cell = dict(zip(head, row, strict=False))
        if cell.get("Indicator") in called and isinstance(cell["Above the line"], int | float):
            yield str(cell.get("Area", "")), called[cell["Indicator"]], cell["Above the line"], cell["Of"]
    lines = card.tables["lines"]
    for row in lines[lines["why"] == ""].itertuples():
        yield row.area, row.indicator, row.n, row.of
    for table in (layer.tables["grids"], layer.tables["parents"]):
        for name in COUNTED:
            for area, row in table[[f"{name}_n", f"{name}_of"]].dropna().iterrows():
                yield str(area), name, row.iloc[0], row.iloc[1]


def members(plan, area):
    """Return the grids of an area, by what sheets or tables call it."""
    grids = plan.grids
    upper = {"西街道": WEST, "东街道": EAST, "西社区": WEST, "East": EAST, WEST: WEST, EAST: EAST}
    if area in upper:
        return grids.index[grids["parent"] == upper[area]]
    return grids.index[grids.index == area.removeprefix("grid ")] if area else grids.index


@pytest.mark.parametrize("seed", range(4))
def test_all_that_is_told_in_two_months_together_recovers_no_count_of_few(tmp_path, seed):
    small, lines = 0, dict.fromkeys(COUNTED, 0)
    for number, (plan, truth) in enumerate(month(2 * seed + each) for each in range(2)):
        homes = plan.grids["households"]
        told = list(printed(plan, tmp_path / f"{number}.xlsx"))
        for name in COUNTED:
            own = [(members(plan, area), n) for area, indicator, n, _ in told if indicator == name]
            lines[name] += len(own)
            assert all(len(those) for those, _ in own)
            rows = np.array([truth.index.isin(those) for those, _ in own], dtype=float).reshape(-1, len(truth))
            values = np.array([n for _, n in own], dtype=float)
            np.testing.assert_allclose(rows @ truth[name], values)  # what is told is true
            for at, (n, of) in enumerate(zip(truth[name], homes, strict=True)):
                for few, sign in ((n, -1.0), (of - n, 1.0)):
                    if not 0 < few < K:
                        continue
                    small += 1
                    goal = sign * np.eye(len(truth))[at]
                    equal = {"A_eq": rows, "b_eq": values} if len(rows) else {}
                    answer = linprog(goal, **equal, bounds=[(0, each) for each in homes], method="highs")
                    most = -answer.fun if sign < 0 else of - answer.fun
                    assert most >= K - 1e-6, (name, truth.index[at])
    assert small > 20
    assert min(lines.values()) > 20


PAIR = re.compile(r"(?<!Page )(?<![\d.,])([\d,]+) of ([\d,]+)(?![\d%,])(?! known| beyond)")
"""What stands above and below a line, as the pages print it: no number of pages, of indicators, of grids."""


def told_in_tables(plan, path):
    """Return what stands above and below each line that the tables tell, and the shares of it by area."""
    lines = list(printed(plan, path))
    return {(round(n), round(of)) for _, _, n, of in lines}, {(area, name): n / of for area, name, n, of in lines if of}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here: apt-get install poppler-utils")
@pytest.mark.parametrize("seed", range(2))
def test_the_two_pages_and_the_map_tell_nothing_that_the_tables_hide(tmp_path, seed):
    pytest.importorskip("fpdf")
    plan, truth = month(seed)
    pairs, shares = told_in_tables(plan, tmp_path / "card.xlsx")
    file = gk.scorecard(plan, tmp_path / "card.pdf", lang="en")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    found = [tuple(int(each.replace(",", "")) for each in pair) for pair in PAIR.findall(text)]
    assert len(found) >= 3
    assert set(found) <= pairs, "a line of the pages that no table tells"

    page = gk.scorecard(plan, tmp_path / "card.html", lang="en").read_text(encoding="utf-8")
    island = re.search(r'id="gk-island">([^<]*)<', page)
    (drawn,) = open_island(island[1])["plans"]
    columns = {each["name"]: each for each in drawn["columns"]}
    seen = 0
    for name in COUNTED:
        for column in [each for each in columns if re.search(rf"(^|\W){name}(_|$)", each)]:
            for grid, value in zip(drawn["ids"], columns[column]["of"], strict=True):
                hidden = (f"grid {grid}", name) not in shares and (grid, name) not in shares
                seen += 1
                assert not (hidden and isinstance(value, int | float)), (column, grid, value)
    assert seen >= len(truth)
