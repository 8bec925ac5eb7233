"""Bytes to text: the encodings of Chinese and European offices, told apart without guessing from statistics.

Strict UTF-8 and then strict GB18030 was right on every real file tried, where statistical guessers failed on one
short file in five. What neither reads is asked of the user.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from gridkit.errors import TableError
from gridkit.language.phrases import AND, Phrase, joined
from gridkit.sources.tables import letters, scripts

if TYPE_CHECKING:
    from pathlib import Path

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_GB2312 = re.compile(rb"[\xa1-\xa3\xb0-\xf7][\xa1-\xfe]")
_QUAD = re.compile(rb"[\x81-\x84][0-9][\x81-\xfe][0-9]")
"""A character of four bytes in GB18030, of the basic plane."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]{2}(?=[A-Za-z])")
"""Two letters in the middle of a word of plain ones, as in População: hardly a character of Chinese."""
_SHOWN = 12
"""Letters of a word that are shown of it."""
_SURE = 0.8
_FEW_LONE = 4
_SYLLABLES = 6
"""So many different syllables, all of them common in Korean, are seldom Chinese: two characters of five are none."""
_KOREAN = (
    "번호",
    "일시",
    "날짜",
    "시간",
    "경도",
    "위도",
    "주소",
    "이름",
    "명칭",
    "인구",
    "세대",
    "행정",
    "구분",
    "지역",
)
_CHINESE = (
    "编号", "名称", "人口", "户数", "社区", "小区", "时间", "日期", "地址", "街道", "类型", "类别", "经度", "纬度",
    "网格", "单元", "楼栋", "事件", "状态", "姓名", "学校", "面积", "合计",
)  # fmt: skip
_WORDS = 2
"""So many different words of tables of a language: read in another encoding they would be nonsense."""
_JAPANESE = (
    "人口", "世帯", "番号", "名称", "住所", "緯度", "経度", "日時", "種別", "施設", "丁目", "町丁", "区分", "受付",
    "電話", "名前", "年月日", "時刻", "件数", "地区", "学校", "避難所",
)  # fmt: skip
_CYRILLIC = (
    "номер", "дата", "время", "долгота", "широта", "адрес", "улица", "район", "население", "жителей", "категория",
    "статус", "название", "наименование", "численность", "всего", "итого", "тип", "вид", "код",
    "назва", "кількість", "довгота", "адреса", "вулиця", "име", "брой", "област",
)  # fmt: skip
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")


class UncertainEncodingError(TableError):
    """Bytes that several encodings read, or none: ``facts["example"]`` is one that may be named."""


def found(data: bytes, *, where: object = "") -> str:
    """Return the name of the encoding of some bytes, a codec of Python's.

    A byte order mark decides; then strict UTF-8; then strict GB18030, which GBK and GB2312 are parts of. Single
    accented letters between plain ones are no Chinese: which code page they are in, their alphabets tell
    (:mod:`gridkit.sources.tables.letters`). Words of Korean and Japanese tables tell those.

    Raises
    ------
    TableError
        When several encodings would do (Big5 and Shift-JIS look like rare GBK), or none.

    Examples
    --------
    >>> found("小区,户数".encode("gbk")), found("小区".encode()), found("São".encode("latin-1"))
    ('gb18030', 'utf-8', 'cp1252')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    for name in ("utf-16-le", "utf-16-be"):
        if b"\0" in data and _reads(data, name) and _is_table(data.decode(name)):
            return name
    if _reads(data, "utf-8"):
        return "utf-8"
    candidates = _candidates(data)
    if len(candidates) == 1:
        return candidates[0]
    said = [Phrase("{encoding} ({words})", encoding=name, words=_words(data, name)) for name in candidates]
    raise UncertainEncodingError(
        "the encoding is not certain: it reads as {candidates}",
        where=where,
        mend="name it with --encoding, as in --encoding {example}",
        example=_likely(data, candidates),
        candidates=joined(said, AND) or Phrase("none of UTF-8, GB18030 and Big5"),
    )


def _likely(data: bytes, candidates: list[str]) -> str:
    """Return the encoding to name in an example: one in which the words are words, else any but the usual Chinese."""
    spoken = [name for name in scripts.plausible(data) if name in candidates]
    return next(iter([*spoken, *(name for name in candidates if name != "gb18030")]), "big5")


def _words(data: bytes, name: str) -> str:
    """Return the first word of bytes that is no ASCII, as an encoding reads it: a reader sees which one is a word."""
    word = next((word for word in re.split(rb"[\s,;|\"]+", data) if not word.isascii()), b"")
    text = word.decode(name, "replace")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _candidates(data: bytes) -> list[str]:
    """Return the encodings that bytes may be in that are no Unicode; one where it is certain."""
    plain = _without_quads(data)
    runs = _HIGH_RUN.findall(plain)
    lone = sum(len(run) == 1 for run in runs) + len(_IN_WORD.findall(plain))
    of_letters = [name for name in letters.CODE_PAGES if _reads(data, name)]
    told = letters.candidates(data) if lone > len(runs) / 2 else []
    words = scripts.plausible(data)
    found = [name for name in ("gb18030", "big5", "cp932") if _reads(data, name)]
    if told and ("cp1252" in of_letters or len(told) == 1) and _is_told(told, words, found):
        return told
    if (spoken := _by_words(data)) is not None:
        return [spoken]
    # Kana have the same bytes in GB 18030: what is written around them is no Chinese.
    if "gb18030" in found and _reads(data, "euc_jp") and _KANA.search(data.decode("gb18030")):
        return ["gb18030"] if data.decode("gb18030") == data.decode("euc_jp") else ["gb18030", "euc_jp"]
    if "gb18030" in found and (len(found) == 1 or _common_hanzi(data) >= _SURE):
        return ["gb18030", *_no_chinese(data, words)]
    if found == ["big5"] and not words:
        return found
    told = [] if found and lone <= len(runs) / _FEW_LONE else of_letters
    sure = bool(words) and scripts.words(data) >= scripts.FEWEST
    several = list(dict.fromkeys([*found, *words, *([] if sure else told)]))
    # Of letters one that reads alone is a candidate, and no certainty.
    return several if sure or len(several) != 1 else [*several, "latin-1"]


def _is_told(told: list[str], words: list[str], double: list[str]) -> bool:
    """Return whether what alphabets tell holds: of European letters, whose words are words or are nothing else."""
    european = any(name in scripts.PAGES["LATIN"] for name in told)
    return european and (told[0] in words or (len(told) == 1 and not double))


def _no_chinese(data: bytes, words: list[str]) -> list[str]:
    """Return in which other encodings bytes are words that read as common Chinese characters: it is asked which."""
    if _speaks(data, "gb18030", _CHINESE) or _heads(data):
        return []
    found = words if scripts.words(data) >= scripts.FEWEST else []
    return [*(["cp949"] if scripts.hangul(data) >= _SYLLABLES else []), *found]


def decoded(data: bytes, encoding: str | None = None, *, where: object = "") -> tuple[str, str]:
    """Return the text of some bytes and the encoding it was in.

    Raises
    ------
    TableError
        When the encoding named does not exist, or does not fit: with the line where it fails.
    """
    name = encoding or found(data, where=where)
    try:
        return data.decode(name), name
    except LookupError:
        raise TableError("there is no encoding {name!r}", where=where, mend="try gb18030 or utf-8", name=name) from None
    except UnicodeDecodeError as error:
        raise TableError(
            "line {line} is not {name}",
            where=where,
            mend="leave --encoding out to have it found",
            line=data.count(b"\n", 0, error.start) + 1,
            name=name,
        ) from None


def read(path: Path, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a file and the encoding it was in."""
    return decoded(path.read_bytes(), encoding, where=path)


