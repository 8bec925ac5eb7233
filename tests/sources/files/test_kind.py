"""Files are known by their bytes."""

from __future__ import annotations

import os
import zipfile

import pytest

from gridkit.errors import SourceError, UsageError
from gridkit.sources.files import kind as files


def test_a_missing_file_brings_the_nearest_name(tmp_path):
    (tmp_path / "districts.gpkg").write_bytes(b"x")
    with pytest.raises(SourceError, match=r"did you mean districts\.gpkg\?"):
        files.find(tmp_path / "district.gpkg")


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(SourceError, match="the folder is empty"):
        files.find(tmp_path)


def test_a_name_no_disk_takes_is_said(tmp_path):
    with pytest.raises(SourceError, match="no file can have this name"):
        files.find(tmp_path / ("n" * 300))


def test_a_broken_link_names_its_target(tmp_path):
    (tmp_path / "link.gpkg").symlink_to(tmp_path / "gone.gpkg")
    with pytest.raises(SourceError, match=r"gone\.gpkg, which is not there"):
        files.find(tmp_path / "link.gpkg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_locked_file_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a")
    path.chmod(0)
    with pytest.raises(SourceError, match="may not be read"):
        files.find(path)


@pytest.mark.parametrize(
    "address", ["http://h/a.gpkg", "/vsicurl/http://h/a", "PG:dbname=x", "WFS:http://h", "s3://b/k"]
)
def test_servers_are_not_asked(address):
    with pytest.raises(UsageError, match="remote paths are not read"):
        files.find(address)


def test_a_drive_letter_is_no_server(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "C:district.csv").write_text("a")
    assert files.find("C:district.csv").name == "C:district.csv"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"SQLite format 3\0abc", "geopackage"),
        (b'\xef\xbb\xbf{"type":', "geojson"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"II*\0", "tiff"),
        (b'<?xml version="1.0"?>\n<!-- a -->\n<osm version="0.6">', "osm"),
        (b'<?xml version="1.0"?><kml xmlns="x">', "kml"),
        (b"\0\0\0\x0d\x0a\x09OSMHeader\x18", "pbf"),
        ("小区,户数".encode("gbk"), "text"),
        ("小区,户数".encode("utf-16"), "text"),
    ],
)
def test_first_bytes_tell_the_kind(head, kind):
    assert files.kind_of(head) == kind


@pytest.mark.parametrize(
    ("head", "looks"),
    [
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"  <html>", "a web page"),
        (b"<OGRVRTDataSource>", "a GDAL VRT"),
        (b'<?xml version="1.0"?><VRTDataset rasterXSize="1">', "a GDAL VRT"),
        (b"<GDAL_WMS>", "a link to a server"),
        (b"%PDF-1.7", "a PDF"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"),
    ],
)
def test_what_is_no_data_is_refused_whatever_it_is_called(head, looks):
    with pytest.raises(SourceError, match=f"begins like {looks}"):
        files.kind_of(head, where="population.tif")


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b'<?xml version="1.0"?><gpx version="1.0">', "a.xml", "gpx"),
        (b"!table\n!version 300\n", "a.tab", "mapinfo"),
        (b"id\tpeople\n1\t2\n", "a.tab", "text"),
        (b'Version 300\nCharset "Neutral"\nDelimiter ","\n', "a.mif", "mapinfo"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "a.txt", "dxf"),
        (b"999\nmade by hand\n0\nSECTION\n", "a.dxf", "dxf"),
        (b'\x1e{"type": "Feature"}\n', "a.json", "geojsonseq"),
        (b'{"type":"Feature","geometry":null}\n{"type":"Feature","geometry":null}\n', "a.json", "geojsonseq"),
        (b'{"type": "Topology", "objects": {}}', "a.json", "topojson"),
        (b'{"geometryType": "esriGeometryPolygon", "features": []}', "a.json", "esrijson"),
        (b"<html><table><tr>", "a.xls", "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "a.xls", "xml2003"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.xls", "mhtml"),
        (b"ARROW1\0\0", "a.feather", "arrow"),
    ],
)
def test_what_has_no_mark_of_its_own_is_known_by_its_first_words(tmp_path, head, name, kind):
    (tmp_path / name).write_bytes(head)
    assert files.kind(tmp_path / name) == kind


def test_a_text_document_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    with pytest.raises(SourceError, match="a text document"):
        files.kind(tmp_path / "a.docx")
