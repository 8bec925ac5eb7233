"""Zones are split into finer grids for the days they are closed, called by their zone, from north to south."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.band import Band
from gridkit.partition import Prices, nested
from gridkit.plan.posts import posts


def test_each_zone_is_split_into_posts_and_the_first_lies_in_the_north(q_town):
    zone = pd.Series("", index=q_town.units.index)
    zone[["u0000", "u0001", "u0100", "u0101", "u0200", "u0201", "u0300", "u0301"]] = "A"
    zone[["u0003", "u0103"]] = "B"
    made = posts(q_town, zone, Band(15, 20, 25), Prices())
    assert set(made["unit_id"]) == set(zone.index[zone != ""])
    assert made.groupby("post")["zone"].nunique().max() == 1
    assert made["post"].value_counts().to_dict() == {"A-01": 2, "A-02": 2, "A-03": 2, "A-04": 2, "B-01": 2}
    north = {"A-01": made["post"] == "A-01", "A-04": made["post"] == "A-04"}
    heights = {name: made.loc[rows, "unit_id"].str[1:3].astype(int).mean() for name, rows in north.items()}
    assert heights["A-01"] > heights["A-04"]
    assert made.equals(posts(q_town, zone, Band(15, 20, 25), Prices()))


def test_a_search_that_was_stopped_makes_no_posts(q_town, monkeypatch):
    zone = pd.Series("A", index=q_town.units.index)
    real = nested.nest

    def stopped(*asked):
        found = real(*asked)
        object.__setattr__(found, "interrupted", True)
        return found

    monkeypatch.setattr(nested, "nest", stopped)
    with pytest.raises(KeyboardInterrupt):
        posts(q_town, zone, Band(15, 20, 25), Prices())