def _is_table(text: str) -> bool:
    """Return whether text has lines and cells, which other bytes taken for UTF-16 hardly do."""
    return "\0" not in text and "\n" in text and any(mark in text for mark in ",;\t|")


def _reads(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _by_words(data: bytes) -> str | None:
    """Return the encoding in which bytes hold words that tables in Korean, Russian or Japanese have; None for none."""
    if _speaks(data, "cp949", _KOREAN):
        return "cp949"
    headed = {name: _heads_in(data, name, _CYRILLIC) for name in scripts.PAGES["CYRILLIC"]}
    best = [name for name, count in headed.items() if count == max(headed.values())]
    if headed[best[0]] >= _WORDS and len({data.decode(name) for name in best}) == 1:
        return best[0]
    japanese = [name for name in ("cp932", "euc_jp") if _speaks(data, name, _JAPANESE)]
    return japanese[0] if len(japanese) == 1 and not _speaks(data, "gb18030", _CHINESE) else None


def _speaks(data: bytes, name: str, words: tuple[str, ...]) -> bool:
    """Return whether bytes read in an encoding as text with words that tables in its language have."""
    if not _reads(data, name):
        return False
    text = data.decode(name)
    return sum(word in text for word in words) >= _WORDS


def _heads_in(data: bytes, name: str, words: tuple[str, ...]) -> int:
    """Return how many words in the first line, each once, head columns in a language."""
    if not _reads(data, name):
        return 0
    first = data.decode(name).lstrip().partition("\n")[0]
    return len(set(words) & set(re.split(r"[,;|\s\"]+", first.casefold())))


def _heads(data: bytes) -> bool:
    """Return whether a cell of the first line is a word that heads columns of Chinese tables."""
    first = data.decode("gb18030").lstrip().partition("\n")[0]
    return not set(_CHINESE).isdisjoint(re.split(r"[,;|\t\s\"]+", first))


def _without_quads(data: bytes) -> bytes:
    """Return bytes without what GB18030 writes in four (narrow spaces, rare signs): digits stand between its bytes.

    Each such character would look like two single letters of a code page.
    """
    if _QUAD.search(data) is None or not _reads(data, "gb18030"):
        return data
    text = data.decode("gb18030")
    quads = {each for each in set(text) if each > "\x7f" and _QUAD.fullmatch(each.encode("gb18030"))}
    quads = {each for each in quads if unicodedata.category(each)[0] in "LMNPSZ"}
    return text.translate(dict.fromkeys(map(ord, quads))).encode("gb18030") if quads else data


def _common_hanzi(data: bytes) -> float:
    """Return the share of double bytes that lie in GB2312, whose 6,763 characters make up nearly all Chinese text."""
    pairs: list[bytes] = _PAIR.findall(data)
    common = sum(_GB2312.fullmatch(pair) is not None for pair in pairs)
    return common / max(1, len(pairs))
