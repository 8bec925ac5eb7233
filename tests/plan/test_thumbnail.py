"""A plan drawn small: grids in the colour of the range, the first of them in a table, no text of data as markup."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from towns import moved

from gridkit.plan.thumbnail import COLOURS, ROWS, explored, html, svg

EVIL = "<img src=x>{{7*7}}"


@pytest.fixture
def uneven(q_town):
    plan = moved(q_town, {"u0001": "W10"})
    return replace(plan, parameters=replace(plan.parameters, title=EVIL, low=35, high=45))


def test_grids_below_within_and_above_the_range_have_their_colours(uneven):
    drawn = svg(uneven.grids, uneven.parameters)
    assert [drawn.count(f'fill="{COLOURS[where]}"') for where in ("low", "within", "high")] == [1, 2, 1]
    alone = svg(uneven.grids, replace(uneven.parameters, low=0, target=0, high=0))
    assert alone.count(f'fill="{COLOURS["within"]}"') == 4


def test_texts_are_escaped_and_what_is_not_known_is_empty(uneven):
    page = html(uneven.grids.assign(households=np.nan), uneven.parameters)
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
    assert "4 grids, 160 people" in page
    assert "<td></td>" in page
    assert "<caption>" not in page


def test_of_many_grids_the_first_are_listed_and_how_many_there_are(big_town):
    page = html(big_town.grids, big_town.parameters)
    assert f"<caption>the first {ROWS} of 16</caption>" in page
    assert page.count("<tr><th>") == ROWS + 1


def test_a_web_map_takes_no_text_as_markup_or_template(uneven):
    plan = moved(uneven, {"u0000": EVIL})
    page = explored(plan.grids, plan.parameters, "people").get_root().render()
    assert "<img src=x>" not in page
    assert "{{7*7}}" not in page
    assert COLOURS["low"] in page
