"""Laws of reading on what is made of it: one content in any order, form and style gives one plan and its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import world
from worlds.offices import FORMS

import gridkit as gk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LAW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FORM = st.sampled_from([form for form in FORMS if form not in ("parquet", "arrow", "dbf")])
COUNTS = [1100 + 40 * at for at in range(16)]
PLACES = [(round(shape.centroid.x, 6), round(shape.centroid.y, 6)) for shape in world.blocks().geometry]
NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda count: f"{count:,}",
    "narrow spaces": lambda count: f"{count:,}".replace(",", "\u202f"),
    "full width": lambda count: str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "units": lambda count: f"{count}人",
}
MOMENTS = list(pd.date_range("2024-03-05 09:15", periods=16, freq="75h"))
CLOCKS: dict[str, Callable[[pd.Timestamp], str]] = {
    "ISO": lambda time: f"{time:%Y-%m-%d %H:%M}",
    "day first": lambda time: f"{time:%d/%m/%Y %H:%M}",
    "年月日": lambda time: f"{time.year}年{time.month}月{time.day}日 {time.hour}时{time.minute}分",
    "Zulu": lambda time: f"{time - pd.Timedelta(hours=8):%Y-%m-%dT%H:%M}:00Z",
}
PAIRS: dict[str, tuple[tuple[str, ...], Callable[[float, float], tuple[Any, ...]]]] = {
    "lon and lat": (("lon", "lat"), lambda x, y: (x, y)),
    "pairs, latitude first": (("坐标",), lambda x, y: (f"{y} {x}",)),
    "WKT": (("wkt",), lambda x, y: (f"POINT ({x} {y})",)),
}


def written(
    form: str, header: Sequence[str], rows: Sequence[Sequence[Any]], order: Sequence[int], turn: int, folder: Path
) -> str:
    """Write rows in an order, the columns turned round by so many."""
    at = [(column + turn) % len(header) for column in range(len(header))]
    table = [[header[column] for column in at], *([rows[row][column] for column in at] for row in order)]
    return str(FORMS[form](table, folder / "table"))


def split(people: str) -> dict[tuple[float, float], int]:
    """Return which grid each block is in, numbered in the order of the blocks."""
    plan = gk.split(world.district(), parents="code", units=world.blocks(), people=people, target=2800, effort=0.01)
    spots = plan.units.to_crs(4326).geometry.centroid
    labels = dict(zip(zip(spots.x.round(4), spots.y.round(4), strict=True), plan.units["grid_id"], strict=True))
    numbers: dict[str, int] = {}
    return {spot: numbers.setdefault(labels[spot], len(numbers)) for spot in sorted(labels)}


KNOWN: dict[str, Any] = {}
"""What the first example made, which every other has to make as well."""


@LAW
@pytest.mark.filterwarnings("ignore")
@given(form=FORM, style=st.sampled_from(sorted(NUMBERS)), order=st.permutations(range(16)), turn=st.integers(0, 3))
def test_the_plan_is_the_same_in_every_order_form_and_style(form, style, order, turn, tmp_path: Path) -> None:
    rows = [(f"b{at}", *PLACES[at], NUMBERS[style](COUNTS[at])) for at in range(16)]
    made = split(written(form, ("id", "lon", "lat", "people"), rows, order, turn, tmp_path))
    assert made == KNOWN.setdefault("plan", made)
    assert len(set(made.values())) > 4


@LAW
@pytest.mark.filterwarnings("ignore")
@given(
    form=FORM,
    clock=st.sampled_from(sorted(CLOCKS)),
    place=st.sampled_from(sorted(PAIRS)),
    order=st.permutations(range(16)),
    turn=st.integers(0, 2),
)
def test_a_layer_has_the_same_figures_in_every_notation(form, clock, place, order, turn, tmp_path: Path) -> None:
    names, said = PAIRS[place]
    rows = [(f"k{at}", CLOCKS[clock](MOMENTS[at]), *said(*PLACES[at])) for at in range(16)]
    path = written(form, ("id", "time", *names), rows, order, turn, tmp_path)
    laid = gk.layer(world.plan(), "incidents", data=path, timezone="Asia/Shanghai").layers["incidents"]
    facts = {name: value for name, value in laid.facts.items() if name != "read"}
    made = (laid.tables["grids"].sort_index().to_json(), repr(facts))
    assert made == KNOWN.setdefault("layer", made)
