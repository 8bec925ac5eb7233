"""Faults A: missing, unreadable, of the wrong kind."""

from __future__ import annotations

import os
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from faults.ground import BY_PEOPLE, district, fault, swap

if TYPE_CHECKING:
    from pathlib import Path


@fault(1, "a path that is not there", 3, r"did you mean district\.gpkg", swap(BY_PEOPLE, district_gpkg="distrct.gpkg"))
def _missing(_: Path) -> None:
    pass


@fault(2, "a folder", 4, r"2 layers: a \(4\), b \(4\)", swap(BY_PEOPLE, district_gpkg="folder"))
def _folder(at: Path) -> None:
    (at / "folder").mkdir()
    for name in "ab":
        district().to_file(at / "folder" / f"{name}.geojson")


@fault(3, "no byte", 3, "empty", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _empty(at: Path) -> None:
    (at / "a.geojson").write_bytes(b"")


@fault(4, "a web page", 3, "web page", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _page(at: Path) -> None:
    (at / "a.geojson").write_text("<!DOCTYPE html><html><body>404</body></html>")


@fault(5, "a VRT under another name", 3, "VRT", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _vrt(at: Path) -> None:
    (at / "a.geojson").write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>")


@fault(6, "no permission", 3, "chmod", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _locked(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    (at / "a.gpkg").chmod(0)
    if os.access(at / "a.gpkg", os.R_OK):
        pytest.skip("root may read everything: tested where the tests are run by somebody else")


@fault(7, "a broken link", 3, "elsewhere", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _link(at: Path) -> None:
    (at / "a.gpkg").symlink_to("elsewhere.gpkg")


@fault(8, "several layers, none named", 4, r"east.*west", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _layers(at: Path) -> None:
    for name in ("east", "west"):
        district().to_file(at / "a.gpkg", layer=name)


@fault(9, "a layer that is not there", 4, "did you mean 'west'", swap(BY_PEOPLE, district_gpkg="a.gpkg:wst"))
def _layer(at: Path) -> None:
    _layers(at)


@fault(
    10,
    "a column that is not there",
    4,
    "did you mean 'people'",
    [*BY_PEOPLE[:-4], "--people", "blocks.gpkg:peple", "--target", "200"],
)
def _column(_: Path) -> None:
    pass


@fault(11, "a zip of two shapefiles", 4, "east.*west", swap(BY_PEOPLE, district_gpkg="a.zip"))
def _zip(at: Path) -> None:
    with zipfile.ZipFile(at / "a.zip", "w") as archive:
        for name in ("east", "west"):
            district().to_file(at / f"{name}.shp", encoding="utf-8")
            for part in sorted(at.glob(f"{name}.*")):
                archive.write(part, part.name)


@fault(12, "an address of a server", 2, "download", swap(BY_PEOPLE, district_gpkg="https://example.org/a.gpkg"))
def _remote(_: Path) -> None:
    pass
