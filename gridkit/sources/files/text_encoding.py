"""The encoding of the text of vector files that keep it in another file: shapefiles and MapInfo's."""

from __future__ import annotations

import atexit
import codecs
import re
import shutil
import struct
import tempfile
from pathlib import Path

import numpy as np

from gridkit.errors import TableError, call
from gridkit.language.phrases import Phrase
from gridkit.sources.tables import encodings

_DBF_HEAD = 32
_DRIVER_AT = 29
_SAID_BYTES = 64
_LATIN = frozenset({"iso8859-1", "iso8859-15", "cp1252", "latin-1", "ascii"})
"""What software names that does not know: a .cpg that says so is believed only where the text may be Latin."""
_DRIVERS = {
    0x13: "cp932", 0x7B: "cp932", 0x4D: "gb18030", 0x7A: "gb18030", 0x4E: "cp949", 0x79: "cp949",
    0x4F: "big5", 0x78: "big5", 0xC9: "cp1251", 0x26: "cp866", 0x65: "cp866", 0xC8: "cp1250", 0x64: "cp852",
    0xCB: "cp1253", 0xCA: "cp1254", 0x7C: "cp874", 0x7D: "cp1255", 0x7E: "cp1256",
}  # fmt: skip
"""Language drivers of dBASE by their byte. Those of Latin letters are left out: they are what is written by default."""
_CERTAIN = 4
"""So many letters of two bytes each are UTF-8 by no chance."""
_CHARSETS = {
    "windowslatin1": "cp1252", "windowslatin2": "cp1250", "windowscyrillic": "cp1251", "windowsgreek": "cp1253",
    "windowsturkish": "cp1254", "windowshebrew": "cp1255", "windowsarabic": "cp1256", "windowsbalticrim": "cp1257",
    "windowsvietnamese": "cp1258", "windowsthai": "cp874", "windowssimpchinese": "gb18030",
    "windowstradchinese": "big5", "windowsjapanese": "cp932", "windowskorean": "cp949", "iso8859_1": "iso8859-1",
    "codepage437": "cp437", "codepage850": "cp850", "codepage852": "cp852", "codepage866": "cp866",
}  # fmt: skip
"""Charsets of MapInfo as Python calls them."""
_FIELD = 32
_TAB_FIELD = re.compile(
    rb"^\s+(?:\"[^\"]*\"|\S+)\s+(Char|Integer|SmallInt|LargeInt|Float|Decimal|Date|DateTime|Time|Logical)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CHARSET = re.compile(rb"^!?charset\s+\"?([\w-]+)", re.IGNORECASE | re.MULTILINE)


def of(path: Path) -> tuple[str | None, list[str]]:
    """Return the encoding of a file's text, and a note where it was found out; None where GDAL reads it as it is.

    A shapefile says it in its .cpg, a .cst or the language driver of its .dbf; what these say holds unless the bytes
    are of another kind: Latin letters that are UTF-8 or Chinese throughout.

    Parameters
    ----------
    path
        A .shp, .tab or .mif; its text lies beside it, in the .dbf, .dat or .mid.
    """
    # Listed rather than guessed: on Linux ROADS.DBF and roads.dbf are two names, and both are met.
    beside = {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem == path.stem}
    if path.suffix.lower() in (".tab", ".mif"):
        return _mapinfo(path, beside)
    if ".dbf" not in beside:
        return None, []
    text = _dbase(beside[".dbf"])
    for suffix in (".cpg", ".cst"):
        if suffix in beside:
            said = beside[suffix].read_bytes()[:_SAID_BYTES].decode("latin-1").strip("\ufeffï»¿ \r\n\t\0")
            return _as_said(said, suffix, text, beside[".dbf"])
    if driver := _driver(beside[".dbf"], text):
        return driver, [Phrase("its language driver says {encoding}", encoding=driver)]
    name = encodings.found(text, where=beside[".dbf"])
    return name, [Phrase("there is no .cpg: its text reads as {encoding}", encoding=name)]


def _as_said(said: str, suffix: str, text: bytes, where: Path) -> tuple[str | None, list[str]]:
    """Return the encoding that a .cpg or .cst names, however it writes it, unless the text itself says otherwise."""
    name = _codec(said)
    if text.isascii():
        return name, []
    found = _otherwise(name, text, where)
    if found is None:
        return name, []
    return found, [
        Phrase("its {suffix} says {said!r}, its text reads as {encoding}", suffix=suffix, said=said, encoding=found)
    ]


def _otherwise(said: str | None, text: bytes, where: Path) -> str | None:
    """Return the encoding of a text that cannot be in the one that was said of it; None where it may be.

    Text that is UTF-8 letter by letter is nothing else, whatever was said; what was said of Latin letters, or said by
    nobody, gives way to what is found; so does UTF-8 where the text is none.

    Raises
    ------
    TableError
        When nothing was said, and what the text is in is not certain.
    """
    if _is_utf8(text):
        return None if said == "utf-8" else "utf-8"
    if said is not None and said not in (*_LATIN, "utf-8") and _decodes(text, said):
        return None
    try:
        found = encodings.found(text, where=where)
    except TableError:
        if said is None or (said == "utf-8" or not _decodes(text, said)):
            raise
        return None
    return None if said in _LATIN and found not in ("utf-8", "gb18030") else found


