"""The encoding of a shapefile's or MapInfo file's text: what is said of it holds, unless the bytes say otherwise."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from gridkit.errors import TableError
from gridkit.sources.files import text_encoding

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = "映杏社区居民委员会"


def dbase(path: Path, text: bytes, *, driver: int = 0, kind: bytes = b"C", count: int = 1) -> Path:
    """Write a dBASE table of one column and some equal rows."""
    width = max(len(text), 1)
    head = struct.pack("<4B I HH", 3, 24, 1, 1, count, 32 + 32 + 1, width + 1).ljust(29, b"\0")
    field = b"NAME".ljust(11, b"\0") + kind + b"\0" * 4 + bytes([width]) + b"\0" * 15
    path.write_bytes(head + bytes([driver]) + b"\0\0" + field + b"\r" + (b" " + text.ljust(width)) * count)
    return path


def shapefile(folder: Path, text: bytes, *, said: str | None = None, suffix: str = ".cpg", driver: int = 0) -> Path:
    dbase(folder / "areas.dbf", text, driver=driver)
    if said is not None:
        (folder / f"areas{suffix}").write_text(said, encoding="utf-8")
    return folder / "areas.shp"


@pytest.mark.parametrize("suffix", [".cpg", ".cst"])
@pytest.mark.parametrize(
    ("said", "meant", "text"),
    [
        ("UTF-8", "utf-8", CHINESE),
        ("65001", "utf-8", CHINESE),
        ("936", "gb18030", CHINESE),
        ("ANSI 936", "gb18030", CHINESE),
        ("GB2312", "gb18030", CHINESE),
        ("\ufeffbig5\r\n", "big5", "東門里"),
        ("windows-1251", "cp1251", "Набережная"),
    ],
)
def test_the_file_beside_it_is_believed_however_it_writes_a_name(said, meant, text, suffix, tmp_path) -> None:
    path = shapefile(tmp_path, text.encode(meant), said=said, suffix=suffix)
    assert text_encoding.of(path) == (meant, [])


def test_text_that_is_utf_8_letter_by_letter_is_so_whatever_was_said(tmp_path) -> None:
    assert text_encoding.of(shapefile(tmp_path, CHINESE.encode("utf-8"), said="936"))[0] == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("said", ["ISO-8859-1", "88591", "no such code"])
def test_chinese_bytes_speak_against_latin_and_against_names_that_mean_nothing(said, encoding, tmp_path) -> None:
    found, notes = text_encoding.of(shapefile(tmp_path, CHINESE.encode(encoding), said=said))
    assert found == encoding
    assert len(notes) == 1


def test_latin_text_that_is_said_to_be_latin_is(tmp_path) -> None:
    assert text_encoding.of(shapefile(tmp_path, "São João".encode("cp1252"), said="1252")) == ("cp1252", [])


def test_plain_ascii_is_what_the_file_says_and_no_guess(tmp_path) -> None:
    assert text_encoding.of(shapefile(tmp_path, b"North", said="no such code")) == (None, [])


def test_bytes_that_nothing_reads_for_sure_are_asked_about_only_where_nothing_is_said(tmp_path) -> None:
    polish = "Wałbrzych Żoliborz Łódź".encode("cp1250")
    assert text_encoding.of(shapefile(tmp_path, polish, said="88591"))[0] == "iso8859-1"
    assert text_encoding.of(shapefile(tmp_path, polish, said="no such code"))[0] == "cp1250"
    with pytest.raises(TableError, match="not certain"):
        text_encoding.of(shapefile(tmp_path, "Набережная улица".encode("cp1251"), said="no such code"))


@pytest.mark.parametrize(
    ("driver", "text", "found"),
    [
        (0x4D, CHINESE.encode("gb18030"), "gb18030"),
        (0xC9, "Набережная улица".encode("cp1251"), "cp1251"),
        (0x03, CHINESE.encode("gb18030"), "gb18030"),
        (0x13, CHINESE.encode("utf-8"), "utf-8"),
        (0, b"plain", "utf-8"),
        (0x4D, b"plain", "utf-8"),
    ],
)
def test_without_such_a_file_the_language_driver_counts_where_it_fits(driver, text, found, tmp_path) -> None:
    path = shapefile(tmp_path, text, driver=driver)
    assert text_encoding.of(path)[0] == found


def test_a_shape_without_a_table_has_no_text(tmp_path) -> None:
    (tmp_path / "areas.shp").write_bytes(b"")
    assert text_encoding.of(tmp_path / "areas.shp") == (None, [])


@pytest.mark.parametrize("length", [0, 32, 64])
def test_a_table_that_breaks_off_has_the_text_that_is_there(length, tmp_path) -> None:
    whole = dbase(tmp_path / "areas.dbf", CHINESE.encode("gb18030")).read_bytes()
    (tmp_path / "areas.dbf").write_bytes(whole[:length])
    assert text_encoding.of(tmp_path / "areas.shp")[0] == "utf-8"


def test_numbers_in_binary_are_no_text(tmp_path) -> None:
    dbase(tmp_path / "areas.dbf", b"\x81\x30\xff\xfe", kind=b"I")
    assert text_encoding.of(tmp_path / "areas.shp")[0] == "utf-8"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('!charset "WindowsSimpChinese"\n', None),
        ('!charset "Neutral"\n', "gb18030"),
        ("", "gb18030"),
    ],
)
def test_a_mapinfo_file_is_asked_only_where_its_charset_says_nothing(head, found, tmp_path) -> None:
    (tmp_path / "areas.mif").write_bytes(b"Version 300\n" + head.replace("!", "").encode())
    (tmp_path / "areas.mid").write_bytes(f'"{CHINESE}"\n'.encode("gb18030"))
    assert text_encoding.of(tmp_path / "areas.mif")[0] == found
    fields = "Definition Table\n  Fields 1\n    Name Char (20) ;\n"
    (tmp_path / "table.tab").write_text("!table\n!version 300\n" + head + fields, encoding="ascii")
    dbase(tmp_path / "table.dat", CHINESE.encode("gb18030"))
    assert text_encoding.of(tmp_path / "table.tab")[0] == found


def test_a_mapinfo_table_of_numbers_alone_needs_no_encoding(tmp_path) -> None:
    (tmp_path / "table.tab").write_text("!table\n  Fields 1\n    Count Integer ;\n", encoding="ascii")
    dbase(tmp_path / "table.dat", b"\xff\xfe\x00\x81")
    assert text_encoding.of(tmp_path / "table.tab") == (None, [])
