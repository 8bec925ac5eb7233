"""Plans come from labels, polygons and graphs, go out as graphs, and come back the same."""

from __future__ import annotations

import builtins
import sys

import pandas as pd
import pytest
from shapely import box

import gridkit as gk
from gridkit.errors import TableError, UsageError

LABELS = ["left", "left", "right", "right"]


def test_polygons_with_labels_are_a_plan(row):
    bare = row[["geometry"]].to_crs(4326)
    plan = gk.Plan.from_labels(bare, LABELS)
    assert plan.labels.to_dict() == dict(zip("abcd", LABELS, strict=True))
    assert len(plan.borders) == 3
    assert plan.borders["shared_m"].round().eq(100).all()
    assert plan.grids["units"].tolist() == [2, 2]
    assert plan.districts.index.tolist() == ["all"]


@pytest.mark.parametrize(
    "labels",
    [
        pd.Series(LABELS, index=list("abcd")),
        dict(zip("dcba", LABELS[::-1], strict=True)),
        pd.Series(LABELS).to_numpy(),
        "grid",
    ],
)
def test_labels_come_in_any_form(row, labels):
    assert gk.Plan.from_labels(row.assign(grid=LABELS), labels) == gk.Plan.from_labels(row.assign(grid=LABELS), LABELS)


def test_a_plain_table_of_labels_is_the_plan_that_a_redraw_starts_from(row, tmp_path):
    table = pd.DataFrame({"unit_id": list("dcba"), "grid_id": LABELS[::-1]})
    table.to_csv(tmp_path / "labels.csv", index=False)
    plan = gk.Plan.from_labels(row, tmp_path / "labels.csv")
    assert plan == gk.Plan.from_labels(row, LABELS)
    assert plan == gk.Plan.from_labels(row, table)
    # 10, 20 | 30, 40 people: the third square goes to the left, and nothing else moves.
    drawn = gk.redraw(plan, target=50, tolerance=0.2, everywhere=True)
    assert gk.compare(plan, drawn).moved["unit_id"].tolist() == ["c"]
    assert gk.undo(drawn).digest == plan.digest


def test_names_that_a_file_read_as_numbers_are_the_same_names(row):
    numbered = row.set_axis([1, 2, 3, 4]).rename_axis("unit_id")
    plan = gk.Plan.from_labels(numbered, pd.Series(LABELS, index=["1", "2", "3", "4"]))
    assert plan.grids["people"].tolist() == [30, 70]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"a": 1, "b": 1, "c": 2}, "units without a grid: d"),
        ({"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}, "not there: e"),
        ([1, 2], "2 labels for 4 units"),
        ("gird", "no column 'gird'"),
    ],
)
def test_a_unit_without_a_label_is_named(row, labels, said):
    with pytest.raises(TableError, match=said):
        gk.Plan.from_labels(row, labels)


def test_the_grids_a_city_has_are_a_plan(row):
    plan = gk.Plan.from_grids(row.assign(code=["g1", "g2", "g3", "g4"]), "code")
    assert plan.grids.index.tolist() == ["g1", "g2", "g3", "g4"]
    assert plan.grids["people"].tolist() == [10, 20, 30, 40]
    assert gk.compare(plan, plan).empty


@pytest.mark.parametrize("package", ["networkx", "libpysal", "gerrychain"])
def test_a_plan_goes_out_as_a_graph_and_comes_back(three_by_three, package):
    plan = gk.Plan.from_labels(three_by_three, ["x", "y", "y"] * 3)
    graph = getattr(plan, f"to_{package}")()
    labels = graph if package == "gerrychain" else LABELS and plan.labels
    back = gk.Plan.from_labels(
        three_by_three, labels, graph=getattr(graph, "graph", graph) if package == "gerrychain" else graph
    )
    assert back.labels.equals(plan.labels)
    pairs = [set(map(frozenset, each.borders[["unit_id", "neighbour"]].to_numpy().tolist())) for each in (plan, back)]
    edges = list(pairs[0])
    assert len(edges) == 12
    assert pairs[0] == pairs[1]
    assert sorted(back.borders["shared_m"].round()) == sorted(plan.borders["shared_m"].round())


def test_a_graph_may_join_what_does_not_touch(islands):
    import networkx as nx

    graph = nx.Graph([("a", "b"), ("b", "c"), ("c", "d")])
    plan = gk.Plan.from_labels(islands, [1, 1, 1, 2], graph=graph)
    assert plan.borders.set_index(["unit_id", "neighbour"])["link"].to_dict() == {
        ("a", "b"): "border",
        ("b", "c"): "bridge",
        ("c", "d"): "border",
    }


def test_a_graph_of_strangers_and_what_is_no_graph_are_refused(row):
    import networkx as nx

    with pytest.raises(TableError, match="not there: z"):
        gk.Plan.from_labels(row, LABELS, graph=nx.Graph([("a", "z")]))
    with pytest.raises(UsageError, match="dict is no graph"):
        gk.Plan.from_labels(row, LABELS, graph={})


@pytest.mark.parametrize("package", ["networkx", "libpysal", "gerrychain"])
def test_a_package_that_is_not_there_is_named(row, package, monkeypatch):
    plan = gk.Plan.from_labels(row, LABELS)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=f"install {package}"):
        getattr(plan, f"to_{package}")()


def test_a_name_that_stands_twice_is_refused(row):
    with pytest.raises(TableError, match="stand twice"):
        gk.Plan.from_labels(pd.concat([row, row]), LABELS * 2)


def test_an_index_of_polygons_in_two_districts_keeps_them_apart(row):
    plan = gk.Plan.from_labels(row.assign(parent=["n", "n", "s", "s"]), LABELS)
    assert plan.districts.index.tolist() == ["n", "s"]
    assert plan.districts.loc["s"].geometry.equals(box(200, 0, 400, 100))
    assert builtins.len(plan.grids) == 2
