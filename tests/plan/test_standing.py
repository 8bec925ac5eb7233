"""What a plan counts for, alone and in words."""

from gridkit.plan.standing import Standing, standing_of

ISSUED = Standing("issued", since="2025-01-01", body="Qinglan street", digest="a")


def test_a_standing_is_that_of_the_grids_it_was_given_to_and_of_no_others() -> None:
    assert standing_of((ISSUED,), "a") == ISSUED
    assert standing_of((ISSUED,), "b") == Standing(body="Qinglan street")
    assert standing_of((), "a") == Standing()


def test_a_standing_is_said_in_one_line_of_each_language() -> None:
    assert ISSUED.said("en") == "issued · in force from 2025-01-01 · Qinglan street"
    assert ISSUED.said("zh") == "已印发 · 自2025年1月1日起生效 · Qinglan street"
    assert Standing(until="2026-12-31").said("en") == "draft · in force until 2026-12-31"
