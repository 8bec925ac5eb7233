"""The band's one test of inside, that nothing else judges by it, and that all who show it agree at its very limits."""

from __future__ import annotations

import ast
import warnings
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from towns import town

from gridkit.band import ROUNDING, TOLERANCE, AskedBand, Band
from gridkit.catalog.definitions import layers
from gridkit.catalog.map_views import maps
from gridkit.catalog.presets import presets
from gridkit.errors import InfeasibleError, UsageError
from gridkit.measure.compute import computed
from gridkit.measure.inputs import Subject
from gridkit.partition import Problem, judge
from gridkit.plan.audit.audit import audit
from gridkit.plan.summary import exceptions, summary
from gridkit.plan.thumbnail import COLOURS, svg
from gridkit.render.page.draw import grids
from gridkit.render.page.view import PageView
from gridkit.render.papers.workbook import report
from gridkit.store.qgis import STYLES
from gridkit.tables import Extract

PACKAGE = Path(__file__).parents[1] / "gridkit"
SIZES = st.floats(1e-3, 1e9)
SHARES = st.floats(0, 0.99)


# ------------------------------------------------------------------ the rule
@given(SIZES, SHARES)
def test_the_limits_of_a_band_are_inside_it(target, tolerance):
    band = Band.around(target, tolerance)
    assert band.inside([band.low, band.target, band.high]).all()
    assert not band.excess([band.low, band.high]).any()


@given(SIZES, SHARES, st.floats(0, 2e9))
def test_a_value_is_below_inside_or_above_and_never_two_of_them(target, tolerance, value):
    band = Band.around(target, tolerance)
    assert int(band.below(value)) + int(band.inside(value)) + int(band.above(value)) == 1
    assert bool(band.excess(value) > 0) == bool(band.outside(value))


@given(SIZES, SHARES, st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=40))
def test_the_order_in_which_a_grid_is_added_up_does_not_decide(target, tolerance, parts):
    band = Band.around(target, tolerance)
    scaled = np.array(parts) * (band.high / sum(parts))
    assert band.inside([scaled.sum(), scaled[::-1].sum(), np.cumsum(scaled)[-1], np.sort(scaled).sum()]).all()


def test_what_is_not_known_is_neither_inside_nor_outside():
    band = Band(1, 2, 3)
    assert not band.inside(np.nan)
    assert not band.outside(np.nan)
    assert np.isnan(band.excess(np.nan))


def test_a_person_more_than_the_band_allows_is_outside():
    band = Band.around(400, 0.15)
    assert band.outside([339, 461]).all()
    assert band.excess([339, 461]) == pytest.approx([1, 1])
    assert band.edges == pytest.approx((340, 460), rel=2 * ROUNDING)


@pytest.mark.parametrize("numbers", [(3, 2, 4), (1, 5, 4), (-1, 1, 2), (0, 0, 0), (1, float("inf"), float("inf"))])
def test_a_band_that_holds_nothing_is_refused(numbers):
    with pytest.raises(InfeasibleError, match="holds nothing"):
        Band(*numbers)


# ------------------------------------------------------------------ the derivation
OWN = Band(300, 400, 500)


@pytest.mark.parametrize(
    ("asked", "mean", "band"),
    [
        ({}, None, OWN),
        ({"target": 1000.0}, None, Band.around(1000, TOLERANCE)),
        ({"target": 1000.0, "tolerance": 0.05}, None, Band.around(1000, 0.05)),
        ({"tolerance": 0.05}, None, Band.around(400, 0.05)),
        ({}, 800.0, Band.around(800, TOLERANCE)),
        ({"target": 1000.0}, 800.0, Band.around(1000, TOLERANCE)),
        ({"low": 350.0}, None, Band(350, 400, 500)),
        ({"high": 350.0}, None, Band(300, 350, 350)),
        ({"target": 1000.0, "low": 500.0, "high": 2000.0}, None, Band(500, 1000, 2000)),
    ],
)
def test_what_was_said_wins_over_what_was_not(asked, mean, band):
    assert AskedBand(**asked).settled(OWN, mean) == band


def test_without_a_band_of_its_own_the_middle_of_the_limits_is_the_target():
    assert AskedBand(low=100.0, high=300.0).settled(None) == Band(100, 200, 300)


