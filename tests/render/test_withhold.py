"""What a public page holds tells no small count, whoever adds, subtracts or solves equations."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from disclosure import given_away, notes, printed
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import Size, crooked_plan
from scipy.optimize import linprog

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import SitingLayer, layers
from gridkit.catalog.map_views import maps
from gridkit.errors import DefinitionError
from gridkit.language.phrases import Text
from gridkit.measure.compute import computed
from gridkit.measure.incidents import layer
from gridkit.measure.incidents.contiguity import contiguity
from gridkit.measure.inputs import Subject
from gridkit.measure.privacy.suppression import published
from gridkit.render.page.compose import compose
from gridkit.render.page.draw import grids
from gridkit.render.page.payload import HIDDEN, open_island
from gridkit.render.page.view import PageView
from gridkit.render.withhold import MADE_OF, Withheld, small, withheld
from gridkit.tables import Extract

LEAST = 10
PLAN = crooked_plan(Size(side=6, incidents=40))
COUNTS = st.lists(
    st.one_of(st.just(0), st.integers(1, 14), st.integers(0, 90)), min_size=len(PLAN.grids), max_size=len(PLAN.grids)
)


def counted(counts, **others):
    """Return the plan with these incidents per grid, their rate per 1,000 people, and further columns."""
    layer = PLAN.layers["incidents"]
    number = pd.Series(counts, index=PLAN.grids.index, dtype=float)
    table = pd.DataFrame({"incidents": number, "rate": 1000 * number / PLAN.grids["people"], **others})
    shares = tuple(
        Measure(name, Text(en=name, zh=name), percent=True) for name in others if name not in ("now", "before")
    )
    definition = replace(layer.definition, measures=(*layer.definition.measures[:2], *shares))
    return PLAN.with_layer(replace(layer, definition=definition, tables={"grids": table}, digest=""))


def page(plan):
    """Return what a public page says: per column its title's numbers (NaN where withheld), and its head."""
    head = grids(PageView((plan,), maps()["public"]), plan)
    said = {
        column["name"]: pd.Series(
            [np.nan if value in (None, HIDDEN) else float(value) for value in column["of"]], index=head["ids"]
        )
        for column in head["columns"]
    }
    return said, head


def ends(shown, parents, totals, cell):
    """Return the least and most that a hidden count can be, for one who knows these totals and that hidden is >= 1."""
    hidden = list(shown.index[shown.isna()])
    groups = [(shown.index, totals.everything.iloc[0])] + [
        (shown.index[parents == name], total) for name, total in totals.parents.iloc[:, 0].items()
    ]
    lines, right = [], []
    for rows, total in groups:
        if pd.notna(total):
            lines.append([float(each in rows) for each in hidden])
            right.append(float(total) - shown.loc[rows].sum())
    found = []
    for sign in (1.0, -1.0):
        cost = [sign * (each == cell) for each in hidden]
        answer = linprog(cost, A_eq=lines or None, b_eq=right or None, bounds=(1, None))
        found.append(sign * answer.fun if answer.status == 0 else np.inf)
    return found


@given(COUNTS)
@settings(max_examples=40)
def test_an_attack_by_linear_algebra_on_a_public_page_finds_no_small_count(counts):
    said, head = page(counted(counts))
    truth = pd.Series(counts, index=head["ids"])
    parents = PLAN.grids["parent"]
    totals = published(truth.to_frame("n"), parents, LEAST)
    few = truth.index[(truth > 0) & (truth < LEAST)]
    assert said["incidents"][few].isna().all()
    for cell in few[:3]:
        least, most = ends(said["incidents"], parents, totals, cell)
        assert least < LEAST <= most + 1e-6


@given(COUNTS)
@settings(max_examples=40)
def test_no_rate_and_no_class_break_tells_what_is_withheld(counts):
    said, head = page(counted(counts))
    assert (said["incidents"].isna() <= said["rate"].isna()).all()
    shown = said["incidents"].dropna()
    breaks = next(each["breaks"] for each in head["columns"] if each["name"] == "incidents")
    assert all(shown.min() <= each <= shown.max() for each in breaks)


def test_a_community_of_one_grid_is_not_told_by_its_total():
    counts = pd.Series([4.0, 40, 50, 30], index=list("abcd"))
    hidden = small(counts, pd.Series(["p", "q", "q", "r"], index=counts.index), LEAST)
    assert hidden[0]
    assert hidden.sum() > 1


