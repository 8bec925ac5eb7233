"""Bytes become the text they were written as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.reading import Reading
from gridkit.sources.tables import encodings, read

TEXT = "小区名称,户数\n幸福花园,120\n和平新村,80\n"
NAMED = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32",
}


@pytest.mark.parametrize("encoding", NAMED)
def test_a_file_in_each_encoding_reads_the_same_and_says_which(tmp_path, encoding):
    path = tmp_path / "households.csv"
    path.write_bytes(TEXT.encode(encoding))
    frame = read.read(path)
    assert frame["小区名称"].tolist() == ["幸福花园", "和平新村"]
    assert frame["户数"].tolist() == [120, 80]
    assert f"text is {NAMED[encoding]}" in frame.attrs["notes"]


def test_accented_letters_are_western_not_chinese():
    assert encodings.found("nome,população\nSão João,12\n".encode("latin-1")) == "cp1252"


def test_two_accents_in_one_word_are_no_chinese_character():
    text = "Bairro;População;Área (ha)\nCentro;13540;120\nVila Nova;9870;99\n"
    assert encodings.found(text.encode("latin-1")) == "cp1252"
    chinese = "楼号,户数\nA栋B座,12\nC栋D座,9\n"
    assert encodings.found(chinese.encode("gbk")) == "gb18030"


@pytest.mark.parametrize("name", ["cp1251", "koi8_r", "cp866"])
def test_heads_of_a_small_russian_table_tell_its_code_page(name):
    text = "номер;дата и время;долгота;широта\nA;05.03.2024 15:20;120,605;32,505\n"
    assert encodings.found(text.encode(name)) == name


def test_big5_is_asked_about_and_read_when_named(tmp_path):
    path = tmp_path / "taipei.csv"
    path.write_bytes("社區名稱,戶數\n國民住宅,12\n".encode("big5"))
    with pytest.raises(TableError, match=r"gb18030.*big5"):
        read.read(path)
    assert read.read(path, reading=Reading(encoding="big5"))["社區名稱"].tolist() == ["國民住宅"]


def test_an_encoding_that_does_not_fit_names_the_line():
    with pytest.raises(TableError, match="line 2 is not utf-8"):
        encodings.decoded("a,b\n幸福,1\n".encode("gbk"), "utf-8")


def test_an_encoding_that_does_not_exist_is_refused():
    with pytest.raises(TableError, match="no encoding 'gbk2'"):
        encodings.decoded(b"a", "gbk2")


HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, codec="gb2312"), min_size=4, max_size=30)


@given(HANZI)
def test_common_hanzi_in_gbk_are_never_mistaken(text):
    data = f"名称\n{text}\n".encode("gbk")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert encodings.found(data) == "gb18030"


@given(st.text(min_size=1, max_size=40))
def test_utf8_is_read_as_utf8(text):
    data = text.replace("\0", "").replace("\ufeff", "").encode()
    assert encodings.decoded(data)[0] == data.decode()


@pytest.mark.parametrize("name", ["cp932", "euc_jp"])
def test_words_of_japanese_tables_tell_their_encoding(name):
    assert encodings.found("町丁名,世帯数,人口\n中央一丁目,120,300\n".encode(name)) == name


def test_kana_are_the_same_in_chinese_bytes_and_what_is_written_around_them_is_asked_about():
    assert encodings.decoded("id\nあき\n".encode("euc_jp")) == ("id\nあき\n", "gb18030")
    with pytest.raises(TableError, match=r"gb18030 \(.*\) and euc_jp \(あき町\)"):
        encodings.found("id\nあき町\n".encode("euc_jp"))


def test_japanese_of_few_words_is_asked_about():
    with pytest.raises(TableError, match="cp932"):
        encodings.found("id,名前\n1,東京\n".encode("cp932"))


@pytest.mark.parametrize("head", ["社区,人口", "code,people"])
def test_signs_of_four_bytes_are_no_letters_of_a_code_page(head):
    data = f"{head}\n1,1\u202f400\n2,2\u202f250\u202f000\n".encode("gb18030")
    assert encodings.decoded(data) == (data.decode("gb18030"), "gb18030")


SMALL = {
    "Район,Население\nЗаречный,1400\nЮжный,2250\nЛесной,640\n": ("cp1251", "koi8_r", "cp866"),
    "Freguesia,População\nÉvora,1400\nSão João,2250\nGraça,640\n": ("cp1252", "cp850", "mac_roman"),
    "Dzielnica,Ludność\nŁódź,1400\nŻywiec,2250\nGdańsk,640\n": ("cp1250", "iso8859_2"),
    "Mahalle,Nüfus\nBeyoğlu,1400\nŞişli,2250\nKadıköy,640\n": ("cp1254",),
    "Δήμος,Πληθυσμός\nΑθήνα,1400\nΠάτρα,2250\nΒόλος,640\n": ("cp1253",),
    "الحي,السكان\nالقاهرة,1400\nالجيزة,2250\nطنطا,640\n": ("cp1256", "iso8859_6"),
    "שכונה,אוכלוסייה\nחיפה,1400\nאילת,2250\nנתניה,640\n": ("cp1255",),
    "แขวง,ประชากร\nบางรัก,1400\nสาทร,2250\nดุสิต,640\n": ("cp874",),
    "동,인구\n종로동,1400\n강남동,2250\n마포동,640\n": ("euc_kr",),
    "町名,人口\n銀座町,1400\n桜ヶ丘,2250\n新宿東,640\n": ("cp932", "euc_jp"),
    "里名,人口\n松山里,1400\n大安里,2250\n信義里,640\n": ("big5",),
    "社区,人口\n柳舟社区,1400\n梅津社区,2250\n": ("gb18030",),
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for text, names in SMALL.items() for name in names])
def test_a_small_table_is_read_right_or_asked_about_with_the_right_one_named(text, name):
    data = text.encode(name)
    try:
        assert encodings.decoded(data)[0] == text
    except TableError as error:
        assert {"euc_kr": "cp949"}.get(name, name) in str(error)  # noqa: PT017 - either is right


def test_office_tables_of_cyrillic_letters_are_read_without_a_question():
    text = next(iter(SMALL))
    assert [encodings.found(text.encode(name)) for name in SMALL[text]] == list(SMALL[text])