def test_a_band_that_nothing_tells_of_and_a_tolerance_that_is_no_share_are_refused():
    with pytest.raises(UsageError, match="nothing says how large"):
        AskedBand(low=1.0).settled(None)
    with pytest.raises(UsageError, match="tolerance is a share"):
        AskedBand(tolerance=10.0).settled(OWN)
    with pytest.raises(InfeasibleError, match="holds nothing"):
        AskedBand(low=600.0).settled(OWN)


# ------------------------------------------------------------------ who shows it
def at_the_limits(band):
    """Return a town whose grids hold less, a hair less, just, a hair more, and more than each limit of a band."""
    sizes = [f(limit) for limit in (band.low, band.high) for f in (_less, _hair_less, float, _hair_more, _more)]
    plan = town(8, 2)
    first = plan.units.groupby("grid_id").head(1).index
    wanted = dict(zip(sorted(plan.units["grid_id"].unique()), [*sizes, *[band.target] * 6], strict=True))
    people = plan.units["people"].astype(float) * 0 + 7.3
    rest = people.drop(first).groupby(plan.units["grid_id"]).sum()
    people[first] = [wanted[grid] - rest[grid] for grid in plan.units.loc[first, "grid_id"]]
    parameters = replace(plan.parameters, low=band.low, target=band.target, high=band.high)
    return replace(plan, units=plan.units.assign(people=people), parameters=parameters)


def _less(limit):
    return limit - 0.25


def _hair_less(limit):
    return limit * (1 - 1e-13)


def _hair_more(limit):
    return limit * (1 + 1e-13)


def _more(limit):
    return limit + 0.25


def by_the_page(plan):
    """Return the standing of each grid as the page's script sees it: by its classes, and by the edges."""
    head = grids(PageView((plan,), maps()["official"]), plan)
    column = next(each for each in head["columns"] if each["name"] == "people")
    classes = np.array([sum(value >= each for each in column["breaks"]) for value in column["of"]])
    asked, values = head["band"], np.array(column["of"], dtype=float)
    edges = np.where(values < asked["least"], -1, np.where(values > asked["most"], 1, 0))
    middle = len(column["breaks"]) // 2
    assert (np.sign(classes - middle) == edges).all()
    cells = np.bincount(head["cells"]["own"], head["cells"]["people"]) if "people" in head["cells"] else values
    summed = np.where(cells < asked["least"], -1, np.where(cells > asked["most"], 1, 0))
    assert (summed == edges).all()
    return edges


def by_qgis(plan):
    """Return the standing of each grid by the first range of the style that holds it, as QGIS chooses."""
    style = ET.fromstring(STYLES["grids"](plan.parameters).split("\n", 1)[1])  # noqa: S314 - our own
    ranges = [(float(each.get("lower")), float(each.get("upper"))) for each in style.iter("range")]
    return np.array(
        [next(i for i, (a, b) in enumerate(ranges) if a <= value <= b) - 1 for value in plan.grids["people"]]
    )


def by_the_workbook(plan, path):
    """Return the standing of each grid by the rules that tint its cell, and the number that the summary gives."""
    report(plan, path, lang="en", overwrite=True)
    book = load_workbook(path)
    sheet = book.worksheets[1]
    heads = [cell.value for cell in sheet[1]]
    values = np.array([row[heads.index("People")].value for row in sheet.iter_rows(min_row=2)], dtype=float)
    standing = np.zeros(len(values), dtype=int)
    for rules in sheet.conditional_formatting:
        for rule in rules.rules:
            limit = float(rule.formula[0])
            standing[values < limit if rule.operator == "lessThan" else values > limit] = (
                -1 if rule.operator == "lessThan" else 1
            )
    assert counted_inside(book, plan) == int((standing == 0).sum())
    return standing


def counted_inside(book, plan):
    """Return the number of grids in the band on the summary, which stands below the upper limit, by any name."""
    values = [row[0].value for row in book.worksheets[0].iter_rows(min_col=2, max_col=2)]
    return values[values.index(pytest.approx(plan.parameters.high)) + 1]