def test_a_change_goes_where_the_count_before_was_small():
    before, now = [3.0, *[50.0] * (len(PLAN.grids) - 1)], [40.0] * len(PLAN.grids)
    said, _ = page(counted([140] * len(PLAN.grids), now=now, before=before, change=[0.1] * len(PLAN.grids)))
    assert said["change"].isna().iloc[0]
    assert said["incidents"].notna().all()


def test_the_total_of_people_is_not_said_when_some_are_withheld():
    assert page(PLAN)[1]["people"] == round(PLAN.grids["people"].sum())
    units = PLAN.units.copy()
    units.loc[units["grid_id"] == units["grid_id"].iloc[0], ["people", "households"]] = 1.0
    said, head = page(replace(PLAN, units=units, layers={}))
    assert said["people"].isna().sum() > 1
    assert (said["people"].isna() == said["households"].isna()).all()
    assert head["people"] is None


def test_people_of_units_never_leave_the_office():
    view = replace(maps()["public"], shows=("units",))
    assert {"people", "households"} & set(grids(PageView((PLAN,), view), PLAN)["cells"]) == set()


def test_two_plans_are_not_shown_to_the_public():
    with pytest.raises(DefinitionError, match="difference"):
        compose(PLAN, maps()["public"], other=PLAN)


def test_nothing_is_withheld_when_nothing_is_asked():
    assert not small(pd.Series([1.0, 2.0]), pd.Series(["a", "a"]), 0).any()


def test_missing_counts_stay_as_they_are_and_part_of_a_person_is_no_nought():
    counts = pd.Series([np.nan, 0.3, 20.0, 0.0])
    assert small(counts, pd.Series(["a"] * 4), LEAST).tolist() == [False, True, True, False]


# ------------------------------------------------------------------ the finished page
def made_map(seed):
    """Return a plan of 36 grids with two years of incidents, laid by the layer's own questions, and its truth."""
    rng = np.random.default_rng(seed)
    size = Size(side=12, incidents=0, pieces=1, buildings=0)
    plan = crooked_plan(size, seed=seed % 3)
    many = rng.gamma(1.2, 8 + 4 * (seed % 4), len(plan.units)) * (rng.random(len(plan.units)) < 0.8)
    unit = np.repeat(np.arange(len(plan.units)), rng.poisson(many / 3))
    spots = plan.units.representative_point().to_numpy()[unit]
    reported = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 731 * 1440, len(unit)), unit="min")
    spent = pd.to_timedelta(rng.gamma(1.0, 6, len(unit)), unit="D")
    done = rng.random(len(unit)) < 0.93
    events = gpd.GeoDataFrame(
        {
            "time": reported,
            "closed": pd.Series(reported + spent).where(done),
            "status": np.where(done, "closed", "open"),
        },
        geometry=spots,
        crs=plan.crs,
    ).rename_axis("incident_id")
    definition = replace(layers()["incidents"], days=14.0)
    subject = Subject(plan.units, plan.grids, Extract({}, plan.crs), data=events)
    laid = plan.with_layer(computed(definition, subject))
    return laid, laid.layers["incidents"].tables["grids"]


def attacked(plan, table, head):
    """Return what a reader gets out of a page's columns, who also knows all sums that may be known."""
    kept = withheld([(plan.layers["incidents"].definition, table)], plan.grids, head["view"]["least"])
    sums = []
    for name in TRUTH:
        groups = kept.sums[MADE_OF[name][0] if name in MADE_OF else "all"]
        for parents in groups:
            rows = list(table.index[plan.grids["parent"].isin(parents)])
            sums.append((name, rows, float(table.loc[rows, name].sum())))
        if groups:
            sums.append((name, list(table.index), float(table[name].sum())))
    said = printed(head)
    said.columns = [name.removeprefix("incidents/") for name in said.columns]
    reader = notes(said, plan.grids["area_m2"], contiguity(plan.grids), sums)
    return given_away(reader, table[list(TRUTH)])


TRUTH = ("count", "now", "before", "overdue")


def finished(plan, view):
    """Return the island of the finished page, as a browser opens it."""
    return open_island(re.search(r'id="gk-island">([^<]*)<', compose(plan, view).to_html())[1])


