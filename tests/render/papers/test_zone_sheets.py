"""Papers of zones, and the page of residents."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes import emergency_papers as papers

STREETS = [LineString([(100 * k, 0), (100 * k, 100), (100 * k, 200)]) for k in range(3)]
STREETS += [LineString([(0, 100 * k), (100, 100 * k), (200, 100 * k)]) for k in range(3)]
ROADS = gpd.GeoDataFrame({"kind": "residential", "name": "南街"}, geometry=STREETS, crs=METRES, index=range(6))
TOWN = replace(town(), backdrop={"roads": ROADS.rename_axis("feature_id")})


def closed(name="A", **columns):
    area = gpd.GeoDataFrame({"name": [name], **columns}, geometry=[box(4, 4, 196, 96)], crs=METRES)
    return gk.emergency(TOWN, zones=area, kind="sealed", since="2027-01-10", until="2027-01-24")


def test_papers_and_page_tell_what_is_needed_and_the_page_no_counts(tmp_path):
    pytest.importorskip("fpdf", reason="fpdf2 is not installed: papers of zones NOT checked")
    plan = closed(phone=["010-1234"])
    papers.written(plan, tmp_path / "papers.pdf", lang="en", overwrite=False)
    assert (tmp_path / "papers.pdf").read_bytes().startswith(b"%PDF")
    papers.written(plan, tmp_path / "page.html", lang="en", overwrite=False)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for text in ("Sealed zone", "010-1234", "南河", "2027", "<svg"):
        assert text in page
    assert "people" not in page.split("<body>")[1].split("<script>")[0].lower()
    with pytest.raises(UsageError, match="no emergency"):
        papers.written(TOWN, tmp_path / "none.pdf", lang="en", overwrite=False)


def test_a_page_escapes_what_data_say(tmp_path):
    evil = closed("<b>x</b>", phone=["'><script>1</script>"])
    papers.written(evil, tmp_path / "page.html", lang="en", overwrite=False)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<b>x" not in page
    assert page.count("<script>") == 1
