"""Zips, gzipped files and folders are their data sets, each reachable by a name."""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import box

from gridkit.errors import LimitError, SourceError, TableError
from gridkit.sources import incidents
from gridkit.sources.files import archives, containers, vectors

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 553_400, 3_603_200


def squares(people: int = 10) -> gpd.GeoDataFrame:
    shapes = [box(X + dx, Y, X + dx + 500, Y + 500) for dx in (0, 500)]
    return gpd.GeoDataFrame(
        {"社区": ["映杏社区", "柳舟社区"], "people": [people, people]}, geometry=shapes, crs="EPSG:4549"
    )


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                archive.write(each, each.relative_to(folder).as_posix())
    return path


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """Return a folder of two years, whose shapefiles bear one name and write GBK without saying so."""
    for year, people in (("2020", 10), ("2023", 20)):
        (tmp_path / "in" / year).mkdir(parents=True)
        squares(people).to_file(tmp_path / "in" / year / "communities.shp", encoding="gb18030")
        (tmp_path / "in" / year / "communities.cpg").unlink()
    return tmp_path / "in"


@pytest.mark.parametrize("in_a_zip", [True, False])
def test_twins_in_an_archive_are_told_apart_and_read_as_they_are_outside(tmp_path, years, in_a_zip):
    path = zipped(years, tmp_path / "years.zip") if in_a_zip else years
    assert containers.layers(path) == ["2020/communities", "2023/communities"]
    for name, people in (("2020/communities", 10), ("2023/communities.shp", 20)):
        frame = vectors.read(f"{path}:{name}")
        assert frame["people"].tolist() == [people, people]
        assert frame["社区"].tolist() == ["映杏社区", "柳舟社区"]
    assert vectors.parse(f"{path}:2023/communities:people").column == "people"
    with pytest.raises(TableError, match=r"there are 2 layers: 2020/communities \(2\), 2023/communities \(2\)"):
        vectors.read(path)


def test_a_geodatabase_is_read_with_and_without_its_folder(tmp_path):
    (tmp_path / "in").mkdir()
    squares().astype({"people": "int32"}).to_file(tmp_path / "in" / "a.gdb", driver="OpenFileGDB")
    assert len(vectors.read(zipped(tmp_path / "in", tmp_path / "a.zip"))) == 2
    assert len(vectors.read(zipped(tmp_path / "in" / "a.gdb", tmp_path / "bare.gdb.zip"))) == 2
    assert len(vectors.read(tmp_path / "in" / "a.gdb")) == 2


def test_a_table_in_a_zip_and_a_gzipped_one_are_tables(tmp_path):
    text = "id,lon,lat,time\n1,120.57,32.55,2025-03-05 10:00\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "三月.csv").write_text(text, encoding="utf-8")
    (tmp_path / "in" / "readme.txt").write_text("about")
    (tmp_path / "march.csv.gz").write_bytes(gzip.compress(text.encode()))
    for path in (zipped(tmp_path / "in", tmp_path / "a.zip"), tmp_path / "march.csv.gz", tmp_path / "in"):
        assert len(incidents.read(path)[0]) == 1


def test_names_of_a_chinese_zip_are_chinese(tmp_path):
    # The standard library always says that it writes UTF-8; Windows writes GBK and says nothing.
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("AAAA.csv", "a,b\n1,2\n")
    path = tmp_path / "b.zip"
    path.write_bytes((tmp_path / "a.zip").read_bytes().replace(b"AAAA.csv", "社区.csv".encode("gbk")))
    assert containers.layers(path) == ["社区.csv"]


def test_no_member_leads_out_of_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../up.csv", "a,b\n1,2\n")
        archive.writestr("/etc/down.csv", "a,b\n1,2\n")
    assert [member.name for member in archives.opened(tmp_path / "a.zip")] == ["etc/down.csv", "up.csv"]
    assert not (tmp_path.parent / "up.csv").exists()


