"""Whose data is thanked: OpenStreetMap's contributors where it was read or may have been, nobody for a made-up town."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridkit.plan.credit import CONTRIBUTORS, NOWHERE, credit, made_up
from gridkit.provenance import MADE_UP, Input, Step

OWN = (Input("district", "d.gpkg", 1, "0" * 64),)
READ = (*OWN, Input("osm", "o.pbf", 1, "0" * 64))


def features(*generators):
    return {"units": {"features": {"sources": [{"generator": each} for each in generators]}}}


@pytest.mark.parametrize(
    ("steps", "thanked"),
    [
        ((), CONTRIBUTORS),
        ((Step("split"),), CONTRIBUTORS),
        ((Step("split", inputs=OWN),), "own data"),
        ((Step("split", inputs=READ),), CONTRIBUTORS),
        ((Step("split", {"osm": "o.pbf"}, inputs=OWN),), CONTRIBUTORS),
        ((Step("split", features(MADE_UP), inputs=READ),), NOWHERE),
        ((Step("split", features(MADE_UP, "osmium"), inputs=READ),), CONTRIBUTORS),
        ((Step("split", {"units": "blocks.gpkg"}, inputs=OWN),), "own data"),
        ((Step("split", {"units": {"features": None}}, inputs=OWN),), "own data"),
    ],
)
def test_who_is_thanked(q_town, steps, thanked):
    plan = replace(q_town, history=steps)
    assert credit(plan) == thanked
    assert made_up(plan) is (thanked == NOWHERE)
