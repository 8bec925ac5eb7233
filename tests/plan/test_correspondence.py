"""Old and new grids are classed as census offices do."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.plan.correspondence import correspondence, counted
from gridkit.tables import TEXT

Ground = tuple[str | None, str | None, float]


def parts(*rows: Ground) -> pd.DataFrame:
    """Return pieces of ground of 100 m2 a person: (old grid, new grid, people)."""
    table = pd.DataFrame(rows, columns=["old", "new", "people"])
    return table.assign(area_m2=table["people"] * 100 + 50)


@pytest.mark.parametrize(
    ("ground", "classes"),
    [
        ([("A", "A", 10)], {"A": "U"}),
        ([("A", "B", 10)], {"A": "U"}),
        ([("A", "A", 5), ("A", "B", 5)], {"A": "S"}),
        ([("A", "C", 5), ("B", "C", 7)], {"A": "M", "B": "M"}),
        ([("A", "A", 5), ("A", "B", 1), ("B", "B", 5)], {"A": "X", "B": "X"}),
        ([("A", "A", 5), (None, "A", 3)], {"A": "X"}),
        ([("A", "A", 5), ("B", "B", 5), ("C", "B", 1)], {"A": "U", "B": "M", "C": "M"}),
    ],
)
def test_each_old_grid_has_its_class(
    ground: list[tuple[str | None, str | None, float]], classes: dict[str, str]
) -> None:
    lookup = correspondence(parts(*ground))
    assert dict(zip(lookup["old"], lookup["change"], strict=True)) == classes


def test_a_grid_that_lost_ground_to_nobody_is_irregular() -> None:
    lookup = correspondence(parts(("A", "A", 5)), outside=pd.Series({"A": 4995.0}))
    assert lookup["change"].tolist() == ["X"]


def test_shares_of_an_old_grid_add_up_and_ties_are_named() -> None:
    lookup = correspondence(parts(("A", "A", 5), ("A", "B", 5), ("C", "C", 1), ("C", "D", 2)))
    assert lookup.groupby("old")["share"].sum().tolist() == pytest.approx([1, 1])
    assert lookup[lookup["tie"]]["new"].tolist() == ["A", "B"]


def test_ground_decides_where_nobody_lives() -> None:
    table = parts(("A", "A", 0), ("A", "B", 0)).assign(area_m2=[300.0, 100.0])
    assert correspondence(table)["share"].tolist() == [0.75, 0.25]


def test_slivers_are_no_change() -> None:
    table = parts(("A", "A", 5), ("B", "B", 5), ("A", "B", 0)).assign(area_m2=[500.0, 500.0, 0.5])
    assert counted(correspondence(table)) == {"unchanged": 2, "split": 0, "merged": 0, "irregular": 0}


def test_nothing_gives_an_empty_lookup() -> None:
    assert correspondence(parts().astype({"old": TEXT, "new": TEXT, "people": float, "area_m2": float})).empty