@pytest.mark.parametrize("tolerance", [0.15, 0.1, 0.07, 1 / 3])
@pytest.mark.parametrize("target", [400.0, 1299.77, 7.0 * 37.13])
def test_all_who_show_the_band_agree_at_and_a_hair_from_its_limits(target, tolerance, tmp_path):
    band = Band.around(target, tolerance)
    plan = at_the_limits(band)
    values = plan.grids["people"]
    standing = band.above(values).astype(int) - band.below(values).astype(int)
    assert standing.tolist() == [-1, 0, 0, 0, 0, 0, 0, 0, 0, 1, *[0] * 6]
    wrong = values.index[standing != 0].tolist()

    assert exceptions(plan).index.tolist() == wrong
    assert summary(plan)["share_in_band"] == 1 - len(wrong) / len(values)
    judged = audit(plan, presets()["cn-social"])
    assert judged.findings.query("rule == 'band'")["grid_id"].tolist() == wrong
    subject = Subject(plan.units, plan.grids, Extract({}, plan.crs), band=plan.parameters.band)
    balance = computed(layers()["balance"], subject)
    assert (balance.tables["grids"]["in_band"] == (standing == 0)).all()
    assert balance.facts["share_in_band"] == summary(plan)["share_in_band"]
    drawn = svg(plan.grids, plan.parameters)
    assert [drawn.count(f'fill="{COLOURS[where]}"') for where in ("low", "within", "high")] == [1, 14, 1]
    assert (by_qgis(plan) == standing).all()
    assert (by_the_page(plan) == standing).all()
    assert (by_the_workbook(plan, tmp_path / "r.xlsx") == standing).all()

    where = plan.units["grid_id"].map({grid: number for number, grid in enumerate(values.index)})
    arrays = Problem(
        weights=plan.units["people"].to_numpy(),
        edges=plan.ends,
        points=np.column_stack([plan.units.centroid.x, plan.units.centroid.y]),
        band=band,
    )
    with warnings.catch_warnings(action="ignore"):
        assert judge(arrays, where.to_numpy()).excess == pytest.approx(band.excess(values).sum() / target)


def test_a_grid_that_one_institution_has_to_itself_is_bound_by_no_band(tmp_path):
    plan = at_the_limits(Band(300, 400, 500))
    own = plan.grids.index[0]
    plan = replace(plan, units=plan.units.assign(dedicated=np.where(plan.units["grid_id"] == own, "hospital", None)))
    assert own not in exceptions(plan).index
    assert own not in audit(plan, presets()["cn-social"]).findings.query("rule == 'band'")["grid_id"].tolist()
    subject = Subject(plan.units, plan.grids, Extract({}, plan.crs), band=plan.parameters.band)
    assert computed(layers()["balance"], subject).tables["grids"]["in_band"][own]
    judged_by = grids(PageView((plan,), maps()["planner"]), plan)["rules"]
    assert len(judged_by["institution"]) == (plan.units["grid_id"] == own).sum()
    report(plan, tmp_path / "r.xlsx", lang="en")
    assert counted_inside(load_workbook(tmp_path / "r.xlsx"), plan) == len(plan.grids) - 1


# ------------------------------------------------------------------ nobody else judges
APART = {
    "band.py": "the rule itself",
    "catalog/presets.py": "the order of a preset's own three numbers",
    "partition/annealing": "charges that steer the search, in targets; what it found is judged by Problem's band",
    "partition/ensemble.py": "compiled steps of a chain, on limits widened by the band's own rounding",
    "partition/exact/pricing.py": "steps of a decision diagram, as wide as rounding can make them",
    "tessellation/shapes/middle_lines.py": "the lowest corner of a street area, metres",
}


def judgements(source):
    """Return the lines that compare with, or take the distance to, a ``low`` or ``high`` of something, or a copy."""
    tree = ast.parse(source)
    scopes = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.Lambda)] or [tree]
    found = set()
    for scope in [tree, *scopes]:
        copies = {
            name.id
            for each in ast.walk(scope)
            if isinstance(each, ast.Assign) and scope is not tree and _limits(each.value, set())
            for target in each.targets
            for name in ast.walk(target)
            if isinstance(name, ast.Name) and name.id in {"low", "high", "least", "most", "lower", "upper"}
        }
        for each in ast.walk(scope):
            operands = []
            if isinstance(each, ast.Compare) and not isinstance(each.ops[0], ast.Is | ast.IsNot):
                operands = [each.left, *each.comparators]
            elif isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub):
                operands = [each.left, each.right]
            elif isinstance(each, ast.Call) and getattr(each.func, "attr", "") in {"between", "clip"}:
                operands = [*each.args, *(word.value for word in each.keywords)]
            if any(_limits(operand, copies) for operand in operands):
                found.add(each.lineno)
    return sorted(found)


