import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.band import Band
from gridkit.errors import UsageError
from gridkit.partition import Prices
from gridkit.plan.ensemble import HERE, ensemble
from gridkit.recipes.ensemble import write_ensemble

PRICES = Prices(inside=(0.0, 0.0, 0.0, 1.0))


@pytest.fixture(scope="module")
def plan():
    made = crooked_plan(Size(side=8, across=2, incidents=30, buildings=100))
    sizes = made.grids[made.parameters.measure]
    band = Band(float(sizes.min()) * 0.6, float(sizes.mean()), float(sizes.max()) * 1.4)
    return replace(made, parameters=replace(made.parameters, low=band.low, target=band.target, high=band.high))


@pytest.fixture(scope="module")
def drawn(plan):
    return ensemble(plan, PRICES, plans=60, seed=2)


def test_the_plan_is_measured_as_its_borders_and_grids_tell(plan, drawn):
    grid = plan.units["grid_id"]
    ends = plan.borders[["unit_id", "neighbour"]]
    cut = grid.reindex(ends["unit_id"]).to_numpy() != grid.reindex(ends["neighbour"]).to_numpy()
    assert drawn.own["cut_m"] == pytest.approx(plan.borders["shared_m"][cut].sum())
    assert len(drawn.table) == 60
    assert drawn.facts["grids_drawn"] + drawn.facts["grids_kept"] == plan.units["grid_id"].nunique()


def test_places_are_shares_of_the_table(drawn):
    for name, row in drawn.places.iterrows():
        values = drawn.table[name]
        assert row["least"] == values.min() <= row["median"] <= values.max() == row["most"]
        alike = np.isclose(values, row["this_plan"], rtol=0, atol=0).mean()
        assert row["share_below"] == pytest.approx((values < row["this_plan"]).mean() + alike / 2)
        assert 1 <= row["effective_plans"] <= 60
        assert drawn.picture(name).count(HERE) == 1


def test_the_same_seed_gives_the_same_table(plan, drawn):
    pd.testing.assert_frame_equal(ensemble(plan, PRICES, plans=60, seed=2).table, drawn.table)


def test_the_table_is_written_with_the_plan_itself_first(drawn, tmp_path):
    path = write_ensemble(drawn, tmp_path / "drawn.csv")
    rows = pd.read_csv(path, index_col="plan")
    assert rows.index.tolist() == list(range(61))
    assert rows.loc[0, "cut_m"] == pytest.approx(drawn.own["cut_m"])


def test_no_band_and_no_plans_are_said(plan):
    without = replace(plan, parameters=replace(plan.parameters, low=None, target=None, high=None))
    with pytest.raises(UsageError, match="no range of size"):
        ensemble(without, PRICES)
    with pytest.raises(UsageError, match="two plans or more, not of 1"):
        ensemble(plan, PRICES, plans=1)


def test_a_measure_that_never_differs_is_a_mark_alone(drawn):
    alike = replace(
        drawn, table=drawn.table.assign(straddled_m=7.0), own=drawn.own.where(drawn.own.index != "straddled_m", 7.0)
    )
    assert alike.picture("straddled_m") == HERE


def test_what_is_said_has_units_and_what_is_reported_is_ready_for_json(drawn):
    said = {str(row["fact"]): row for row in drawn.said()["measured"]}
    assert len(said) == len(drawn.places)
    rows = list(drawn.said()["measured"])
    assert rows[0]["this_plan"].said("en").endswith("m")
    assert rows[3]["this_plan"].said("en").endswith("%")
    assert isinstance(rows[5]["median"], float)
    report = json.loads(json.dumps(drawn.report()))
    assert (report["schema"], report["version"]) == ("gridkit-ensemble", 1)
    assert [row["fact"] for row in report["measured"]] == drawn.places.index.tolist()
    assert repr(drawn).startswith("<Ensemble")
    assert "<table" in drawn._repr_html_()


def test_units_that_are_locked_or_a_grid_of_their_own_stay_where_they_are(plan):
    units = plan.units
    first = units.index[units["grid_id"] == units["grid_id"].iloc[0]]
    locked = units.assign(
        lock=pd.Series(np.where(units.index.isin(first[:2]), "me", None), index=units.index, dtype=object)
    )
    alone = units.assign(
        dedicated=pd.Series(np.where(units.index.isin(first), "campus", None), index=units.index, dtype=object)
    )
    for changed in (locked, alone):
        found = ensemble(replace(plan, units=changed), PRICES, plans=20, seed=3)
        assert len(found.table) == 20
        assert found.facts["grids_drawn"] + found.facts["grids_kept"] == units["grid_id"].nunique()
    kept = ensemble(replace(plan, units=alone), PRICES, plans=20, seed=3).facts["grids_kept"]
    assert kept >= 1, "a grid of its own is drawn by no plan"
