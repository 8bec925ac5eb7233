"""Laws of reading: the order, form and style of a table change nothing of it, and every row is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from worlds.offices import FORMS

from gridkit import ledger
from gridkit.errors import GridkitError
from gridkit.sources import incidents
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS, Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODES = ("320611001001", "320611001002", "320611002001")
NAMES = ("柳舟社区", "梅津社区", "东埠村")
COUNTS = (1400, 2_250_000, 640)
MOMENTS = tuple(pd.Timestamp(text) for text in ("2024-03-05 09:15", "2024-11-25 23:45", "2024-07-13 00:05"))
SPOTS = ((120.603, 32.503), (120.611, 32.507), (120.617, 32.516))
TEXTS = [form for form in FORMS if form not in ("parquet", "arrow", "dbf")]

NUMBERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda count: f"{count:,}",
    "points": lambda count: f"{count:,}".replace(",", "."),
    "narrow spaces": lambda count: f"{count:,}".replace(",", "\u202f"),
    "apostrophes": lambda count: f"{count:,}".replace(",", "’"),
    "full width": lambda count: str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "units": lambda count: f"{count}人",
}
CLOCKS: dict[str, Callable[[pd.Timestamp], str]] = {
    "ISO": lambda time: f"{time:%Y-%m-%d %H:%M}",
    "day first": lambda time: f"{time:%d/%m/%Y %H:%M}",
    "month first": lambda time: f"{time:%m/%d/%Y %I:%M %p}",
    "年月日": lambda time: f"{time.year}年{time.month}月{time.day}日 {time.hour}时{time.minute}分",
    "民国": lambda time: f"民国{time.year - 1911}年{time.month}月{time.day}日 {time:%H:%M}",
    "offset": lambda time: f"{time:%Y-%m-%dT%H:%M}:00+08:00",
    "Zulu": lambda time: f"{time - pd.Timedelta(hours=8):%Y-%m-%dT%H:%M}:00Z",
}
PLACES: dict[str, tuple[tuple[str, ...], Callable[[float, float], tuple[Any, ...]]]] = {
    "lon and lat": (("lon", "lat"), lambda x, y: (x, y)),
    "经度 and 纬度": (("经度", "纬度"), lambda x, y: (x, y)),
    "pairs": (("坐标",), lambda x, y: (f"{x},{y}",)),
    "pairs, latitude first": (("坐标",), lambda x, y: (f"{y} {x}",)),
    "WKT": (("wkt",), lambda x, y: (f"POINT ({x} {y})",)),
}


def district() -> gpd.GeoDataFrame:
    """Return three communities in a row."""
    shapes = [box(120.60 + 0.01 * at, 32.50, 120.61 + 0.01 * at, 32.52) for at in range(3)]
    frame = gpd.GeoDataFrame({"name": NAMES}, geometry=shapes, crs=4326, index=pd.Index(CODES, name="district_id"))
    return frame.to_crs(32651)


def shuffled(header: tuple[str, ...], rows: list[tuple[Any, ...]], order: Any, columns: Any) -> list[list[Any]]:
    """Return a table with its rows and columns in another order."""
    at = [column for column in columns if column < len(header)]
    return [[header[column] for column in at], *([rows[row][column] for column in at] for row in order)]


@LAW
@given(
    st.permutations(range(3)), st.permutations(range(3)), st.sampled_from(TEXTS), st.sampled_from(sorted(NUMBERS))
)  # fmt: skip
def test_totals_are_the_same_in_every_order_form_and_style(tmp_path: Path, order, columns, form, style) -> None:
    rows = [(code, name, NUMBERS[style](count)) for code, name, count in zip(CODES, NAMES, COUNTS, strict=True)]
    path = FORMS[form](shuffled(("code", "name", "people"), rows, order, columns), tmp_path / "totals")
    read = totals.read(str(path), district(), reading=AS_IT_SAYS)
    assert read["people"].loc[list(CODES)].tolist() == list(COUNTS)


@LAW
@given(
    order=st.permutations(range(3)),
    columns=st.permutations(range(4)),
    form=st.sampled_from(TEXTS),
    clock=st.sampled_from(sorted(CLOCKS)),
    place=st.sampled_from(sorted(PLACES)),
)
def test_incidents_are_the_same_in_every_order_form_and_notation(tmp_path, order, columns, form, clock, place) -> None:
    names, written = PLACES[place]
    rows = [
        (f"k{at}", CLOCKS[clock](time), *written(*spot))
        for at, (time, spot) in enumerate(zip(MOMENTS, SPOTS, strict=True))
    ]
    path = FORMS[form](shuffled(("id", "time", *names), rows, order, columns), tmp_path / "incidents")
    said = Reading(timezone="Asia/Shanghai")
    read = incidents.read(str(path), reading=said, district=district())[0].sort_index()
    assert read["time"].tolist() == list(MOMENTS)
    back = read.to_crs(4326).geometry
    assert [(round(point.x, 6), round(point.y, 6)) for point in back] == list(SPOTS)


ODD = st.sampled_from(["", "<5", "..", "*", "-", "12", "3人", "1,200", "0", "99999", "合计", "x"])


@LAW
@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
@given(cells=st.lists(ODD, min_size=1, max_size=12), outside=st.lists(st.booleans(), min_size=12, max_size=12))
def test_every_row_is_used_or_lost_for_a_reason(tmp_path: Path, cells, outside) -> None:
    rows = [[f"p{at}", 121.9 if outside[at] else 120.6011 + 0.001 * at, 32.505, cell] for at, cell in enumerate(cells)]
    path = FORMS["csv"]([["id", "lon", "lat", "people"], ["p", 120.612, 32.511, 7], *rows], tmp_path / "people")
    try:
        table, _ = population.read(str(path), district(), reading=AS_IT_SAYS)
    except GridkitError:
        return
    account = next(each for each in ledger.of(table) if each.counted == "rows")
    assert account.read == len(rows) + 1
    assert account.read == account.used + sum(account.lost.values())
