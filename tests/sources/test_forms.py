"""One content in every form people write it in comes out the same: each form is a file of its own, read publicly."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from gridkit.errors import GridkitError, TableError
from gridkit.sources import facilities, incidents
from gridkit.sources.reading import Reading
from gridkit.sources.tables import quantities
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

COUNTS = (14_000, 12_500, 6_640, 1_234_567)
HARBOUR = (-70.9, 42.3)
TOWN = (120.575, 32.555)


def district(middle=TOWN, reach=0.01):
    x, y = middle
    shape = box(x - reach, y - reach, x + reach, y + reach)
    return gpd.GeoDataFrame({"name": ["D"]}, geometry=[shape], crs=4326).to_crs(32651 if x > 0 else 32619)


def grouped(value, mark):
    return f"{value:,}".replace(",", mark)


def lakh(value):
    head, tail = divmod(value, 1000)
    parts = [f"{tail:03d}"] if head else [str(tail)]
    while head:
        head, part = divmod(head, 100)
        parts.insert(0, f"{part:02d}" if head else str(part))
    return ",".join(parts)


FULL_WIDTH = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
NUMBER_FORMS = {
    "plain": str,
    "comma": lambda value: grouped(value, ","),
    "point": lambda value: grouped(value, "."),
    "space": lambda value: grouped(value, " "),
    "no-break space": lambda value: grouped(value, "\u00a0"),
    "narrow space": lambda value: grouped(value, "\u202f"),
    "thin space": lambda value: grouped(value, "\u2009"),
    "straight apostrophe": lambda value: grouped(value, "'"),
    "curly apostrophe": lambda value: grouped(value, "’"),
    "lakh": lakh,
    "full width": lambda value: str(value).translate(FULL_WIDTH),
    "full width and commas": lambda value: grouped(value, ",").translate(FULL_WIDTH),
    "ten thousands": lambda value: f"{value / 1e4:g}万" if value < 1e6 else f"{value / 1e4:.4f}万",
    "people in hanzi": lambda value: f"{value}人",
    "people in English": lambda value: f"{value} people",
    "people in German": lambda value: f"{grouped(value, '.')} Einwohner",
    "decimals of a spreadsheet": lambda value: f"{value}.0",
    "plus": lambda value: f"+{value}",
    "comma and decimals": lambda value: f"{value:,}.00",
    "point and decimals": lambda value: f"{grouped(value, '.')},00",
    "exponent": lambda value: f"{value:.7E}",
}


@pytest.mark.parametrize("form", NUMBER_FORMS)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_counts_are_the_same_in_every_style(tmp_path, form, delimiter):
    write = NUMBER_FORMS[form]
    path = tmp_path / "people.csv"
    rows = [f'{name}{delimiter}"{write(value)}"' for name, value in zip("ABCD", COUNTS, strict=True)]
    path.write_text("\n".join([f"name{delimiter}people", *rows, ""]), encoding="utf-8")
    frame = tables.read(path)
    assert quantities.read(frame["people"], kind="count").tolist() == pytest.approx(COUNTS)


DATE_FORMS = {
    "iso": "%Y-%m-%d %H:%M:%S",
    "iso with T": "%Y-%m-%dT%H:%M:%S",
    "slashes, year first": "%Y/%m/%d %H:%M",
    "points, day first": "%d.%m.%Y %H:%M",
    "slashes, day first": "%d/%m/%Y %H:%M",
    "slashes, month first": "%m/%d/%Y %I:%M:%S %p",
    "hyphens, day first": "%d-%m-%Y %H:%M",
    "month name of a database": "%d-%b-%y %H:%M",
    "month name before the day": "%b %d, %Y %I:%M %p",
    "long month name": "%d %B %Y %H:%M",
    "weekday before": "%A, %B %d, %Y %I:%M %p",
    "as C writes it": "%a %b %d %H:%M:%S %Y",
    "as Apache writes it": "%d/%b/%Y:%H:%M:%S",
    "hanzi": "%Y年%m月%d日 %H:%M",
    "hanzi with hours": "%Y年%m月%d日%H时%M分",
    "hanzi with points": "%Y年%m月%d日 %H点%M分",
    "packed": "%Y%m%d%H%M%S",
    "packed day": "%Y%m%d %H:%M",
    "offset": "%Y-%m-%dT%H:%M:%S+08:00",
    "short offset": "%Y-%m-%d %H:%M:%S +0800",
    "time before the day": "%H:%M %d.%m.%Y",
    "hours in French": "%d/%m/%Y %Hh%M",
    "clock with points": "%d.%m.%Y %H.%M",
}
MOMENTS = [pd.Timestamp(2024, 3, day, hour, 15) for day, hour in ((1, 8), (5, 0), (13, 12), (28, 23))]


def table_of(path, header, rows, delimiter=","):
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in [header, *rows]]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def places(middle=TOWN, count=4):
    return [(middle[0] + 0.001 * at, middle[1] + 0.0005 * at) for at in range(count)]


@pytest.mark.parametrize("form", DATE_FORMS)
def test_times_are_the_same_in_every_form(tmp_path, form):
    rows = [
        (at, moment.strftime(DATE_FORMS[form]), lon, lat)
        for at, (moment, (lon, lat)) in enumerate(zip(MOMENTS, places(), strict=True))
    ]
    made, _ = incidents.read(table_of(tmp_path / "a.csv", ("id", "time", "lon", "lat"), rows))
    assert made["time"].tolist() == MOMENTS


ODD_DATES = {
    "halves of the day": lambda at: (
        f"{at:%Y/%-m/%-d} {'下午' if at.hour >= 12 else '上午'} {(at.hour - 1) % 12 + 1}:15:00"
    ),
    "week day in hanzi": lambda at: f"{at:%Y-%m-%d} 星期{'一二三四五六日'[at.weekday()]} {at:%H:%M}",
    "week day in brackets": lambda at: f"{at:%Y-%m-%d} (周{'一二三四五六日'[at.weekday()]}) {at:%H:%M}",
    "years of the Republic": lambda at: f"民国{at.year - 1911}年{at.month}月{at.day}日 {at:%H:%M}",
    "years of the Republic unsaid": lambda at: f"{at.year - 1911}年{at.month}月{at.day}日 {at:%H:%M}",
    "years of the Republic with slashes": lambda at: f"{at.year - 1911}/{at:%m/%d %H:%M}",
    "Spanish": lambda at: f"{at.day} de marzo de {at.year} {at:%H:%M}",
    "Portuguese": lambda at: f"{at.day} de março de {at.year}, {at:%H:%M}",
    "German": lambda at: f"{at.day}. März {at.year}, {at:%H:%M} Uhr",
    "French": lambda at: f"{at.day} mars {at.year} à {at:%H:%M}",
    "Russian": lambda at: f"{at.day} марта {at.year} г. {at:%H:%M}",
    "Polish": lambda at: f"{at.day} marca {at.year} {at:%H:%M}",
    "seconds since 1970": lambda at: str(int(at.timestamp())),
    "milliseconds since 1970": lambda at: str(int(at.timestamp() * 1000)),
    "serial days": lambda at: repr((at - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)),
    "full width": lambda at: f"{at:%Y-%m-%d %H:%M}".translate(
        str.maketrans("0123456789:-", "０１２３４５６７８９：－")
    ),
}


@pytest.mark.parametrize("form", ODD_DATES)
def test_times_are_the_same_in_words_and_numbers(tmp_path, form):
    rows = [
        (at, ODD_DATES[form](moment), lon, lat)
        for at, (moment, (lon, lat)) in enumerate(zip(MOMENTS, places(), strict=True))
    ]
    made, _ = incidents.read(table_of(tmp_path / "a.csv", ("id", "time", "lon", "lat"), rows))
    assert made["time"].tolist() == MOMENTS


def sexagesimal(value, marks="°′″", halves=None):
    size = abs(value)
    degrees, minutes = int(size), int(size * 60 % 60)
    text = f"{degrees}{marks[0]}{minutes}{marks[1]}{size * 3600 % 60:.4f}{marks[2]}"
    if halves is None:
        return ("-" if value < 0 else "") + text
    return text + halves[value < 0]


PLACE_FORMS = {
    "columns": (("lon", "lat"), lambda x, y: (x, y)),
    "columns in hanzi": (("经度", "纬度"), lambda x, y: (x, y)),
    "columns, latitude first": (("Latitude", "Longitude"), lambda x, y: (y, x)),
    "decimal comma": (("lon", "lat"), lambda x, y: (f"{x:.6f}".replace(".", ","), f"{y:.6f}".replace(".", ","))),
    "WKT": (("WKT",), lambda x, y: (f"POINT ({x} {y})",)),
    "WKT with a CRS": (("geom",), lambda x, y: (f"SRID=4326;POINT({x} {y})",)),
    "WKB": (("geom",), lambda x, y: (Point(x, y).wkb_hex,)),
    "GeoJSON": (("geometry",), lambda x, y: (f'{{""type"": ""Point"", ""coordinates"": [{x}, {y}]}}',)),
    "pair": (("坐标",), lambda x, y: (f"{x},{y}",)),
    "pair, latitude first": (("Location",), lambda x, y: (f"({y}, {x})",)),
    "pair by its header": (("lat_lon",), lambda x, y: (f"{y} {x}",)),
    "pair behind an address": (("location",), lambda x, y: (f"1 Harbour Street ({y}, {x})",)),
    "pair with decimal commas": (("xy",), lambda x, y: (f"{x:.6f};{y:.6f}".replace(".", ","),)),
    "degrees and minutes": (("lon", "lat"), lambda x, y: (sexagesimal(x), sexagesimal(y))),
    "degrees in hanzi": (("经度", "纬度"), lambda x, y: (sexagesimal(x, "度分秒"), sexagesimal(y, "度分秒"))),
    "degrees with the compass": (
        ("lon", "lat"),
        lambda x, y: (sexagesimal(x, halves="EW"), sexagesimal(y, halves="NS")),
    ),
    "degrees in one cell": (
        ("coordinates",),
        lambda x, y: (f"{sexagesimal(y, halves='NS')} {sexagesimal(x, halves='EW')}",),
    ),
}


@pytest.mark.parametrize("form", PLACE_FORMS)
@pytest.mark.parametrize("middle", [TOWN, HARBOUR], ids=["east", "west"])
def test_places_are_the_same_in_every_form(tmp_path, form, middle):
    header, write = PLACE_FORMS[form]
    if form in ("degrees in hanzi", "degrees and minutes") and middle == HARBOUR:
        write = {"degrees in hanzi": lambda x, y: (sexagesimal(x, "度分秒"), sexagesimal(y, "度分秒"))}.get(form, write)
    path = table_of(
        tmp_path / "a.csv", ("id", *header), [(at, *write(x, y)) for at, (x, y) in enumerate(places(middle))]
    )
    made, report = incidents.read(path, district=district(middle), reading=Reading(datum="wgs84"))
    assert report["outside"] == 0
    found = made.to_crs(4326).geometry
    assert found.x.tolist() == pytest.approx([x for x, _ in places(middle)], abs=2e-6)
    assert found.y.tolist() == pytest.approx([y for _, y in places(middle)], abs=2e-6)


ROWS = [f"{at},2025-03-05 10:00,noise,{120.57 + at / 1e4:.4f},{32.55 + at / 1e4:.4f}" for at in range(20)]
HEADER = "id,time,type,lon,lat"
STRUCTURES = {
    "total in the middle": [*ROWS[:9], "合计,,,,", *ROWS[9:]],
    "subtotals": [*ROWS[:5], "Subtotal,,,,", *ROWS[5:15], "Subtotal March,,,,", *ROWS[15:], "Total,,,,"],
    "total at the end, short": [*ROWS, "Total"],
    "note below": [*ROWS, "制表人：办公室,,,,"],
    "short note below": [*ROWS, "Source: the hotline's export"],
    "header again": [*ROWS[:9], HEADER, *ROWS[9:]],
    "empty lines": [*ROWS[:9], "", ",,,,", *ROWS[9:], "", ""],
    "more commas than cells": [f"{row},," for row in ROWS],
    "windows line ends": [f"{row}\r" for row in ROWS],
    "long cell": [ROWS[0].replace("noise", "x" * 140_000), *ROWS[1:]],
}


@pytest.mark.parametrize("form", STRUCTURES)
def test_only_what_is_no_row_is_left_out(tmp_path, form):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *STRUCTURES[form], ""]), encoding="utf-8", newline="")
    made, report = incidents.read(path)
    assert len(made) == report["rows"] == 20
    account = made.attrs["accounts"][0]
    assert account.read == account.used + sum(account.lost.values())


def outcome(path):
    """Return how many rows are read, or the one line that says why not."""
    try:
        return len(incidents.read(path)[0])
    except GridkitError as error:
        return str(error)


@pytest.mark.parametrize("at", [0, 3, 19])
@pytest.mark.parametrize("column", [0, 2, 4])
def test_a_stray_quote_never_swallows_rows(tmp_path, at, column):
    cells = ROWS[at].split(",")
    cells[column] = '"' + cells[column]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *ROWS[:at], ",".join(cells), *ROWS[at + 1 :], ""]), encoding="utf-8")
    found = outcome(path)
    assert found == 20 or "quote" in str(found)


def test_a_file_cut_in_its_last_line_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEADER, *ROWS, "20,2025-03-05 10:00,noi"]), encoding="utf-8")
    made, report = incidents.read(path)
    assert len(made) == 20
    assert made.attrs["accounts"][0].lost == {"unreadable": 1}
    assert any("cut off" in note for note in report["notes"])


def test_a_row_called_total_that_is_a_place_counts(tmp_path):
    path = tmp_path / "fuel.csv"
    path.write_text("name,lon,lat\nShell,120.571,32.551\nTotal,120.572,32.552\nAral,120.573,32.553\n")
    assert facilities.read(path)[0]["name"].tolist() == ["Shell", "Total", "Aral"]


def test_what_is_merged_over_rows_belongs_to_each(tmp_path):
    book = openpyxl.Workbook()
    for row in (["社区", "小区", "人口"], ["甲", "一", 10], [None, "二", 20], ["乙", "三", 30]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    assert tables.read(tmp_path / "a.xlsx")["社区"].tolist() == ["甲", "甲", "乙"]


# ---------------------------------------------------------------- what is asked


@pytest.mark.parametrize(
    ("cells", "delimiter"), [(["14.000", "12.000"], ","), (["14.000", "12.000"], ";"), (["14,000", "12,000"], ";")]
)
def test_a_mark_that_stays_open_is_asked_about(tmp_path, cells, delimiter):
    path = table_of(tmp_path / "a.csv", ("name", "people"), list(zip("AB", cells, strict=True)), delimiter)
    with pytest.raises(TableError, match=r"decimal [.] or decimal ,"):
        quantities.read(tables.read(path)["people"], kind="count")
    point = "." in cells[0]
    thousands = tables.read(path, reading=Reading(decimal="," if point else "."))["people"]
    assert quantities.read(thousands, kind="count").tolist() == [14_000, 12_000]


def test_dates_that_stay_open_are_asked_about_and_settled(tmp_path):
    rows = [(at, f"{at + 1:02d}/03/2024", x, y) for at, (x, y) in enumerate(places())]
    path = table_of(tmp_path / "a.csv", ("id", "date", "lon", "lat"), rows)
    with pytest.raises(TableError, match=r"dates=.dmy. or dates=.mdy."):
        incidents.read(path)
    assert incidents.read(path, reading=Reading(dates="mdy"))[0]["time"].dt.day.tolist() == [3] * 4
    assert incidents.read(path, reading=Reading(dates="dmy"))[0]["time"].dt.month.tolist() == [3] * 4


def test_a_neighbour_tells_the_order_of_a_column(tmp_path):
    rows = [(at, "03/04/2024", "03/25/2024", x, y) for at, (x, y) in enumerate(places())]
    path = table_of(tmp_path / "a.csv", ("id", "time", "closed", "lon", "lat"), rows)
    assert incidents.read(path, {"closed": ["closed"]})[0]["time"].dt.month.tolist() == [3] * 4


@pytest.mark.parametrize(("reading", "hour"), [(Reading(), 23), (Reading(timezone="UTC"), 15)])
def test_times_keep_their_clock_unless_a_zone_is_named(tmp_path, reading, hour):
    rows = [(at, "2024-03-05T23:30:00+08:00", x, y) for at, (x, y) in enumerate(places())]
    path = table_of(tmp_path / "a.csv", ("id", "time", "lon", "lat"), rows)
    assert incidents.read(path, reading=reading)[0]["time"].dt.hour.tolist() == [hour] * 4


def test_an_update_counts_once_unless_counted_apart(tmp_path):
    (x, y), *_ = places()
    rows = [
        ("A", "2025-03-05", "reported", x, y),
        ("A", "2025-03-05", "closed", x, y),
        ("B", "2025-03-06", "reported", x, y),
    ]
    path = table_of(tmp_path / "a.csv", ("id", "time", "status", "lon", "lat"), rows)
    made, report = incidents.read(path)
    assert made["status"].to_dict() == {"A": "closed", "B": "reported"}
    assert report["superseded"] == 1
    assert incidents.read(path, reading=Reading(updates="apart"))[0].index.tolist() == ["A", "A-2", "B"]


@pytest.mark.parametrize("count", ["schools", "学校数"])
def test_a_table_of_counts_is_asked_about_and_counted(tmp_path, count):
    rows = [(f"c{at}", x, y, number) for at, ((x, y), number) in enumerate(zip(places(), (0, 2, 0, 1), strict=True))]
    path = table_of(tmp_path / "a.csv", ("cell", "lon", "lat", count), rows)
    with pytest.raises(TableError, match=f"count.{{1,2}}{count}"):
        facilities.read(path, called=("schools", "学校"))
    assert len(facilities.read(path, reading=Reading(count=count))[0]) == 3
    assert len(facilities.read(path, reading=Reading(count="none"), called=("schools", "学校"))[0]) == 4


# ---------------------------------------------------------------- laws


LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@LAW
@given(order=st.permutations(range(4)), columns=st.permutations(range(4)), form=st.sampled_from(sorted(DATE_FORMS)))
def test_order_of_rows_and_columns_and_the_form_of_dates_change_nothing(tmp_path, order, columns, form):
    header = ("id", "time", "lon", "lat")
    rows = [
        (f"k{at}", moment.strftime(DATE_FORMS[form]), x, y)
        for at, (moment, (x, y)) in enumerate(zip(MOMENTS, places(), strict=True))
    ]
    shuffled = [[rows[row][column] for column in columns] for row in order]
    made, _ = incidents.read(table_of(tmp_path / "a.csv", [header[column] for column in columns], shuffled))
    assert made.sort_index()["time"].tolist() == MOMENTS


@LAW
@given(
    values=st.lists(st.integers(0, 10**9), min_size=3, max_size=8).filter(lambda each: max(each) >= 10**6),
    form=st.sampled_from(
        ["comma", "point", "space", "narrow space", "curly apostrophe", "lakh", "full width", "plain"]
    ),
)
def test_any_counts_survive_any_style(values, form):
    read = quantities.read(pd.Series([NUMBER_FORMS[form](value) for value in values], dtype=TEXT), kind="count")
    assert read.tolist() == values


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        (("1200多人", "900余户"), (1200, 900)),
        (("1,234*", "567"), (1234, 567)),
        (("1,234 (r)", "567[1]"), (1234, 567)),
        (("١٢٣٤", "٥٦٧"), (1234, 567)),
        (("१,२३४", "५६७"), (1234, 567)),
    ],
)
def test_counts_with_marks_and_digits_of_other_scripts_are_read(tmp_path, cells, right):
    path = table_of(tmp_path / "a.csv", ("name", "people"), list(zip("AB", cells, strict=True)))
    assert quantities.read(tables.read(path)["people"], kind="count").tolist() == list(right)


@pytest.mark.parametrize("nothing", ["暂无数据", "未统计", "不详", "no data", "k. A.", "sem informação"])
def test_words_for_nothing_known_are_blank(tmp_path, nothing):
    path = table_of(tmp_path / "a.csv", ("name", "people"), [("A", nothing), ("B", "12")])
    assert quantities.read(tables.read(path)["people"], kind="count").isna().tolist() == [True, False]
