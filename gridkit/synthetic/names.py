"""Invented names in Chinese and English, composed from parts so that none is taken from a real place or person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from gridkit.synthetic.features import Tags

FIRST = {
    "青": "qing", "翠": "cui", "碧": "bi", "银": "yin", "锦": "jin", "雅": "ya", "望": "wang", "晴": "qing",
    "晨": "chen", "秋": "qiu", "疏": "shu", "澄": "cheng", "映": "ying", "拂": "fu", "听": "ting", "揽": "lan",
    "栖": "qi", "漱": "shu", "临": "lin", "沐": "mu", "念": "nian", "问": "wen", "知": "zhi", "逐": "zhu",
}  # fmt: skip
SECOND = {
    "澜": "lan", "汀": "ting", "溪": "xi", "枫": "feng", "桐": "tong", "棠": "tang", "槐": "huai", "柳": "liu",
    "荷": "he", "竹": "zhu", "松": "song", "梅": "mei", "桂": "gui", "云": "yun", "霞": "xia", "月": "yue",
    "岚": "lan", "蘅": "heng", "鹭": "lu", "芷": "zhi", "墨": "mo", "砚": "yan", "笛": "di", "舟": "zhou",
}  # fmt: skip
SURNAMES = "丁万于方王田白石江许何吴宋沈陆陈周林郑胡赵徐秦袁郭梁曹黄董蒋韩程傅曾谢雷谭潘魏"
GIVEN = "一二子小文心书可亦安如同志宁平立礼竹初云和乐青明雨松林知和思南禾星若元春晓清凡舟雪景溪桐"


@dataclass(frozen=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str

    def tags(self) -> Tags:
        """Return the name as OpenStreetMap tags."""
        return {"name": self.zh, "name:zh": self.zh, "name:en": self.en}

    def __add__(self, suffix: Name) -> Name:
        """Return this name followed by a suffix such as 路, Road."""
        return Name(self.zh + suffix.zh, f"{self.en} {suffix.en}")


ROAD = Name("路", "Road")
STREET = Name("街", "Street")
AVENUE = Name("大道", "Avenue")
ALLEY = Name("巷", "Alley")
COMMUNITY = Name("社区", "Community")
ESTATES = {
    "walkups": (Name("新村", "New Village"), Name("小区", "Estate"), Name("里", "Terrace")),
    "midrise": (Name("花园", "Garden"), Name("家园", "Homes"), Name("苑", "Court")),
    "towers": (Name("府", "Mansion"), Name("公馆", "Residence"), Name("国际城", "International")),
}


class Stems:
    """An endless-enough supply of two-character stems, in an order that the seed decides, none drawn twice.

    Examples
    --------
    >>> import numpy as np
    >>> stems = Stems(np.random.default_rng(0))
    >>> len({stems.draw().en for _ in range(100)})
    100
    """

    def __init__(self, rng: np.random.Generator) -> None:
        pairs = [(a, b) for a in FIRST for b in SECOND]
        by_sound = {
            (FIRST[a] + SECOND[b]).capitalize(): a + b for a, b in (pairs[i] for i in rng.permutation(len(pairs)))
        }
        self._left = [Name(zh, en) for en, zh in by_sound.items()]

    def draw(self) -> Name:
        """Return the next stem."""
        return self._left.pop()


def person(rng: np.random.Generator) -> str:
    """Return an invented person's name."""
    given = "".join(rng.choice(list(GIVEN), size=int(rng.integers(1, 3))))
    return str(rng.choice(list(SURNAMES))) + given


def phone(rng: np.random.Generator) -> str:
    """Return a number that looks like a mobile phone's and cannot be one: its middle is all zeros."""
    return f"1{rng.integers(30, 99)}0000{rng.integers(0, 10_000):04d}"