def _limits(node, copies):
    return any(
        (isinstance(each, ast.Attribute) and each.attr in {"low", "high"})
        or (isinstance(each, ast.Name) and each.id in copies)
        for each in ast.walk(node)
    )


def test_the_search_for_judgements_finds_them():
    assert judgements("def f(x, band):\n    return x < band.low") == [2]
    assert judgements("def f(x, own):\n    low, high = own.low, own.high\n    return x.between(low, high)") == [3]
    assert judgements("def f(x, band):\n    return max(x - band.high, 0)") == [2]
    assert judgements("def f(low, high):\n    return low < high") == []


@pytest.mark.slow
def test_nothing_but_the_band_compares_a_measure_with_its_limits():
    found = {
        f"{name}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(tuple(APART))
        for line in judgements(path.read_text(encoding="utf-8"))
    }
    assert found == set(), "ask gridkit.band.Band instead"


@pytest.mark.parametrize("name", APART)
def test_every_exception_is_still_needed(name):
    paths = [PACKAGE / name] if name.endswith(".py") else sorted((PACKAGE / name).rglob("*.py"))
    assert any(judgements(path.read_text(encoding="utf-8")) for path in paths)


def test_what_every_grid_holds_anyway_is_taken_off_the_whole_band():
    assert Band(300, 400, 500).beside(100) == Band(200, 300, 400)
    assert Band(300, 400, 500).beside(350).low == 0


def test_a_band_and_what_was_asked_are_not_changed():
    for each in (Band(1, 2, 3), AskedBand(low=1)):
        with pytest.raises(FrozenInstanceError):
            each.low = 0


@given(SIZES, SHARES)
def test_what_is_outside_is_so_by_as_much_as_it_is_short_or_over(target, tolerance):
    band = Band.around(target, tolerance)
    values = [band.low - 0.3 * target, band.low, band.target, band.high, band.high + 0.2 * target, np.nan]
    close = pytest.approx
    assert band.short(values).tolist() == close([0.3 * target, 0, 0, 0, 0, np.nan], nan_ok=True, abs=1e-9 * target)
    assert band.over(values).tolist() == close([0, 0, 0, 0, 0.2 * target, np.nan], nan_ok=True, abs=1e-9 * target)
    assert band.outside(values).tolist() == [True, False, False, False, True, False]
    assert band.inside(values).tolist() == [False, True, True, True, False, False]


def test_a_total_below_the_least_fits_no_number_of_grids_and_one_at_a_limit_does():
    band = Band(300, 400, 500)
    totals = (0, 299, 300, 500, 501, 599, 600, 1000, 1001, 1199, 1200, 1501)
    assert [band.fits(each) for each in totals] == [
        False, False, True, True, False, False, True, True, True, True, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("share", [-0.01, 1.0])
def test_a_tolerance_below_nothing_or_of_all_is_no_share(share):
    with pytest.raises(UsageError, match="tolerance is a share"):
        AskedBand(target=10.0, tolerance=share).settled(None)
    assert AskedBand(target=10.0, tolerance=0.0).settled(None) == Band(10, 10, 10)


def test_limits_alone_need_each_other_and_a_target_moves_to_the_nearer_one():
    with pytest.raises(UsageError, match="nothing says how large"):
        AskedBand(high=1.0).settled(None)
    assert AskedBand(low=500.0, high=900.0).settled(OWN) == Band(500, 500, 900)
    assert AskedBand(low=100.0, high=200.0).settled(OWN) == Band(100, 200, 200)
    assert AskedBand(low=100.0, high=301.0).settled(None) == Band(100, 200.5, 301)
    assert AskedBand(tolerance=0.2).settled(OWN, 100.0) == Band.around(100, 0.2)
    assert AskedBand(tolerance=0.2, low=1.0, high=3.0).settled(None) == Band(1, 2, 3)


def test_a_band_is_widened_on_either_side_by_as_many_times():
    assert Band(300, 400, 600).limits(2) == (200, 800)
    assert Band(300, 400, 600).limits(1) == (300, 600)
