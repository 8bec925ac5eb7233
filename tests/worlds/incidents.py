"""Incidents: orders of a hotline, calls, cases of a patrol, as systems and people write them."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pandas as pd

from worlds import offices
from worlds.world import World, spot

PLACES = [spot(at) for at in range(10)]
LON, LAT = zip(*PLACES, strict=True)
TIMES = [pd.Timestamp("2024-03-05 09:15") + timedelta(days=3 * at, hours=at) for at in range(10)]
RIGHT = {"rows": 10, "inside": 10, "time": tuple(str(time) for time in TIMES)}
IDS = tuple(f"A{at:03d}" for at in range(10))
ISO = [f"{time:%Y-%m-%d %H:%M}" for time in TIMES]
PLAIN = [["id", "time", "lon", "lat", "category"], *map(list, zip(IDS, ISO, LON, LAT, ["噪音"] * 10, strict=True))]


def of(name: str, header: list[Any], columns: list[Any], right: Any = RIGHT, said: str = "", **more: Any) -> World:
    """Return a world whose table has these columns, a row per incident."""
    before, after = more.pop("before", []), more.pop("after", [])
    rows = [*before, header, *map(list, zip(*columns, strict=True)), *after]
    return World(name, "layer", rows, right, said, **more)


def timed(name: str, cells: list[Any], right: Any = RIGHT, said: str = "", **more: Any) -> World:
    """Return a world whose times are written in a way of their own."""
    return of(f"times: {name}", ["id", "time", "lon", "lat"], [IDS, cells, LON, LAT], right, said, **more)


def clocks(cells: list[str], hours: list[str]) -> World:
    """Return a world of clocks in words on one day, and the times they mean."""
    rows = [["id", "time", "lon", "lat"], *map(list, zip(IDS, cells, LON, LAT, strict=False))]
    times = tuple(f"2024-03-05 {hour}:00" if hour[0] != "+" else f"2024-03-06 {hour[1:]}:00" for hour in hours)
    return World(f"clocks: {cells[0]} ...", "layer", rows, {"time": times})


def serial(time: pd.Timestamp, *, since: str = "1899-12-30") -> float:
    """Return a time as a spreadsheet counts it."""
    return round((time - pd.Timestamp(since)) / timedelta(days=1), 6)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May")
BUMPED = [*ISO[:9], ISO[4]]

DAYS, HOURS = [f"{time:%Y年%m月%d日}" for time in TIMES], [f"{time:%H点%M分}" for time in TIMES]

WORLDS = [
    *(
        of(
            f"days under {day}, times of day under {clock}",
            ["id", day, clock, "lon", "lat"],
            [IDS, days, hours, LON, LAT],
            said=said,
        )
        for day, clock, days, hours, said in (
            ("发生日期", "发生时刻", DAYS, HOURS, "发生时刻"),
            ("発生日", "発生時刻", DAYS, HOURS, "発生時刻"),
            (
                "date",
                "heure de l'appel",
                [f"{time:%d/%m/%Y}" for time in TIMES],
                [f"{time:%Hh%M}" for time in TIMES],
                "heure de l'appel",
            ),
        )
    ),
    of(
        "two columns of times of day",
        ["id", "date", "came", "went", "lon", "lat"],
        [IDS, [f"{time:%Y-%m-%d}" for time in TIMES], ["09:15"] * 10, ["10:00"] * 10, LON, LAT],
        {"rows": 10, "time": tuple(f"{time:%Y-%m-%d} 00:00:00" for time in TIMES)},
        "came, went",
    ),
    *(World("plain", "layer", PLAIN, RIGHT, form=form) for form in offices.FORMS),
    *(
        World(
            "true dates",
            "layer",
            [PLAIN[0], *([row[0], time, *row[2:]] for row, time in zip(PLAIN[1:], TIMES, strict=True))],
            RIGHT,
            form=form,
        )
        for form in ("xlsx", "parquet", "arrow", "dbf")
    ),
    timed("day first", [f"{time:%d/%m/%Y %H:%M}" for time in TIMES]),
    timed("month first", [f"{time:%m/%d/%Y %H:%M}" for time in TIMES]),
    timed("month first with halves", [f"{time:%m/%d/%Y %I:%M:%S %p}" for time in TIMES]),
    timed("day first with points", [f"{time:%d.%m.%Y %H:%M} Uhr" for time in TIMES]),
    timed("month names", [f"{time.day}-{MONTHS[time.month - 1]}-{time:%Y %H:%M}" for time in TIMES]),
    timed(
        "month names in Portuguese", [f"{t.day} de {('março', 'abril')[t.month - 3]} de {t:%Y %H:%M}" for t in TIMES]
    ),
    timed("年月日", [f"{time.year}年{time.month}月{time.day}日 {time.hour}时{time.minute}分" for time in TIMES]),
    timed(
        "上午 and 下午",
        [f"{t.year}/{t.month}/{t.day} {'上午' if t.hour < 12 else '下午'}{t.hour % 12 or 12}:{t:%M}" for t in TIMES],
    ),
    timed(
        "years of the Republic", [f"民国{time.year - 1911}年{time.month}月{time.day}日 {time:%H:%M}" for time in TIMES]
    ),
    timed(
        "years of the Republic in figures",
        [f"{time.year - 1911}/{time.month:02d}/{time.day:02d} {time:%H:%M}" for time in TIMES],
        RIGHT,
        "1912",
    ),
    timed("years of the Buddha", [f"{time:%d/%m}/{time.year + 543} {time:%H:%M}" for time in TIMES]),
    timed("years of Reiwa", [f"令和{time.year - 2018}年{time.month}月{time.day}日 {time:%H:%M}" for time in TIMES]),
    timed("seconds since 1970", [int((time - pd.Timestamp(0)).total_seconds()) for time in TIMES], RIGHT, "UTC|1970"),
    timed(
        "milliseconds since 1970 in Shanghai",
        [int((time - pd.Timestamp(0)).total_seconds() - 8 * 3600) * 1000 for time in TIMES],
        RIGHT,
        "1970",
        options={"timezone": "Asia/Shanghai"},
    ),
    timed("days of a spreadsheet", [serial(time) for time in TIMES], RIGHT, "serial", form="xlsx"),
    timed(
        "days of a spreadsheet since 1904, as numbers",
        [serial(time, since="1904-01-01") for time in TIMES],
        {"rows": 10},
        "since 1900",
    ),
    timed("offsets", [f"{time:%Y-%m-%dT%H:%M}:00+08:00" for time in TIMES]),
    timed(
        "offsets put to the place",
        [f"{time - timedelta(hours=8):%Y-%m-%dT%H:%M}:00Z" for time in TIMES],
        options={"timezone": "Asia/Shanghai"},
    ),
    timed("offsets of Zulu", [f"{time:%Y-%m-%dT%H:%M}:00Z" for time in TIMES], RIGHT, "UTC"),
    timed("packed", [f"{time:%Y%m%d%H%M%S}" for time in TIMES]),
    timed("packed as numbers", [int(f"{time:%Y%m%d%H%M%S}") for time in TIMES], form="xlsx"),
    timed("full width", [text.translate(str.maketrans("0123456789-:", "０１２３４５６７８９－：")) for text in ISO]),
    timed("Arabic digits", [text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) for text in ISO]),
    timed("neither day nor month told", [f"0{1 + at % 9}/0{1 + at % 8}/2024" for at in range(10)], None, "dmy"),
    timed(
        "neither told, said",
        [f"0{1 + at % 9}/0{1 + at % 8}/2024" for at in range(10)],
        {"rows": 10},
        options={"dates": "mdy"},
    ),
    timed(
        "days of which one tells",
        [f"{time:%d/%m/%Y}" for time in TIMES],
        {"time": tuple(f"{time:%Y-%m-%d} 00:00:00" for time in TIMES)} | {"rows": 10},
    ),
    timed(
        "day and month mixed",
        ["13/05/2024", "05/13/2024", *[f"{time:%d/%m/%Y}" for time in TIMES[2:]]],
        None,
        "day first",
    ),
    timed("a cell that is no time", [*ISO[:9], "昨天"], {"rows": 10}, "is no date and not known"),
    timed("many cells that are no times", [*ISO[:8], "昨天", "前天"], None, "no times"),
    timed("zeros for no date", [*ISO[:9], "0000-00-00 00:00:00"], {"rows": 10}, "no date"),
    timed("a year of another age", [*ISO[:9], "1024-03-05"], None, "years|no times"),
    clocks(
        [
            "2024年3月5日 中午12点",
            "2024年3月5日 凌晨1点",
            "2024年3月5日 凌晨12点",
            "2024年3月5日 晚上8点半",
            "2024年3月5日 下午3点15分",
        ],
        ["12:00", "01:00", "00:00", "20:30", "15:15"],
    ),
    clocks(
        [
            "2024-03-05 中午12:30",
            "2024-03-05 中午11:30",
            "2024-03-05 中午1:05",
            "2024-03-05 傍晚6:00",
            "2024-03-05 早上7:20",
        ],
        ["12:30", "11:30", "13:05", "18:00", "07:20"],
    ),
    clocks(
        ["2024-03-05 12:30 AM", "2024-03-05 12:30 PM", "2024-03-05 24:00", "2024-03-05 0:05", "2024-03-05 11:59 p.m."],
        ["00:30", "12:30", "+00:00", "00:05", "23:59"],
    ),
    clocks(
        [
            "2024-03-05 1:15 SA",
            "2024-03-05 3:15 CH",
            "2024-03-05 12:15 SA",
            "2024-03-05 8:05 tối",
            "2024-03-05 1:05 trưa",
        ],
        ["01:15", "15:15", "00:15", "20:05", "13:05"],
    ),
    clocks(
        ["2024-03-05 8.15 pagi", "2024-03-05 1.15 siang", "2024-03-05 pukul 4 sore", "2024-03-05 malam 8.30"],
        ["08:15", "13:15", "16:00", "20:30"],
    ),
    clocks(
        ["2024-03-05 3:15 de la tarde", "2024-03-05 3:15 μ.μ.", "2024-03-05 3:15 ب.ظ", "2024-03-05 3:15 ÖS"],
        ["15:15", "15:15", "15:15", "15:15"],
    ),
    timed(
        "a night that may be the next one's",
        [f"{time:%Y-%m-%d} 1:00 malam" for time in TIMES],
        None,
        "1:00 malam",
    ),
    timed(
        "Thai months and years",
        [f"{time.day} {('มี.ค.', 'เม.ย.')[time.month - 3]} {time.year + 543} {time:%H:%M} น." for time in TIMES],
        RIGHT,
        "Buddhist",
    ),
    timed("Hindi months", [f"{time.day} {('मार्च', 'अप्रैल')[time.month - 3]} {time:%Y %H:%M}" for time in TIMES]),
    timed("years of Iran", [f"1403/{1 + at % 9:02d}/1{at}" for at in range(10)], None, "Iranian"),
    timed("years of Nepal", [f"2081-{1 + at % 9:02d}-1{at}" for at in range(10)], None, "Nepali"),
    timed("Hebrew years", [f"1{at}.03.5784" for at in range(10)], None, "Hebrew"),
    timed("years of the Buddha, said", [f"{time.year + 543}-{time:%m-%d %H:%M}" for time in TIMES], RIGHT, "Buddhist"),
    *(
        of(
            f"months alone, {name}",
            ["id", "Month", "lon", "lat"],
            [IDS, [f"{year}-{1 + at % 9:02d}" for at in range(10)], LON, LAT],
            None if said == "Iranian" else {"time": tuple(f"2024-{1 + at % 9:02d}-01 00:00:00" for at in range(10))},
            said,
        )
        for name, year, said in (
            ("common", 2024, "first of its month"),
            ("Buddhist", 2567, "Buddhist"),
            ("of Iran", 1403, "Iranian"),
            ("of the Republic", 113, "1912"),
        )
    ),
    of(
        "months and days mixed",
        ["id", "time", "lon", "lat"],
        [IDS, ["2024-03"] * 4 + [f"2024-03-1{at}" for at in range(6)], LON, LAT],
        {"time": ("2024-03-01 00:00:00",) * 4 + tuple(f"2024-03-1{at} 00:00:00" for at in range(6))},
        "4 cells such as 2024-03 name the month",
    ),
    World(
        "clocks: 晚上12点",
        "layer",
        [
            ["id", "time", "lon", "lat"],
            ["A", "2024年3月5日 晚上12点", *PLACES[0]],
            ["B", "2024年3月5日 晚上8点", *PLACES[1]],
        ],
        None,
        "晚上12点",
    ),
    of(
        "day and clock in two columns",
        ["编号", "日期", "时刻", "经度", "纬度"],
        [IDS, [f"{time:%Y-%m-%d}" for time in TIMES], [f"{time:%H:%M}" for time in TIMES], LON, LAT],
    ),
    of(
        "day and clock, packed",
        ["id", "date", "clock", "lon", "lat"],
        [IDS, [f"{time:%Y%m%d}" for time in TIMES], [f"{time:%H%M}" for time in TIMES], LON, LAT],
    ),
    of(
        "an order told by a neighbour",
        ["id", "reported", "closed", "lon", "lat"],
        [IDS, ["03/05/2024"] * 10, ["25/05/2024"] * 10, LON, LAT],
        {"time": ("2024-05-03 00:00:00",) * 10},
    ),
    of(
        "an id twice, an update",
        ["id", "time", "status", "lon", "lat"],
        [
            [*IDS[:9], IDS[4]],
            [*ISO[:9], "2024-06-01 00:00"],
            [*"abcdefghi", "z"],
            [*LON[:9], LON[4]],
            [*LAT[:9], LAT[4]],
        ],
        {"rows": 9, "inside": 9},
        "earlier update",
    ),
    of(
        "an id twice, counted apart",
        ["id", "time", "lon", "lat"],
        [[*IDS[:9], IDS[4]], [*ISO[:9], "2024-06-01 00:00"], [*LON[:9], LON[4]], [*LAT[:9], LAT[4]]],
        {"rows": 10, "inside": 10},
        "more than once",
        options={"updates": "apart"},
    ),
    of(
        "an id twice for another case",
        ["id", "time", "lon", "lat"],
        [[*IDS[:9], IDS[4]], ISO, LON, LAT],
        {"rows": 10, "ids": (*IDS[:9], "A004-2")},
        "more than once",
    ),
    of(
        "the same place and time without a number",
        ["time", "lon", "lat", "category"],
        [BUMPED, [*LON[:9], LON[4]], [*LAT[:9], LAT[4]], ["噪音"] * 10],
        {"rows": 10},
        "same place",
    ),
    of(
        "the same place and time, once",
        ["time", "lon", "lat", "category"],
        [BUMPED, [*LON[:9], LON[4]], [*LAT[:9], LAT[4]], ["噪音"] * 10],
        {"rows": 9},
        "same place",
        options={"alike": "once"},
    ),
    of(
        "ids that lost digits",
        ["编号", "时间", "经度", "纬度"],
        [["2.02403E+13"] * 10, ISO, LON, LAT],
        {"rows": 10},
        "lost digits",
    ),
    of(
        "long ids as numbers",
        ["编号", "时间", "经度", "纬度"],
        [[202403050000100 + at for at in range(10)], ISO, LON, LAT],
        {"rows": 10, "ids": tuple(str(202403050000100 + at) for at in range(10))},
        form="xlsx",
    ),
    of(
        "long ids as numbers in ODS",
        ["编号", "时间", "经度", "纬度"],
        [[202403050000100 + at for at in range(10)], ISO, LON, LAT],
        {"rows": 10, "ids": tuple(str(202403050000100 + at) for at in range(10))},
        form="ods",
    ),
    of(
        "ids beyond what a number holds",
        ["编号", "时间", "经度", "纬度"],
        [[32061120240305000123 + at for at in range(10)], ISO, LON, LAT],
        {"rows": 10},
        "lost digits|digits",
        form="ods",
    ),
    of(
        "ids with zeros before",
        ["编号", "时间", "经度", "纬度"],
        [[f"{at:08d}" for at in range(10)], ISO, LON, LAT],
        {"ids": tuple(f"{at:08d}" for at in range(10))},
    ),
    of(
        "ids kept as text by an apostrophe",
        ["编号", "时间", "经度", "纬度"],
        [[f"'{100 + at}" for at in range(10)], ISO, LON, LAT],
        {"ids": tuple(str(100 + at) for at in range(10))},
    ),
    of(
        "outside",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, [*LON[:9], 121.9], LAT],
        {"rows": 10, "inside": 9},
        "outside",
    ),
    of("all outside", ["id", "time", "lon", "lat"], [IDS, ISO, [x + 1 for x in LON], LAT], None, "none of its 10"),
    of("swapped", ["id", "time", "lon", "lat"], [IDS, ISO, LAT, LON], None, "swap"),
    of(
        "degrees times a million",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, [round(x * 1e6) for x in LON], [round(y * 1e6) for y in LAT]],
        None,
        "million|1e6|1,000,000",
    ),
    of(
        "degrees times ten millions",
        ["id", "time", "longitude", "latitude"],
        [IDS, ISO, [round(x * 1e7) for x in LON], [round(y * 1e7) for y in LAT]],
        None,
        "10,000,000|million|1e7",
    ),
    of(
        "degrees and minutes of a GPS",
        ["id", "time", "lon", "lat"],
        [
            IDS,
            ISO,
            [f"{int(x) * 100 + (x % 1) * 60:.5f}" for x in LON],
            [f"{int(y) * 100 + (y % 1) * 60:.5f}" for y in LAT],
        ],
        None,
        "ddmm|minutes",
    ),
    of(
        "Web Mercator under lon and lat",
        ["id", "time", "lon", "lat"],
        [
            IDS,
            ISO,
            [round(x * 111319.490793, 2) for x in LON],
            [round(6378137 * math.log(math.tan(math.radians(45 + y / 2))), 2) for y in LAT],
        ],
        None,
        "EPSG:3857",
    ),
    of(
        "zeros for coordinates",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, [*LON[:8], 0, 0], [*LAT[:8], 0, 0]],
        {"rows": 10, "inside": 8},
        "in no grid",
    ),
    of("a row of totals below", ["id", "time", "lon", "lat"], [IDS, ISO, LON, LAT], after=[["合计", "10", "", ""]]),
    of(
        "subtotals without figures",
        ["id", "time", "lon", "lat"],
        [[*IDS[:5], "小计", *IDS[5:]], [*ISO[:5], "", *ISO[5:]], [*LON[:5], "", *LON[5:]], [*LAT[:5], "", *LAT[5:]]],
    ),
    of(
        "headers pasted again",
        ["id", "time", "lon", "lat"],
        [
            [*IDS[:5], "id", *IDS[5:]],
            [*ISO[:5], "time", *ISO[5:]],
            [*LON[:5], "lon", *LON[5:]],
            [*LAT[:5], "lat", *LAT[5:]],
        ],
    ),
    of(
        "notes below",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, LON, LAT],
        after=[["10 rows", "", "", ""], ["Source: hotline", "", "", ""]],
    ),
    of(
        "texts over several lines",
        ["id", "time", "lon", "lat", "内容"],
        [IDS, ISO, LON, LAT, ['第一行\n第二行,"引"'] * 10],
    ),
    of(
        "titles above",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, LON, LAT],
        before=[["工单导出", "", "", ""], ["导出时间：2024-06-01", "", "", ""]],
    ),
    of(
        "phones in the text",
        ["id", "time", "lon", "lat", "department"],
        [IDS, ISO, LON, LAT, ["城管 13800138000"] * 10],
        {"rows": 10, "personal": False},
    ),
    of(
        "landlines in the text",
        ["id", "time", "lon", "lat", "department"],
        [IDS, ISO, LON, LAT, ["城管 0513-65230001"] * 10],
        {"rows": 10, "department": ("城管 ***",) * 10},
    ),
    of(
        "phones as numbers",
        ["id", "time", "lon", "lat", "联系"],
        [IDS, ISO, LON, LAT, [13800138000 + at for at in range(10)]],
        {"rows": 10, "personal": False},
        "personal",
        form="xlsx",
    ),
    of(
        "identity numbers",
        ["id", "time", "lon", "lat", "category"],
        [IDS, ISO, LON, LAT, ["11010519491231002X"] * 10],
        {"rows": 10, "personal": False},
        "personal",
    ),
    of(
        "plates in the text",
        ["id", "time", "lon", "lat", "category"],
        [IDS, ISO, LON, LAT, ["违停 苏F·12345 占道"] * 10],
        {"rows": 10, "personal": False},
    ),
    of(
        "plates of green cars",
        ["id", "time", "lon", "lat", "category"],
        [IDS, ISO, LON, LAT, ["违停苏FD12345占道"] * 10],
        {"rows": 10, "personal": False},
    ),
    of(
        "addresses of mail",
        ["id", "time", "lon", "lat", "department"],
        [IDS, ISO, LON, LAT, ["office someone@example.org"] * 10],
        {"rows": 10, "personal": False},
        form="ods",
    ),
    of(
        "persons in the text",
        ["id", "time", "lon", "lat", "department"],
        [IDS, ISO, LON, LAT, ["城管 联系人：张三丰"] * 10],
        {"rows": 10, "department": ("城管 联系人：***",) * 10},
        form="dbf",
    ),
    of(
        "a column of names",
        ["id", "time", "lon", "lat", "来电人姓名"],
        [IDS, ISO, LON, LAT, ["张三丰"] * 10],
        {"rows": 10},
        "personal",
    ),
    of(
        "a decimal comma",
        ["id", "time", "lon", "lat"],
        [IDS, ISO, [str(x).replace(".", ",") for x in LON], [str(y).replace(".", ",") for y in LAT]],
        form="csv of semicolons",
    ),
    of("an empty column and an unnamed one", ["id", "time", "lon", "lat", ""], [IDS, ISO, LON, LAT, [""] * 10]),
    of(
        "updates, the newest first",
        ["案件编号", "上报时间", "状态", "更新时间", "经度", "纬度"],
        [
            [each for case in IDS[:5] for each in (case, case)],
            [each for time in ISO[:5] for each in (time, time)],
            ["办结", "受理"] * 5,
            [each for time in TIMES[:5] for each in (f"{time + timedelta(days=2)}", f"{time}")],
            [each for x in LON[:5] for each in (x, x)],
            [each for y in LAT[:5] for each in (y, y)],
        ],
        {"rows": 5, "status": ("办结",) * 5},
    ),
    timed("a browser's own", [f"{time:%a %b %d %Y %H:%M:%S} GMT+0800 (中国标准时间)" for time in TIMES]),
    timed("basic with an offset", [f"{time:%Y%m%dT%H%M%S}+0800" for time in TIMES]),
    timed(
        "a narrow space before the half",
        [f"{time:%b} {time.day}, {time:%Y, %I:%M:%S}\u202f{time:%p}" for time in TIMES],
    ),
    timed("mail", [f"{time:%a, %d %b %Y %H:%M:%S} +0800" for time in TIMES]),
    timed("Oracle", [f"{time:%d-%b-%y %I.%M.%S}.000000 {time:%p}".upper() for time in TIMES]),
    timed("SQL Server", [f"{time:%b %d %Y %I:%M%p}" for time in TIMES]),
    timed(
        "the day of the week in brackets",
        [f"{time:%Y年%m月%d日}（星期{'一二三四五六日'[time.weekday()]}）{time:%H:%M}" for time in TIMES],
    ),
    timed("Uhr", [f"{time:%d.%m.%Y %H:%M} Uhr" for time in TIMES]),
    timed("days of the year", [f"{time:%Y-%jT%H:%M}" for time in TIMES], None, "no times"),
    timed("weeks", [f"{time:%G-W%V-%uT%H:%M}" for time in TIMES], None, "no times"),
    timed(
        "a clock of .NET",
        [f"/Date({int(time.tz_localize('Asia/Shanghai').timestamp() * 1000)})/" for time in TIMES],
        options={"timezone": "Asia/Shanghai"},
    ),
    of(
        "places of Socrata",
        ["id", "time", "location"],
        [IDS, ISO, [f"{{'latitude': '{y}', 'longitude': '{x}'}}" for x, y in PLACES]],
    ),
    of(
        "an address over a pair", ["id", "time", "location"], [IDS, ISO, [f"12 HILL ST\n({y}, {x})" for x, y in PLACES]]
    ),
    of("EWKT", ["id", "time", "shape"], [IDS, ISO, [f"SRID=4326;POINT({x} {y})" for x, y in PLACES]]),
    of("WKT with heights", ["id", "time", "geom"], [IDS, ISO, [f"POINT Z ({x} {y} 4.5)" for x, y in PLACES]]),
    of("letters before the degrees", ["id", "time", "position"], [IDS, ISO, [f"N{y} E{x}" for x, y in PLACES]]),
    of(
        "a link to a map", ["id", "time", "链接"], [IDS, ISO, [f"https://maps.example/@{y},{x},17z" for x, y in PLACES]]
    ),
    of("longitudes under lat", ["id", "time", "lat", "lon"], [IDS, ISO, LON, LAT], None, "swap_xy"),
    of("squares of an army", ["id", "time", "mgrs"], [IDS, ISO, ["51SUR0000000000"] * 10], None, "no coordinates"),
    of("cells of H3 alone", ["id", "time", "place"], [IDS, ISO, ["not a cell"] * 10], None, "no coordinates"),
    *(World("as services answer", "layer", PLAIN, RIGHT, form=form) for form in ("json of records", "json of lists")),
]
