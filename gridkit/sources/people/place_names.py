"""Names of communities as two offices write them: told to be one where spelling alone differs, proposed where not."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALIKE = 0.6
"""Names that share this much of their letters (Ratcliff & Obershelp 1988; 0-1) are proposed."""

_PAIRS = (
    "辦办東东鄉乡鎮镇區区縣县莊庄橋桥龍龙門门華华國国興兴廣广陽阳陰阴灣湾島岛嶺岭澤泽馬马鳳凤雲云豐丰寧宁錦锦園园樓楼場场壩坝會会"
    "黃黄塢坞蘭兰蘆芦葉叶樹树楊杨鄭郑趙赵陳陈劉刘張张吳吴許许關关開开長长遠远順顺貴贵實实聯联義义發发業业書书學学醫医衛卫衞卫"
    "軍军農农電电車车鐵铁銀银錢钱鋼钢機机無无聖圣愛爱廟庙廠厂廳厅頭头邊边裡里裏里後后臺台萬万雙双羅罗圍围圓圆溝沟濱滨瀘泸漢汉"
    "濟济淺浅潔洁潤润澗涧瀾澜灘滩營营燈灯爾尔獅狮瑪玛環环畢毕畫画異异當当盧卢礦矿禮礼窯窑筆笔節节紅红紀纪級级細细組组結结統统"
    "經经綠绿維维網网緣缘線线總总織织習习聲声職职膠胶臨临舊旧藝艺蘇苏處处號号術术補补裝装規规視视觀观計计訓训記记設设訪访評评"
    "試试詩诗話话語语誠诚說说課课調调談谈論论諸诸謝谢證证識识譚谭護护讀读變变讓让負负財财貢贡貨货貫贯責责貝贝費费賀贺賓宾賢贤"
    "質质賽赛贊赞贛赣輝辉輪轮輔辅轉转達达違违運运過过進进適适選选還还鄰邻鄒邹針针鍾钟鐘钟鎖锁鏡镜閔闵閘闸閣阁閩闽闊阔隊队階阶"
    "際际險险隨随雞鸡離离難难靈灵靜静韓韩韋韦項项領领頤颐題题顏颜願愿類类顧顾風风飛飞館馆駐驻駱骆騰腾驛驿魚鱼魯鲁鮑鲍鳥鸟鳴鸣"
    "鴨鸭鴻鸿鶴鹤鷹鹰麗丽麥麦齊齐齡龄龔龚龜龟嶼屿嶽岳巖岩澱淀滙汇匯汇潯浔潁颍渦涡滬沪溫温淨净湧涌滄沧漣涟濰潍灤滦煙烟熱热鬆松穀谷"
)
_SIMPLE = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_STROKED = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"})
"""Letters that are no plain one with an accent, as others write them: İSTASYON is İstasyon, LODZ is Łódź."""
_KINDS = re.compile(
    r"(?:社区居民委员会|社区居委会|社区村委会|居民委员会|村民委员会|居委会|居委|村委会|社区|行政村|村|街道办事处|街道办|街道|办事处)+$"
)
_ABOVE = re.compile(r".{1,12}?(?:街道办事处|街道办|街道|镇|乡|鎮|鄉|开发区|园区)(?=.{2})\s*[-—/·]?\s*")
"""What stands before the name of a community: the street or town it belongs to."""
_LED = re.compile(r"^\d{2,}[\s\-–_.]+(?=[^\W\d_])|^\d{4,}(?=[\u4e00-\u9fff])")
_MARKED = re.compile(r"[\u00b9\u00b2\u00b3\u2070-\u2079\u2460-\u2473\u2776-\u277f*\u2020\u2021\u00a7#]+\s*$")
"""Marks that lead to a note below the table."""
_NOTED = re.compile(r"\s*[(（\[][^()（）\[\]]{1,20}[)）\]]\s*$|(?:\s+[-–]\s*|/)[A-Z]{2}$")
"""A code before a name (28079 Madrid), and behind it what it lies in: São Paulo (SP), Campinas - SP."""
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LATIN_KINDS = re.compile(
    r"\b(?:she\s?qu|community|cun|village|ju\s?wei\s?hui|jie\s?dao|sub-?district|residential|neighbou?rhood|ward)\b"
    r"|shequ$|juweihui$"
)
_WORDS = {
    "st": "saint", "ste": "saint", "mt": "mount", "ft": "fort", "hts": "heights", "ht": "heights", "pk": "park",
    "rd": "road", "ave": "avenue", "av": "avenue", "sq": "square", "ctr": "centre", "center": "centre",
    "gdns": "gardens", "gdn": "garden", "est": "estate", "bldg": "building", "n": "north", "s": "south", "e": "east",
    "w": "west", "no": "number", "nr": "number", "upr": "upper", "lwr": "lower", "twp": "township", "co": "county",
    "sta": "santa", "sto": "santo", "jd": "jardim", "vl": "vila",
}  # fmt: skip
_EMPTY_WORDS = frozenset({"the", "of", "ward", "community", "village", "district", "neighbourhood", "neighborhood",
                          "township", "commune", "bairro", "barrio", "quartier", "stadtteil", "ortsteil",
                          "mahallesi", "mahalle", "mah", "osiedle", "dzielnica", "colonia", "kelurahan", "kel",
                          "desa", "phuong", "mikrorayon", "микрораион", "мкр", "раион", "حي", "محله",
                          "محلة"})  # fmt: skip


@dataclass(frozen=True)
class Match:
    """What a name means: the key it stands for, or several that bear it, or near ones that it may mean.

    Attributes
    ----------
    key
        The one it means; None when there is none.
    exact
        Whether the name is the same but for case, width and spaces.
    several
        Keys that all bear it.
    near
        Names alike, the most alike first, as proposals.
    """

    key: str | None = None
    exact: bool = True
    several: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Names:
    """The names of things by their keys, looked up as people write them.

    Examples
    --------
    >>> names = Names({"A1": "柳舟社区", "A2": "Saint Ash", "A3": "Corfen Heights"})
    >>> [names.meant(said).key for said in ("柳舟社区居委会", "SAINT ASH", "st. ash", "Heights Corfen", "Brinley")]
    ['A1', 'A2', 'A2', 'A3', None]
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self.levels = [_by(names.items(), form) for form in (folded, spelled, stem)]

    def meant(self, said: str) -> Match:
        """Return what a name means: by the same letters, else by the same words, else by what is left without its kind.

        A name that one level gives to several is not looked up further: it is theirs alike. Where a street or town
        stands before it (柳街道柳舟社区), what stands behind it is looked up; so is what :func:`bare` leaves of it. A
        name in Latin letters is only proposed for one in Chinese: many sound alike.
        """
        found = self._looked_up(said)
        if found is None and (above := _ABOVE.match(said)) is not None and (below := said[above.end() :].strip()):
            within = self._looked_up(below)
            found = None if within is None else replace(within, exact=False)
        if found is None and (plain := bare(said)) != said:
            within = self._looked_up(plain)
            found = None if within is None else replace(within, exact=False)
        return found or Match(near=self._near(said))

    def _looked_up(self, said: str) -> Match | None:
        for exact, form, level in zip((True, False, False), (folded, spelled, stem), self.levels, strict=True):
            keys = level.get(form(said), ()) if form(said) else ()
            if len(keys) == 1:
                return Match(keys[0], exact)
            if keys:
                return Match(None, exact, tuple(keys))
        return None

    def _near(self, said: str) -> tuple[str, ...]:
        """Return the names that may be meant, the most alike first: by their letters, or by their sound."""
        scores = {name: SequenceMatcher(None, spelled(said), spelled(name)).ratio() for name in self.names.values()}
        sound = _sounded(said)
        if sound and not _HANZI.search(said):
            for name in self.names.values():
                if _HANZI.search(name):
                    scores[name] = SequenceMatcher(None, sound, _sounded(name)).ratio()
        elif _HANZI.search(said):
            for name in self.names.values():
                if not _HANZI.search(name):
                    scores[name] = SequenceMatcher(None, sound, _sounded(name)).ratio()
        near = sorted((name for name in scores if scores[name] >= ALIKE), key=lambda name: -scores[name])
        return tuple(near[:3])