@pytest.fixture
def _quick(monkeypatch):
    """Ask only what the page prints: no scan, no pairs."""
    monkeypatch.setattr(layer, "QUESTIONS", (layer._trends, layer._hot, layer._closed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.usefixtures("_quick")
def test_a_linear_program_over_all_that_the_finished_page_prints_gets_nothing_out_of_it(seed):
    plan, table = made_map(seed)
    head = finished(plan, maps()["public"])
    small, recovered, proven = attacked(plan, table, head)
    assert small > 10
    assert (recovered, proven) == (0, 0)
    assert printed(head).filter(like="count").notna().any(axis=None)


@pytest.mark.usefixtures("_quick")
def test_the_same_linear_program_takes_a_page_apart_that_hides_small_counts_alone(monkeypatch):
    plan, table = made_map(3)

    def cell_by_cell(self, definition, values, name):
        few = values[name] if name in TRUTH else pd.Series(0, values.index)
        return values[name], ((few > 0) & (few < 10)).to_numpy()

    monkeypatch.setattr(Withheld, "column", cell_by_cell)
    small, recovered, proven = attacked(plan, table, finished(plan, maps()["public"]))
    assert recovered > small / 10
    assert proven > small / 3


# ------------------------------------------------------------------ column by column
def kept(definition, values, least=10):
    return withheld([(definition, values)], PLAN.grids, least)


def by_grid(**columns):
    return pd.DataFrame(columns, index=PLAN.grids.index)


INCIDENTS = PLAN.layers["incidents"].definition
COUNTS = [3, *[40] * (len(PLAN.grids) - 1)]


def test_what_hides_people_hides_what_is_made_of_them_and_nothing_where_nothing_is_asked() -> None:
    for name in ("balance", "clinics"):
        definition = PLAN.layers[name].definition
        values = by_grid(share=0.5)
        shown, hidden = kept(definition, values).column(definition, values, "share")
        assert hidden is not None
        assert hidden.shape == (len(PLAN.grids),)
        assert shown.equals(values["share"])
        assert kept(definition, values, least=1).column(definition, values, "share")[1] is None


def test_a_proposal_is_hidden_by_its_gain_and_a_kind_that_nobody_judged_whole() -> None:
    siting = SitingLayer(name="new-clinics", title=Text(en="New", zh="新"))
    values = by_grid(gain=[float(each) for each in COUNTS])
    page_of = kept(siting, values)
    assert page_of.column(siting, values, "gain")[1].tolist() == page_of.gains["new-clinics"].tolist()
    assert page_of.gains["new-clinics"][0]
    stranger = object()
    assert page_of.column(stranger, values, "gain")[1].all()


@pytest.mark.parametrize(
    ("name", "hides"),
    [("count", "small"), ("before_now", "all"), ("odd", "all"), ("trend_slope", "all"), ("smoothed", "small")],
)
def test_a_column_of_incidents_is_hidden_as_far_as_it_tells_of_small_counts(name, hides) -> None:
    values = by_grid(count=[float(each) for each in COUNTS], before_now=40.0, odd=0.37, trend_slope=0.2, smoothed=1.5)
    page_of = kept(INCIDENTS, values)
    shown, hidden = page_of.column(INCIDENTS, values, name)
    if hides == "all":
        assert hidden.all()
    else:
        assert hidden[0]
        assert not hidden.all()
    assert len(shown) == len(PLAN.grids)


def test_where_no_count_is_small_nothing_that_is_made_of_them_is_hidden() -> None:
    values = by_grid(count=40.0, odd=0.37)
    people = PLAN.grids["people"]
    assert (people >= 10).all()
    assert not kept(INCIDENTS, values).column(INCIDENTS, values, "odd")[1].any()


def test_a_share_is_hidden_whole_unless_the_counts_that_it_is_made_of_are_on_the_page() -> None:
    bare = by_grid(count=80.0, closure_rate=0.5)
    whole = bare.assign(closed=40.0, orders=80.0)
    assert kept(INCIDENTS, bare).column(INCIDENTS, bare, "closure_rate")[1].all()
    assert not kept(INCIDENTS, whole).column(INCIDENTS, whole, "closure_rate")[1].all()
