"""Official totals of the communities, as statistics offices and street offices hand them out."""

from __future__ import annotations

from typing import Any

from worlds import offices
from worlds.world import CODES, LATIN, NAMES, PEOPLE, World

RIGHT = {"people": PEOPLE}
MEN = (690, 1120, 310, 850)
WOMEN = tuple(all_of - men for all_of, men in zip(PEOPLE, MEN, strict=True))
HOUSEHOLDS = (520, 860, 240, 640)
PLAIN = [["code", "name", "people"], *zip(CODES, NAMES, PEOPLE, strict=True)]


def of(name: str, header: list[Any], columns: list[Any], right: Any = RIGHT, said: str = "", **more: Any) -> World:
    """Return a world whose table has these columns, a row per community."""
    before, after = more.pop("before", []), more.pop("after", [])
    rows = [*before, header, *map(list, zip(*columns, strict=True)), *after]
    return World(name, "units", rows, right, said, **more)


def grouped(mark: str) -> list[str]:
    """Return the totals with a mark between the thousands."""
    return [f"{count:,}".replace(",", mark) for count in PEOPLE]


FULL = str.maketrans("0123456789,", "０１２３４５６７８９，")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")

BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")

WORLDS = [
    *(World("codes and names", "units", PLAIN, RIGHT, form=form) for form in offices.FORMS),
    *(
        World(
            "codes as numbers", "units", [PLAIN[0], *([int(row[0]), *row[1:]] for row in PLAIN[1:])], RIGHT, form=form
        )
        for form in ("xlsx", "ods", "parquet", "arrow")
    ),
    of(
        "codes in powers of ten, all digits kept",
        ["code", "people"],
        [[f"{code[0]}.{code[1:]}E+11" for code in CODES], PEOPLE],
    ),
    of(
        "codes in powers of ten, digits lost",
        ["code", "people"],
        [["3.20611E+11"] * 4, PEOPLE],
        None,
        "lost|names the parents|digits",
    ),
    *(
        of(f"counts under {head}", ["name", head], [NAMES, PEOPLE])
        for head in (
            "liczba ludności",
            "Einwohnerzahl",
            "Nombre d'habitants",
            "População residente",
            "Численность населения",
            "Toplam Nüfus",
            "人口數",
        )
    ),
    of(
        "Arabic digits with their own mark of thousands",
        ["name", "عدد السكان"],
        [NAMES, [each.translate(ARABIC) for each in grouped("٬")]],
    ),
    of("Bengali digits", ["name", "people"], [NAMES, [str(each).translate(BENGALI) for each in PEOPLE]]),
    of("no count under a known head", ["name", "Wert", "Jahr"], [NAMES, PEOPLE, [2024] * 4], None, "Wert"),
    of("codes behind an apostrophe", ["代码", "人口"], [[f"'{code}" for code in CODES], PEOPLE]),
    of("codes with spaces", ["代码", "人口"], [[f" {c[:6]} {c[6:9]} {c[9:]}" for c in CODES], PEOPLE]),
    of("codes in full width", ["代码", "人口"], [[code.translate(FULL) for code in CODES], PEOPLE]),
    of("thousands with apostrophes", ["name", "people"], [NAMES, grouped("'")]),
    of(
        "thousands with points in a file of semicolons",
        ["name", "people"],
        [NAMES, ["1.400", "2.250", "640", "1.710"]],
        None,
        "decimal",
        form="csv of semicolons",
    ),
    of(
        "thousands with points, said",
        ["name", "people"],
        [NAMES, ["1.400", "2.250", "640", "1.710"]],
        form="csv of semicolons",
        options={"decimal": ","},
    ),
    of(
        "thousands with points and a million",
        ["name", "Einwohner"],
        [NAMES, ["1.400.000", "2.250.000", "640", "1.710"]],
        {"people": (1_400_000, 2_250_000, 640, 1710)},
    ),
    of("thousands with narrow spaces", ["name", "habitants"], [NAMES, grouped("\u202f")]),
    of(
        "lakhs",
        ["name", "population"],
        [NAMES, ["1,40,000", "2,25,000", "64,000", "1,71,000"]],
        {"people": (140_000, 225_000, 64_000, 171_000)},
    ),
    of("Arabic digits", ["name", "population"], [NAMES, [str(count).translate(ARABIC) for count in PEOPLE]]),
    of("Devanagari digits", ["name", "population"], [NAMES, [str(count).translate(DEVANAGARI) for count in PEOPLE]]),
    of("full width", ["名称", "人口"], [NAMES, [f"{count:,}".translate(FULL) for count in PEOPLE]]),
    of("people in 万 in the header", ["社区", "人口（万人）"], [NAMES, [0.14, 0.225, 0.064, 0.171]]),
    of("people in 万 in the cells", ["社区", "人口"], [NAMES, ["0.14万", "0.225万", "640", "0.171万"]]),
    of(
        "people in 万 above the table",
        ["社区", "年份", "人口"],
        [NAMES, [2023] * 4, [0.14, 0.225, 0.064, 0.171]],
        before=[["人口统计表", "", ""], ["单位：万人", "", ""]],
    ),
    of("people in thousands", ["name", "Population (thousands)"], [NAMES, [1.4, 2.25, 0.64, 1.71]]),
    of(
        "units in the cells",
        ["社区", "人口", "户数"],
        [NAMES, [f"{n}人" for n in PEOPLE], [f"{n}户" for n in HOUSEHOLDS]],
        {"people": PEOPLE, "households": HOUSEHOLDS},
    ),
    of("notes of statistics behind numbers", ["name", "people"], [NAMES, ["1400*", "2250 (r)", "640", "1710 [2]"]]),
    of("a total in Chinese", ["社区", "人口"], [NAMES, PEOPLE], after=[["合计", sum(PEOPLE)]]),
    of(
        "a total with spaces",
        ["社区", "户数", "人口"],
        [NAMES, HOUSEHOLDS, PEOPLE],
        after=[["合　　计", sum(HOUSEHOLDS), sum(PEOPLE)]],
    ),
    of("a total above the rows", ["社区", "人口"], [["全街道", *NAMES], [sum(PEOPLE), *PEOPLE]]),
    of("a total in German", ["Stadtteil", "Einwohner"], [NAMES, PEOPLE], after=[["Insgesamt", sum(PEOPLE)]]),
    of("a total in French", ["quartier", "population"], [NAMES, PEOPLE], after=[["Total général", sum(PEOPLE)]]),
    of("a total in Russian", ["название", "население"], [NAMES, PEOPLE], after=[["Итого по району", sum(PEOPLE)]]),
    of(
        "a total that does not add up",
        ["社区", "人口"],
        [NAMES, PEOPLE],
        RIGHT,
        "add up|合计|totals",
        after=[["合计", 9999]],
    ),
    of(
        "subtotals of streets",
        ["单位", "人口"],
        [["柳街道", *NAMES[:2], "北街道", *NAMES[2:]], [3650, *PEOPLE[:2], 2350, *PEOPLE[2:]]],
    ),
    of(
        "subtotals called so",
        ["单位", "人口"],
        [[*NAMES[:2], "小计", *NAMES[2:], "小计", "合计"], [*PEOPLE[:2], 3650, *PEOPLE[2:], 2350, 6000]],
    ),
    of(
        "notes below in three languages",
        ["社区", "户数", "人口"],
        [NAMES, HOUSEHOLDS, PEOPLE],
        after=[
            ["注：数据来源于派出所", "", ""],
            ["Source: police station, 2024", "", ""],
            ["Quelle: Meldeamt", "", ""],
        ],
    ),
    of("a note below a table of two columns", ["社区", "人口"], [NAMES, PEOPLE], after=[["注：截至2024年底", ""]]),
    of(
        "the header again and again",
        ["社区", "户数", "人口"],
        [
            [*NAMES[:2], "社区", *NAMES[2:]],
            [*HOUSEHOLDS[:2], "户数", *HOUSEHOLDS[2:]],
            [*PEOPLE[:2], "人口", *PEOPLE[2:]],
        ],
    ),
    of(
        "titles above",
        ["社区", "户数", "人口"],
        [NAMES, HOUSEHOLDS, PEOPLE],
        before=[["表1 各社区人口情况", "", ""], ["填报单位：街道办", "", "2024-12-31"], ["", "", ""]],
    ),
    of("lines of blanks between", ["社区", "人口"], [[NAMES[0], "", *NAMES[1:], ""], [PEOPLE[0], "", *PEOPLE[1:], ""]]),
    of(
        "two lines of a header, men, women and all",
        ["社区", "人口", "", ""],
        [["", *NAMES], ["合计", *PEOPLE], ["男", *MEN], ["女", *WOMEN]],
        form="xlsx",
    ),
    of(
        "two lines of a header, men and women alone",
        ["社区", "户数", "人口", ""],
        [["", *NAMES], ["", *HOUSEHOLDS], ["男", *MEN], ["女", *WOMEN]],
        {"people": PEOPLE, "households": HOUSEHOLDS},
        "男",
    ),
    of(
        "two lines of a header, in English",
        ["Ward", "Population", "", "Households"],
        [["", *NAMES], ["Male", *MEN], ["Female", *WOMEN], ["", *HOUSEHOLDS]],
        {"people": PEOPLE},
        "Female",
    ),
    of("men and women without a sum", ["社区", "男", "女"], [NAMES, MEN, WOMEN], RIGHT, "男"),
    of(
        "men and women in words",
        ["社区", "户数", "男性人口", "女性人口"],
        [NAMES, HOUSEHOLDS, MEN, WOMEN],
        RIGHT,
        "男性人口",
    ),
    of("males and females", ["name", "males", "females"], [NAMES, MEN, WOMEN], RIGHT, "females"),
    of("Männer und Frauen", ["name", "Männer", "Frauen"], [NAMES, MEN, WOMEN], RIGHT, "Frauen"),
    of("hommes et femmes", ["nom", "Hommes", "Femmes"], [NAMES, MEN, WOMEN], RIGHT, "Femmes"),
    of("men alone", ["社区", "男"], [NAMES, MEN], None, "no column counts"),
    of(
        "age bands without a sum",
        ["社区", "0-14岁", "15-59岁", "60岁及以上"],
        [NAMES, [200, 300, 100, 300], [900, 1500, 400, 1000], [300, 450, 140, 410]],
        {"people": PEOPLE},
        "0-14岁",
    ),
    of(
        "several years side by side",
        ["社区", "2023年人口", "2024年人口"],
        [NAMES, (1, 2, 3, 4), PEOPLE],
        None,
        "columns people=",
    ),
    of(
        "several years side by side, one said",
        ["社区", "2023年人口", "2024年人口"],
        [NAMES, (1, 2, 3, 4), PEOPLE],
        options={"columns": {"people": "2024年人口"}},
    ),
    of(
        "several years below one another",
        ["社区", "年份", "人口"],
        [NAMES * 2, [2023] * 4 + [2024] * 4, [1, 2, 3, 4, *PEOPLE]],
        None,
        "year|年份",
    ),
    of(
        "estates of a community",
        ["社区", "小区", "人口"],
        [[name for name in NAMES for _ in "ab"], list("abcdefgh"), [700, 700, 1125, 1125, 320, 320, 855, 855]],
    ),
    of(
        "estates under merged cells",
        ["社区", "小区", "人口"],
        [
            [cell for name in NAMES for cell in (name, None)],
            list("abcdefgh"),
            [700, 700, 1125, 1125, 320, 320, 855, 855],
        ],
        None,
        "match|unmatched|blank|parents",
    ),
    of("a row twice", ["社区", "人口"], [[*NAMES, NAMES[1]], [*PEOPLE, PEOPLE[1]]], None, "standing twice"),
    of(
        "a row twice, accepted",
        ["社区", "人口"],
        [[*NAMES, NAMES[1]], [*PEOPLE, PEOPLE[1]]],
        RIGHT,
        "standing twice",
        options={"accept": "doubled"},
    ),
    of(
        "men, women and all below one another",
        ["社区", "性别", "人口"],
        [
            [name for name in NAMES for _ in range(3)],
            ["男", "女", "合计"] * 4,
            [count for three in zip(MEN, WOMEN, PEOPLE, strict=True) for count in three],
        ],
    ),
    of(
        "of which rows",
        ["社区", "人口"],
        [[cell for name in NAMES for cell in (name, "其中：城镇")], [count for n in PEOPLE for count in (n, n // 2)]],
    ),
    of(
        "names with the office behind",
        ["单位名称", "人口"],
        [["柳舟社区居委会", "梅津社区居民委员会", "东埠村村委会", "北港"], PEOPLE],
    ),
    of("names in other characters", ["單位", "人口"], [["柳舟社區", "梅津社區", "東埠村", "北港社區"], PEOPLE]),
    of(
        "names with the street before",
        ["单位", "人口"],
        [["柳街道柳舟社区", "柳街道梅津社区", "北街道东埠村", "北街道北港社区"], PEOPLE],
        RIGHT,
        "spelled|match",
    ),
    of(
        "names in Pinyin",
        ["name", "people"],
        [["Liuzhou", "Meijin Shequ", "Dongbu cun", "Beigang"], PEOPLE],
        None,
        "柳舟社区",
    ),
    of(
        "names in Pinyin with tones",
        ["name", "people"],
        [["Liǔzhōu", "Méijīn", "Dōngbù", "Běigǎng"], PEOPLE],
        None,
        "柳舟社区",
    ),
    of("names in capitals", ["Ward", "Population"], [[name.upper() for name in LATIN], PEOPLE], latin=True),
    of("names abbreviated", ["Ward", "Population"], [["Ashford", "Brinley", "Corfen", "Dunmere"], PEOPLE], latin=True),
    of(
        "a name misspelt",
        ["Ward", "Population"],
        [["Ashford", "Brinly Ward", "Corfen", "Dunmere"], PEOPLE],
        None,
        r"Brinley Ward\?",
        latin=True,
    ),
    of(
        "codes of streets to communities",
        ["code", "people"],
        [["320611001", "320611002"], [3650, 2350]],
        None,
        "parents|match",
    ),
    of("codes padded with zeros", ["code", "people"], [[f"{code}000" for code in CODES], PEOPLE], RIGHT, "digits"),
    of(
        "codes of grids below the communities",
        ["code", "people"],
        [[f"{code}{n:03d}" for code in CODES for n in (1, 2)], [700, 700, 1125, 1125, 320, 320, 855, 855]],
        RIGHT,
        "digits",
    ),
    of(
        "codes without the county",
        ["code", "people"],
        [[code[6:] for code in CODES], PEOPLE],
        None,
        "parents|match|codes",
    ),
    of("blank counts", ["社区", "人口"], [NAMES, [1400, "", 640, 1710]], None, "without a value"),
    of("withheld counts", ["社区", "人口"], [NAMES, [1400, "<5", 640, 1710]], None, "without a value|withheld"),
    of("counts below zero", ["社区", "人口"], [NAMES, [1400, -9, 640, 1710]], None, "below zero"),
    of("a word for a number", ["社区", "人口"], [NAMES, [1400, "约二千", 640, 1710]], None, "no numbers"),
    of("shares", ["社区", "人口"], [NAMES, ["23%", "38%", "11%", "28%"]], None, "%|share|percent"),
    of(
        "two communities of one name",
        ["name", "people"],
        [["柳舟社区", "柳舟社区", "东埠村", "北港社区"], (700, 700, 640, 1710)],
        None,
        "parents|row",
    ),
    of("a community too many", ["社区", "人口"], [[*NAMES, "西圩社区"], [*PEOPLE, 12]], None, "西圩社区"),
    of("a community too few", ["社区", "人口"], [NAMES[:3], PEOPLE[:3]], None, "北港社区"),
    of("a serial number first", ["序号", "社区", "人口"], [(1, 2, 3, 4), NAMES, PEOPLE]),
    of(
        "a serial number that looks like an end of codes",
        ["序号", "社区", "人口"],
        [("001", "002", "003", "004"), NAMES, PEOPLE],
    ),
    of(
        "rates beside counts", ["社区", "人口密度", "人口", "每万人床位数"], [NAMES, (1, 2, 3, 4), PEOPLE, (5, 5, 5, 5)]
    ),
    of(
        "households and the old",
        ["社区", "户数", "常住人口", "60岁及以上"],
        [NAMES, HOUSEHOLDS, PEOPLE, (300, 400, 100, 300)],
        {"people": PEOPLE, "households": HOUSEHOLDS, "elderly": (300, 400, 100, 300)},
    ),
    of("people registered and resident", ["社区", "户籍人口", "常住人口"], [NAMES, (1, 2, 3, 4), PEOPLE]),
    *(World("codes and names", "units", PLAIN, RIGHT, form=form) for form in offices.ODD),
    World("codes and names", "units", PLAIN, RIGHT, "说明", form="xlsx behind notes"),
    World("codes and names", "units", PLAIN, RIGHT, "上年", form="xlsx beside a hidden sheet"),
    of("marks of notes behind names", ["社区", "人口"], [[n + m for n, m in zip(NAMES, "*①²†", strict=True)], PEOPLE]),
    of("codes with points", ["代码", "人口"], [[f"{c[:6]}.{c[6:9]}.{c[9:]}" for c in CODES], PEOPLE]),
    of("codes with dashes", ["代码", "人口"], [[f"{c[:6]}-{c[6:9]}-{c[9:]}" for c in CODES], PEOPLE]),
    of(
        "one community in two rows, the others in one",
        ["code", "people"],
        [CODES, PEOPLE],
        {"people": (PEOPLE[0] + 99, *PEOPLE[1:])},
        "has several rows",
        after=[[CODES[0], 99]],
    ),
    of("thousands in a Russian head", ["код", "население (тыс. чел.)"], [CODES, [f"{p / 1000:g}" for p in PEOPLE]]),
    of("codes as the US Census writes them", ["GEO_ID", "Population"], [[f"1400000US{c}" for c in CODES], PEOPLE]),
    of("k for thousands", ["code", "people"], [CODES, [f"{p / 1000:g}k" for p in PEOPLE]]),
    of("about so many", ["code", "people"], [CODES, [f"约{p}" for p in PEOPLE]]),
    of("plus signs", ["code", "people"], [CODES, [f"+{p}" for p in PEOPLE]]),
    of("ranges", ["code", "people"], [CODES, [f"{p - 100}-{p + 100}" for p in PEOPLE]], said="count as their middles"),
    of("a broken cell", ["code", "people"], [CODES, [1400, 2250, "#REF!", 1710]], None, "#REF!"),
    of("a head of two lines", ["code", "人口\n（人）"], [CODES, PEOPLE]),
    of("a head that stands twice", ["code", "people", "people"], [CODES, PEOPLE, range(4)], said="stands there twice"),
]