def _is_utf8(text: bytes) -> bool:
    """Return whether bytes are UTF-8 and cannot be so by chance: by a letter of three bytes, or four of two."""
    try:
        letters = text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    wide = [letter for letter in letters if letter > "\x7f"]
    return any(letter > "\u07ff" for letter in wide) or len(wide) >= _CERTAIN


def _decodes(text: bytes, name: str) -> bool:
    try:
        text.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _codec(said: str) -> str | None:
    """Return the codec of Python's that a name of an encoding means: 936, ANSI 936, GB2312, 88591; None where none."""
    text = said.strip()
    number = re.fullmatch(r"(?i)(?:ansi|oem|cp|windows|ibm|ms|x-windows)?[\s_-]*(\d{3,5})", text)
    names = [text] if number is None else [f"cp{number[1]}", f"iso8859_{number[1][4:]}"]
    for each in names:
        try:
            name = codecs.lookup(each).name
        except (LookupError, ValueError):
            continue
        # The later standard holds the earlier two, and files that say GB2312 hold rarer characters of names.
        return "gb18030" if name in ("gb2312", "gbk") else name
    return "utf-8" if number is not None and number[1] == "65001" else None


def _driver(path: Path, text: bytes) -> str | None:
    """Return the encoding of the language driver of a .dbf, where it is of letters other than Latin and fits."""
    with path.open("rb") as handle:
        head = handle.read(_DBF_HEAD)
    name = _DRIVERS.get(head[_DRIVER_AT]) if len(head) == _DBF_HEAD else None
    if name is None or text.isascii() or _is_utf8(text):
        return None
    try:
        # A driver that its own text does not fit is a left-over of the software that made the template.
        text.decode(name)
    except UnicodeDecodeError:
        return None
    return name


def _mapinfo(path: Path, beside: dict[str, Path]) -> tuple[str | None, list[str]]:
    """Return the encoding of a MapInfo file whose charset says nothing (Neutral, or none), or not what its text is."""
    head = path.read_bytes()
    said = _CHARSET.search(head[:4096])
    text = head
    if path.suffix.lower() == ".mif" and ".mid" in beside:
        text += beside[".mid"].read_bytes()
    elif ".dat" in beside:
        # The table calls its binary fields text: the .tab says which are.
        kinds = [kind.lower() == b"char" for kind in _TAB_FIELD.findall(head)]
        text += _dbase(beside[".dat"], kinds)
    if text.isascii():
        return None, []
    text = text.replace(b"\0", b" ")
    charset = "" if said is None else said[1].decode()
    if charset.casefold() in ("", "neutral"):
        name = encodings.found(text, where=path)
        return name, [Phrase("it names no charset: its text reads as {encoding}", encoding=name)]
    found = _otherwise(_CHARSETS.get(charset.casefold(), "utf-8" if "utf" in charset.casefold() else None), text, path)
    note = "its charset says {said}, its text reads as {encoding}"
    return (None, []) if found is None else (found, [Phrase(note, said=charset, encoding=found)])


def neutral(path: Path) -> Path:
    """Return a MapInfo file that names no charset, so that GDAL leaves its text as it is; itself where it names none.

    A copy lies beside links to the other files of the table, and goes when the program ends.
    """
    head = path.read_bytes()
    said = _CHARSET.search(head[:4096])
    if said is None or said[1].lower() == b"neutral":
        return path
    folder = Path(tempfile.mkdtemp(prefix="gridkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    call(folder, path.parent)
    for other in path.parent.iterdir():
        if other.stem == path.stem and other != path:
            (folder / other.name).symlink_to(other.resolve())
    copy = folder / path.name
    copy.write_bytes(head[: said.start(1)] + b"Neutral" + head[said.end(1) :])
    return copy


def _dbase(path: Path, texts: list[bool] | None = None) -> bytes:
    """Return the text of a dBASE file: the names of its columns and its cells of text, never those in binary."""
    data = path.read_bytes()
    if len(data) <= _DBF_HEAD:
        return b""
    start, width = struct.unpack("<HH", data[8:12])
    heads = [data[at : at + _FIELD] for at in range(_DBF_HEAD, max(start - 1, _DBF_HEAD), _FIELD)]
    heads = [head for head in heads if len(head) == _FIELD]
    names = b"\n".join(head[:11].split(b"\0")[0] for head in heads)
    edges = np.cumsum([1, *(head[16] for head in heads)])
    count = (len(data) - start) // width if width else 0
    # Below zero where the file is cut off within its head.
    if count <= 0:
        return names
    rows = np.frombuffer(data, dtype=np.uint8, count=count * width, offset=start).reshape(count, width)
    held = texts if texts is not None and len(texts) == len(heads) else [head[11:12] == b"C" for head in heads]
    cells = [
        np.pad(rows[:, edges[at] : edges[at + 1]], ((0, 0), (0, 1)), constant_values=ord("\n")).tobytes()
        for at, is_text in enumerate(held)
        if is_text
    ]
    return b"\n".join([names, *cells]).replace(b"\0", b" ")
