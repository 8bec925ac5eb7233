"""What headers, and the lines above a table, multiply its counts by."""

from __future__ import annotations

import pytest

from gridkit.sources.tables import scales


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("人口（万人）", 1e4),
        ("常住人口/万人", 1e4),
        ("户数(千户)", 1e3),
        ("Population (thousands)", 1e3),
        ("Population '000", 1e3),
        ("Einwohner (in Tsd.)", 1e3),
        ("население, тыс", 1e3),
        ("Population (lakh)", 1e5),
        ("人口", 1.0),
        ("万户镇人口", 1.0),
        ("每万人床位数", 1.0),
        ("beds per thousand", 1.0),
        ("Population 2000", 1.0),
    ],
)
def test_a_header_says_what_its_counts_are_multiplied_by(name: str, times: float) -> None:
    assert scales.of(name) == times


@pytest.mark.parametrize(
    ("titles", "times"),
    [
        (("2024年人口统计表", "单位：万人"), 1e4),
        (("单位：万户、万人",), 1e4),
        (("单位：人、万元",), 1.0),
        (("Unit: thousands",), 1e3),
        (("人口统计表",), 1.0),
    ],
)
def test_the_lines_above_say_it_where_they_agree(titles: tuple[str, ...], times: float) -> None:
    assert scales.of_titles(titles) == times


def test_a_header_with_its_own_unit_is_not_that_of_the_title() -> None:
    assert scales.noted("户数(户)")
    assert not scales.noted("人口")
