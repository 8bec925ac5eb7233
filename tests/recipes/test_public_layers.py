"""A reader of public pages, extracts and papers gets nothing out of layers that only the office is to know."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from publications import KINDS, World, attacked, moved
from shapely.geometry import LineString, box
from towns import METRES, town

import gridkit as gk
from gridkit.plan.life import subdistricts
from gridkit.recipes.refresh import refresh, scored
from gridkit.render.page.payload import HIDDEN, open_island
from gridkit.render.papers.extract import KEPT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")]
OFFICE = (
    *("workload", "staffing", "visits", "participation", "patrol"),
    *("response", "sharing", "departments", "scorecard"),
)
WIDE = 8
VIEW = f"""
title = {{ en = "Public map", zh = "公开版" }}
about = {{ en = "Everything there is.", zh = "全部图层。" }}
question = {{ en = "What is near?", zh = "附近有什么？" }}
asks = "mine"
colours = "neighbours"
layers = {["balance", "incidents", *OFFICE]}
shows = ["points", "card", "table", "search"]
audience = "public"
least_count = 10
"""


def laid(secret: int) -> gk.Plan:
    """Return a town of 16 grids with all that an office lays; all but incidents is drawn from a secret of its own."""
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")
    plan, rng = replace(town(WIDE, 2), backdrop={"roads": streets()}), np.random.default_rng(7)
    grids, side = plan.grids.index.tolist(), 100 * WIDE - 5

    def spots(count: int) -> gpd.GeoSeries:
        return gpd.points_from_xy(rng.uniform(5, side, count), rng.uniform(5, side, count), crs=METRES)

    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, 120), unit="D")
    plan = gk.layer(gk.layer(plan, "balance"), "incidents", data=gpd.GeoDataFrame({"time": days}, geometry=spots(120)))
    rng = np.random.default_rng(secret)
    forms = pd.DataFrame(
        {"报表名称": ["a", "b"], "频次": ["每月", "每周"], "用时": [f"{rng.integers(20, 90)}分钟", "30"]}
    )
    classes = pd.DataFrame({"网格": grids, "困难户": rng.integers(0, 4, 16), "空巢老人户": rng.integers(0, 3, 16)})
    plan = gk.workload(plan, forms=forms, classes=classes)
    staff = pd.DataFrame({"工号": [f"s{secret}{k}" for k in range(16)], "网格": rng.permutation(grids)})
    plan = gk.staffing(
        plan, staff=staff.assign(岗位="专职网格员", 每周工时=rng.integers(20, 40, 16)), asof="2027-01-01"
    )
    due = {"last_visit": rng.choice(["2025-01-01", "2027-01-30", None], 40), "class": ["ordinary", "hardship"] * 20}
    plan = gk.visits(plan, due=gpd.GeoDataFrame(due, geometry=spots(40)), asof="2027-01-31")
    starters = rng.choice(["居民", "社区居委会", "业委会"], 90)
    held = pd.DataFrame({"网格编码": rng.choice(grids, 90), "发起方": starters, "活动日期": "2026-02-03"})
    plan = gk.participation(plan, activities=held)
    plan = gk.patrol(plan, walkers=secret)
    shops = gpd.GeoDataFrame({"name": [f"shop {secret}{k}" for k in range(20)]}, geometry=spots(20))
    civil = pd.DataFrame({"grid": grids, "households": rng.integers(1, 40, 16)})
    plan = gk.ingest(plan, {"market": shops, "civil": civil.iloc[: 10 + secret]}, asof="2026-06-01")
    orders = {"created": days[:80], "closed": days[:80] + pd.Timedelta(days=int(rng.integers(1, 9)))}
    orders |= {"order_id": [str(k // 2) for k in range(80)], "department": rng.choice(["road", "water"], 80)}
    plan = gk.response(plan, gpd.GeoDataFrame(orders, geometry=spots(80)))
    cut = 50 + 100 * secret
    net = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, cut, 800, 800), box(0, 0, 800, cut)], crs=METRES)
    plan = gk.departments_overlay(plan, {"police": net})
    return refresh(scored(plan))


def streets() -> gpd.GeoDataFrame:
    """Return a street along every edge of the town's blocks."""
    at = [100 * k for k in range(WIDE + 1)]
    every = [LineString([(x, y) for y in at]) for x in at] + [LineString([(x, y) for x in at]) for y in at]
    roads = gpd.GeoDataFrame({"kind": ["residential"] * len(every)}, geometry=every, crs=METRES)
    return roads.rename_axis("feature_id")


def made_public(plan: gk.Plan, folder: Path) -> dict[str, Any]:
    """Return all that leaves the office: the page's data and words, the extract, the note, and cards with a number."""
    folder.mkdir()
    (folder / "everything.toml").write_text(VIEW, encoding="utf-8")
    done = gk.publish(replace(plan, origin=None), folder / "out", view="everything", maps=folder, lang="en")
    page = done.files["page"].read_text(encoding="utf-8")
    island = re.search(r'id="gk-island">([^<]*)<', page)
    assert island is not None
    book = openpyxl.load_workbook(done.files["extract"])
    cards = gk.cards(plan, folder / "cards.pdf", approval="S(2026)001", lang="en")
    text = subprocess.run(["pdftotext", "-layout", cards, "-"], capture_output=True, text=True, check=True).stdout
    return {
        "island": open_island(island[1]),
        "extract": [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book],
        "note": done.files["note"].read_text(encoding="utf-8"),
        "cards": text,
    }


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[gk.Plan, dict[str, Any]]]:
    """Return two plans that differ in what only the office is to know, and what was made public of each."""
    folder = tmp_path_factory.mktemp("public")
    plans = [laid(secret) for secret in (1, 2)]
    return [(plan, made_public(plan, folder / str(at))) for at, plan in enumerate(plans)]


