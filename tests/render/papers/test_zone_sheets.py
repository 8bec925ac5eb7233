"""Papers of zones, and the page of residents."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes import emergency_papers as papers
from gridkit.render.papers import zone_sheets

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


def told(plan, tmp_path, lang="en"):
    pytest.importorskip("fpdf", reason="fpdf2 is not installed: papers of zones NOT checked")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    papers.written(plan, tmp_path / "p.pdf", lang=lang, overwrite=True)
    return subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "p.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2027-01-10", "2027-01-24", "From 2027-01-10 to 2027-01-24"),
        ("2027-01-10", None, "From 2027-01-10 until further notice"),
        (None, "2027-01-24", "Until 2027-01-24"),
        (None, None, "Until further notice"),
    ],
)
def test_a_zone_says_how_long_it_holds_as_far_as_that_is_known(since, until, said, tmp_path):
    area = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(4, 4, 196, 96)], crs=METRES)
    choices = {name: value for name, value in (("since", since), ("until", until)) if value}
    assert said in told(gk.emergency(TOWN, zones=area, kind="sealed", **choices), tmp_path)


def test_gates_points_and_rounds_are_marked_listed_and_staffed(tmp_path):
    area = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(4, 4, 196, 96)], crs=METRES)
    spots = gpd.GeoDataFrame({"name": ["school", "hall"]}, geometry=[Point(50, 50), Point(150, 50)], crs=METRES)
    plan = gk.emergency(TOWN, zones=area, kind="sealed", candidates=spots, rounds=True)
    layer = plan.layers["emergency"]
    text = told(plan, tmp_path)
    assert "Gate" in text
    assert "G1" in text
    places = layer.tables["points"]
    assert "gate" in set(places["category"])
    for place in places.index[places["category"] == "point"]:
        assert zone_sheets.short_name(str(place), "A") in text
    chinese = told(plan, tmp_path, "zh")
    assert "Gate" not in chinese


def test_codes_that_begin_alike_are_told_by_what_differs():
    told = zone_sheets.short(["320508019001", "320508019002"])
    assert len(set(told.values())) == 2
    assert max(map(len, told.values())) < 12
    assert all(code.endswith(short) for code, short in told.items())
    assert zone_sheets.short(["A1", "A2"]) == {"A1": "A1", "A2": "A2"}
    assert zone_sheets.short(["320508019001"]) == {"320508019001": "320508019001"}
