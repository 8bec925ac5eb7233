"""Columns of parts of the people make all of them only where nothing is missing and nothing counted twice."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.people import parts
from gridkit.tables import TEXT


def total(**columns: list[float]) -> list[float] | None:
    """Return what columns add up to, None where they make no whole."""
    made, _ = parts.summed(pd.DataFrame(columns), "table.csv")
    return None if made is None else made.tolist()


@pytest.mark.parametrize(
    ("men", "women"),
    [
        ("男", "女"),
        ("男性", "女性"),
        ("男（人）", "女（人）"),
        ("人口 男", "人口 女"),
        ("常住人口_男", "常住人口_女"),
        ("男性人口数", "女性人口数"),
        ("Male", "Female"),
        ("Population - Males", "Population - Females"),
        ("men", "women"),
        ("m", "f"),
        ("Männer", "Frauen"),
        ("Einwohner männlich", "Einwohner weiblich"),
        ("Hommes", "Femmes"),
        ("homens", "mulheres"),
        ("Hombres", "Mujeres"),
        ("мужчины", "женщины"),
    ],
)
def test_men_and_women_are_all_people(men: str, women: str) -> None:
    assert total(**{"name": ["a", "b"], men: [3, 40], women: [4, 50]}) == [7, 90]


@pytest.mark.parametrize(
    "names",
    [
        ("男",),
        ("男", "户数"),
        ("males", "males_65_plus"),
        ("men", "name"),
        ("0-14", "15-59"),
        ("15-59", "60+"),
        ("0-14", "60+"),
        ("0-14", "10-59", "60+"),
        ("m_65_plus", "f_65_plus"),
        ("老人男", "老人女"),
        ("流动男", "流动女"),
    ],
)
def test_what_leaves_a_gap_or_counts_twice_makes_no_whole(names: tuple[str, ...]) -> None:
    assert total(**{name: [1, 2] for name in names}) is None


@pytest.mark.parametrize(
    "names",
    [
        ("0-14岁", "15-59岁", "60岁及以上"),
        ("14岁及以下", "15-59岁", "60岁及以上"),
        ("age_0_14", "age_15_64", "age_65_plus"),
        ("65+", "0-14", "15-64"),
        ("0 to 14", "15 to 64", "65 and over"),
        ("m_0_39", "m_40_plus", "f_0_39", "f_40_plus"),
    ],
)
def test_bands_of_age_without_a_gap_are_all_people(names: tuple[str, ...]) -> None:
    assert total(**{name: [1, 10] for name in names}) == [len(names), 10 * len(names)]


def test_two_pairs_of_men_and_women_are_asked_about() -> None:
    columns = {name: [1] for name in ("户籍男", "户籍女", "常住男", "常住女")}
    with pytest.raises(TableError, match="several columns count men and women"):
        total(**columns)


def test_a_cell_without_a_count_leaves_its_row_without_one() -> None:
    made, _ = parts.summed(pd.DataFrame({"男": ["3", ""], "女": ["4", "5"]}, dtype=TEXT), "table.csv")
    assert made is not None
    assert made.isna().tolist() == [False, True]