def _sounded(name: str) -> str:
    """Return how a name sounds: Chinese in Pinyin without tones, Latin letters without accents, kinds left out."""
    if _HANZI.search(name):
        from pypinyin import lazy_pinyin

        return "".join(lazy_pinyin(stem(name))).replace("ü", "v")
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(letter)
    )
    return "".join(letter for letter in _LATIN_KINDS.sub("", bare) if letter.isalnum())


def _by(names: Iterable[tuple[str, str]], form: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, name in names:
        found[form(name)].append(key)  # type: ignore[operator]
    return found


def bare(name: str) -> str:
    """Return a name without the code before it and the note behind it of what it lies in.

    Examples
    --------
    >>> bare("28079 Madrid"), bare("São Paulo (SP)"), bare("3 Olivos")
    ('Madrid', 'São Paulo', '3 Olivos')
    """
    return _NOTED.sub("", _LED.sub("", _MARKED.sub("", name.strip()))) or name


def folded(name: str) -> str:
    """Return a name without what writing alone adds: case, width, spaces, marks between words."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def spelled(name: str) -> str:
    """Return a name as its words in order: without accents, simplified, abbreviations written out, kinds left out.

    Examples
    --------
    >>> spelled("São José"), spelled("Corfen Hts."), spelled("東門社區")
    ('jose sao', 'corfen heights', '东门社区')
    """
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_SIMPLE)
    apart = unicodedata.normalize("NFKD", plain).translate(_STROKED)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    words = re.findall(r"[^\W_]+", bare)
    meant = [_WORDS.get(word, word) for word in words]
    kept = [word for word in meant if word not in _EMPTY_WORDS] or meant
    return " ".join(sorted(kept))


def stem(name: str) -> str:
    """Return a name without the kind of thing it names: 柳舟 of 柳舟社区, 柳舟村 and 柳舟社区居委会."""
    plain = "".join(spelled(name).split())
    return _KINDS.sub("", plain) or plain