def test_a_zip_bomb_is_not_opened(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"\0" * (200 << 20))
    with pytest.raises(LimitError, match="would unpack to"):
        archives.opened(path)


def test_an_archive_without_data_lists_what_it_holds(tmp_path):
    with zipfile.ZipFile(tmp_path / "docs.zip", "w") as archive:
        archive.writestr("letter.rtf", "hello")
    with pytest.raises(SourceError, match=r"no data in it that is known here - it holds: letter\.rtf"):
        archives.opened(tmp_path / "docs.zip")


def test_a_vrt_inside_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "trap.zip", "w") as archive:
        archive.writestr("a.geojson", "<OGRVRTDataSource></OGRVRTDataSource>")
    with pytest.raises(SourceError, match="a GDAL VRT"):
        containers.places(tmp_path / "trap.zip")


def test_a_damaged_or_locked_zip_is_said(tmp_path, years):
    path = zipped(years, tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    data[200:260] = b"\xff" * 60
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="the zip is damaged"):
        archives.opened(path)


def test_archives_in_an_archive_are_unpacked_each_into_a_folder_of_its_name(tmp_path):
    (tmp_path / "in" / "all").mkdir(parents=True)
    for year in ("2020", "2023"):
        with zipfile.ZipFile(tmp_path / "in" / "all" / f"{year}.zip", "w") as archive:
            archive.writestr("a.csv", "a,b\n1,2\n")
    (tmp_path / "in" / "all" / "2020").mkdir()
    (tmp_path / "in" / "all" / "2020" / "b.csv").write_text("a,b\n3,4\n")
    names = [member.name for member in archives.opened(zipped(tmp_path / "in", tmp_path / "a.zip"))]
    assert names == ["all/2020/b.csv", "all/2020.zip (zip)/a.csv", "all/2023/a.csv"]


def test_archives_of_a_kind_that_is_not_read_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("maps.7z", b"7z\xbc\xaf\x27\x1c")
    with pytest.raises(SourceError, match=r"it holds archives: maps\.7z - unpack it"):
        archives.opened(tmp_path / "a.zip")


def test_an_empty_folder_has_no_data_and_hidden_and_empty_files_are_none(tmp_path):
    (tmp_path / "in" / "__MACOSX").mkdir(parents=True)
    (tmp_path / "in" / "__MACOSX" / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "in" / ".a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="no data in it that is known here - get it again"):
        archives.opened(tmp_path / "in")
    (tmp_path / "in" / "b.csv").touch()
    with pytest.raises(SourceError, match=r"it holds: b\.csv"):
        archives.opened(tmp_path / "in")


def test_a_text_is_data_where_there_is_nothing_else(tmp_path):
    (tmp_path / "notes.txt").write_text("a\tb\n1\t2\n")
    assert [member.name for member in archives.opened(tmp_path)] == ["notes.txt"]


def test_a_folder_of_more_files_than_anybody_means_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MEMBERS", 3)
    for k in range(5):
        (tmp_path / f"{k}.csv").write_text("a,b\n1,2\n")
    with pytest.raises(LimitError, match="holds more than 3 files"):
        archives.opened(tmp_path)


def test_a_zip_with_a_password_is_said_and_a_gzip_that_ends_in_the_middle_too(tmp_path):
    path = zipped_with_password(tmp_path / "a.zip")
    with pytest.raises(SourceError, match=r"the zip cannot be opened: .*password.* - unpack it yourself"):
        archives.opened(path)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n" * 500)[:40])
    with pytest.raises(SourceError, match="the zip is damaged"):
        archives.opened(tmp_path / "a.csv.gz")


def zipped_with_password(path: Path) -> Path:
    """Return a zip whose member says that it is encrypted."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flags of the member ...
    data[data.index(b"PK\x01\x02") + 8] |= 1  # ... and of its entry in the list
    path.write_bytes(bytes(data))
    return path
