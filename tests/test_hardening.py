"""GDAL opens data and follows no links."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gridkit import hardening

PROBE = """
from gridkit.hardening import harden
harden()
import pyogrio, rasterio
names = set(pyogrio.list_drivers())
with rasterio.Env() as env:
    rasters = set(env.drivers())
print(sorted(names & {vectors}), sorted(rasters & {rasters}), "GPKG" in names, "GTiff" in rasters)
for path in {paths}:
    try:
        pyogrio.read_dataframe(path)
        print("opened")
    except pyogrio.errors.DataSourceError:
        print("refused")
"""


def test_drivers_that_follow_links_are_gone_and_nothing_is_said_about_it(tmp_path):
    trap = tmp_path / "districts.geojson"
    trap.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
        "</OGRVRTDataSource>"
    )
    code = PROBE.format(
        vectors=set(hardening.SKIPPED_VECTORS), rasters=set(hardening.SKIPPED_RASTERS), paths=[str(trap)]
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["[] [] True True", "refused"]
    assert "GDAL_SKIP" not in run.stderr


def test_what_the_user_has_set_stays(monkeypatch):
    for name in hardening.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROJ_NETWORK", "ON")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        hardening.harden()
        assert os.environ["PROJ_NETWORK"] == "ON"
        assert os.environ["OGR_SKIP"].startswith("OGR_VRT")