def columns(public: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the numbers of the page by ``LAYER/COLUMN``."""
    (drawn,) = public["island"]["plans"]
    return {f"{each['layer']}/{each['name']}": each["of"] for each in drawn["columns"]}


def test_what_only_the_office_is_to_know_changes_nothing_that_leaves_it(two: Any) -> None:
    """What is the same whatever the counts are holds no equation that they could be solved from."""
    (first, one), (second, other) = two
    for name in OFFICE:
        assert name in first.layers, name
        told = [
            [*(table.to_csv() for table in each.layers[name].tables.values()), repr(each.layers[name].facts)]
            for each in (first, second)
        ]
        assert told[0] != told[1], name
    for part in ("island", "extract", "note", "cards"):
        assert repr(one[part]) == repr(other[part]), part


def test_whole_columns_of_these_layers_are_withheld_on_page_and_extract(two: Any) -> None:
    _, public = two[0]
    shown = {name: of for name, of in columns(public).items() if name.partition("/")[0] in OFFICE}
    assert {name.partition("/")[0] for name in shown} >= set(OFFICE) - {"departments", "scorecard"}
    for name, of in shown.items():
        assert set(of) <= {HIDDEN, None}, name
    (head, *rows), *_ = public["extract"]
    for at, name in enumerate(columns(public), 3):
        if name in shown:
            assert {row[at] for row in rows} <= {KEPT, None}, head[at]


def test_an_emergency_is_published_neither_by_its_columns_nor_by_its_zones(tmp_path: Path) -> None:
    plain = laid(1)
    zones = gpd.GeoDataFrame({"name": ["Zone Q"], "kind": ["sealed"]}, geometry=[box(4, 4, 196, 96)], crs=METRES)
    shut = gk.emergency(plain, zones=zones, since="2027-01-10", until="2027-01-24")
    assert shut.layers["emergency"].tables["zones"]["people"].sum() == 20
    view = VIEW.replace("'scorecard'", "'scorecard', 'emergency'")
    (tmp_path / "everything.toml").write_text(view, encoding="utf-8")
    done = gk.publish(replace(shut, origin=None), tmp_path / "out", view="everything", maps=tmp_path, lang="en")
    page = done.files["page"].read_text(encoding="utf-8")
    island = re.search(r'id="gk-island">([^<]*)<', page)
    assert island is not None
    drawn = open_island(island[1])
    (plans,) = drawn["plans"]
    assert "emergency" in view
    for column in plans["columns"]:
        if column["layer"] == "emergency":
            assert set(column["of"]) <= {HIDDEN, None}
    book = openpyxl.load_workbook(done.files["extract"])
    said = repr(drawn) + repr([list(sheet.values) for sheet in book]) + done.files["note"].read_text(encoding="utf-8")
    assert "Zone Q" not in said


def test_a_reader_who_solves_for_all_public_outputs_of_a_plan_with_every_layer_gets_no_small_count(
    two: Any,
) -> None:
    """Page and workbook with every layer, pages of some, cards, a part's page, and all again once a unit has moved."""
    (plan, _), _ = two
    rng = np.random.default_rng(12)
    many, side = 260, 100 * WIDE - 5
    # Most lie in one half of the town: some rows are large enough to be shown, many are not.
    x = np.where(rng.random(many) < 0.7, rng.uniform(5, side / 2, many), rng.uniform(side / 2, side, many))
    time = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 730, many), unit="D")
    done = pd.Series(time + pd.to_timedelta(rng.integers(1, 40, many), unit="D")).where(rng.random(many) < 0.9)
    told = {"time": time, "closed": done, "status": np.where(done.notna(), "closed", "open")}
    events = gpd.GeoDataFrame(
        told | {"crime": rng.random(many) < 0.6},
        geometry=gpd.points_from_xy(x, rng.uniform(5, side, many)),
        crs=METRES,
    ).rename_axis("incident_id")
    made = World(plan, events, rng, months=24, besides=OFFICE)
    made.laid()
    made.plan = made.publish(refresh(made.plan), KINDS, files=True)
    for names in (KINDS[:1], KINDS[:2], KINDS[1:]):
        made.plan = made.publish(made.plan, names)
    moved(made)
    made.plan = made.publish(made.plan, KINDS, files=True)
    west, _ = (refresh(each) for _, each in sorted(subdistricts.part(made.plan, "name").items()))
    made.publish(west, KINDS[:2])
    assert len(made.published) >= 3
    shown = 0
    for each in made.published:
        for column in each.printed["columns"]:
            if column["layer"] in OFFICE:
                assert set(column["of"]) <= {HIDDEN, None}, column["name"]
            shown += column["layer"] in KINDS and len(set(column["of"]) - {HIDDEN, None})
    assert shown > 0
    asked, recovered, _ = attacked(made, 40, 3)
    assert asked > 10
    assert recovered == 0
    # The same reader sees a leak: one edition that prints what it withheld.
    (first, *_) = made.published
    for column in first.printed["columns"]:
        if column["layer"] == KINDS[0] and column["name"] == "count":
            true = first.plan.layers[KINDS[0]].tables["grids"]["count"].reindex(first.printed["ids"])
            column["of"] = true.tolist()
    assert attacked(made, 40, 0)[1] > 0
