"""The made-up district: that it holds together, and that its files are what a planner's files are like."""

import csv
import io
import shlex
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st

import gridkit as gk
from gridkit.catalog.presets import presets
from gridkit.errors import OutputError
from gridkit.measure.routes.due import doors as doors_due
from gridkit.plan.plan import Parameters, Plan
from gridkit.sources.coordinates.datums import wgs84_from_gcj02
from gridkit.synthetic import FILES, District, departments, make, orders, registers, staff, taking_part, write
from gridkit.synthetic.files import commands
from gridkit.synthetic.incidents import CATEGORIES, CLOSED, HOT_SPOTS
from gridkit.synthetic.population import HOUSEHOLDS, PEOPLE, whole

METRIC = "EPSG:4549"


@pytest.fixture(scope="module")
def q():
    return make(seed=0)


@pytest.fixture(scope="module")
def district(demo_dir):
    return gpd.read_file(demo_dir / FILES["district"], layer="district")


@pytest.fixture(scope="module")
def communities(demo_dir):
    return gpd.read_file(demo_dir / FILES["district"], layer="communities")


@pytest.fixture(scope="module")
def cases(demo_dir):
    return pd.read_csv(demo_dir / FILES["incidents"], encoding="utf-8-sig", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def old_grids(demo_dir):
    return gpd.read_file(demo_dir / FILES["old_grids"])


def household_rows(folder):
    return list(csv.reader(io.StringIO((folder / FILES["households"]).read_bytes().decode("gbk"))))


def places(cases):
    known = cases[cases["经度"] != ""]
    lon, lat = wgs84_from_gcj02(known["经度"].astype(float), known["纬度"].astype(float))
    return gpd.GeoDataFrame(known, geometry=gpd.points_from_xy(lon, lat, crs="EPSG:4326")).to_crs(METRIC)


# ------------------------------------------------------------------ as a whole
@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(demo_dir, tmp_path):
    again = write(tmp_path, seed=0)
    text_and_maps = [path for path in again.values() if path.suffix != ".xlsx"]
    assert text_and_maps
    for path in text_and_maps:
        assert path.read_bytes() == (demo_dir / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_another_seed_gives_another_district_as_whole_as_the_first(q):
    other = make(seed=7)
    assert set(other.compounds["name"]) != set(q.compounds["name"])
    assert len(other.communities) == len(q.communities)
    assert shapely.coverage_is_valid(other.communities.geometry.to_numpy())
    assert other.homes["people"].sum() == PEOPLE


@pytest.mark.slow
def test_every_file_is_written_under_its_key(tmp_path):
    told = []
    paths = write(tmp_path, progress=lambda step, share: told.append((step, share)))
    assert {key: path.name for key, path in paths.items()} == FILES
    assert sum(path.stat().st_size for path in paths.values()) < 5_000_000
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.slow
def test_a_file_that_is_there_is_not_touched_without_overwrite(tmp_path):
    (tmp_path / FILES["facilities"]).write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILES["facilities"]]
    write(tmp_path, overwrite=True)
    assert (tmp_path / FILES["facilities"]).read_bytes() != b"mine"


def test_the_readme_says_in_both_languages_that_all_is_made_up(demo_dir):
    text = (demo_dir / FILES["readme"]).read_text(encoding="utf-8")
    assert "made up" in text
    assert "虚构" in text
    assert all(name in text for name in FILES.values() if name != FILES["readme"])


# ------------------------------------------------------------------ the district
def test_the_communities_tile_the_district(district, communities):
    assert (len(district), len(communities)) == (1, 5)
    assert communities.is_valid.all()
    assert shapely.coverage_is_valid(communities.geometry.to_numpy())
    assert communities.union_all().symmetric_difference(district.union_all()).area < 1e-6
    assert 6e6 < district.area.sum() < 9e6


def test_codes_are_text_and_names_are_in_both_languages(communities):
    assert communities["code"].str.fullmatch(r"\d{12}").all()
    assert communities["name"].str.fullmatch("[\u4e00-\u9fff]+社区").all()
    assert communities["name_en"].str.fullmatch(r"[A-Z][a-z]+ Community").all()


def test_the_totals_agree_from_building_to_district(q: District, communities):
    assert q.homes["people"].sum() == q.compounds["people"].sum() == communities["people"].sum() == PEOPLE
    assert (
        q.homes["households"].sum() == q.compounds["households"].sum() == communities["households"].sum() == HOUSEHOLDS
    )
    assert (q.homes["households"] >= 0).all()


def test_hardly_a_building_holds_more_households_than_flats(q):
    towers = q.homes[q.homes["kind"] != "house"]
    assert (towers["households"] > towers["flats"]).mean() < 0.02


def test_the_raster_holds_the_people_with_the_error_of_a_product(demo_dir, q):
    with rasterio.open(demo_dir / FILES["population"]) as raster:
        pixels = raster.read(1, masked=True)
        assert raster.crs.to_epsg() == 4326
        assert raster.dtypes == ("float32",)
        assert raster.nodata is not None
        assert pixels.mask.any()
        west, north = raster.bounds.left, raster.bounds.top
        step = raster.res[0]
    assert 0 < abs(pixels.sum() / PEOPLE - 1) < 0.01
    at = q.homes.centroid.to_crs(4326)
    assert not pixels.mask[((north - at.y) // step).astype(int), ((at.x - west) // step).astype(int)].any()


# ------------------------------------------------------------------ the tables
def test_the_household_table_has_title_header_rows_and_a_true_total(demo_dir):
    title, header, *rows, total = household_rows(demo_dir)
    assert "虚构" in title[0]
    assert header == ["小区名称", "社区", "户数", "人口", "60岁以上", "0-14岁"]
    assert total[0] == "合计"
    assert [sum(int(row[column]) for row in rows) for column in range(2, 6)] == [int(figure) for figure in total[2:]]
    assert int(total[3]) == PEOPLE


def test_some_names_and_figures_of_the_household_table_are_spelt_otherwise(demo_dir, q):
    rows = household_rows(demo_dir)[2:-1]
    strange = [row[0] for row in rows if row[0] not in set(q.compounds["name"])]
    assert 1 <= len(strange) <= 6
    assert any(not row[2].isascii() for row in rows)


def test_last_years_grids_tile_the_district_and_need_a_redraw(old_grids, district):
    grids = old_grids.to_crs(METRIC)
    assert grids["grid_id"].str.fullmatch(r"\d{15}").all()
    assert grids["grid_id"].is_unique
    assert (grids["grid_id"].str[:12] == grids["community"]).all()
    assert abs(grids.area.sum() - district.area.sum()) < 1.0
    assert (grids.geometry.count_geometries() > 1).sum() == 1
    out_of_band = ~grids["households"].between(300, 500)
    assert 0.1 < out_of_band.mean() < 0.6
    assert 50 < len(grids) < 75


def test_workbooks_keep_codes_as_text_below_a_title(demo_dir, old_grids):
    rows = list(openpyxl.load_workbook(demo_dir / FILES["staff"]).active.values)
    assert "虚构" in rows[0][0]
    cells = [row[rows[1].index("网格")] or "" for row in rows[2:]]
    assert all(isinstance(cell, str) for cell in cells)
    codes = [code for cell in cells for code in cell.split("、") if code]
    communities = len(set(old_grids["community"]))
    attached = communities * len(staff.ATTACHED)
    assert len(codes) == len(cells) - attached + 1  # one worker has two grids
    assert set(codes) <= set(old_grids["grid_id"])
    assert len(set(old_grids["grid_id"]) - set(codes)) >= 1


def test_nobody_can_be_reached_by_the_phones_in_the_workbook(q):
    assert q.workers["手机"].str.fullmatch(r"1\d{2}0000\d{4}").all()


def test_facilities_lie_in_the_district_and_each_community_has_a_centre(q, district):
    points = gpd.GeoSeries(gpd.points_from_xy(q.facilities["经度"], q.facilities["纬度"], crs=4326)).to_crs(METRIC)
    assert points.within(district.union_all()).all()
    centres = q.facilities[q.facilities["kind"] == "community_centre"]
    assert len(centres) == 5
    kinds = {"school", "kindergarten", "clinic", "hospital", "police", "fire_station", "elderly_care", "marketplace"}
    assert kinds <= set(q.facilities["kind"])
    assert (q.facilities["容量"] > 0).all()


# ------------------------------------------------------------------ the incidents
def test_incidents_are_in_gcj02_and_a_few_lie_outside_or_nowhere(cases, district):
    assert 0.02 < (cases["经度"] == "").mean() < 0.04
    at = places(cases)
    inside = at.within(district.union_all()).mean()
    assert 0.97 < inside < 0.999
    as_if_wgs84 = gpd.points_from_xy(at["经度"].astype(float), at["纬度"].astype(float), crs=4326).to_crs(METRIC)
    assert as_if_wgs84.within(district.union_all()).mean() < 0.93
    assert (cases["地址"] != "").all()


def test_hot_spots_stand_out_of_what_their_people_explain(cases, q):
    at = places(cases)
    for spot in HOT_SPOTS:
        kind = at[at["类别"] == spot.category]
        tree = shapely.STRtree(kind.geometry.to_numpy())
        near = np.array([len(tree.query(point, "dwithin", 120.0)) for point in kind.geometry])
        assert near.max() > 0.6 * spot.count[2025]
        assert np.median(near) < near.max() / 2


def test_closed_cases_and_only_they_have_a_closing_time_after_the_report(cases):
    closed = cases["状态"] == CLOSED
    assert ((cases["办结时间"] != "") == closed).all()
    assert 0.85 < closed.mean() < 0.99
    done = cases[closed]
    assert (done["办结时间"] >= done["上报时间"]).all()
    assert 0.6 < (done["办结时间"] <= done["期限"]).mean() < 0.95


def test_the_year_has_a_rhythm_and_repeats(cases):
    when = pd.to_datetime(cases["上报时间"])
    assert when.is_monotonic_increasing
    assert when.dt.year.unique().tolist() == [2025]
    assert (when.dt.month == 7).sum() > 1.3 * (when.dt.month == 2).sum()
    assert (when.dt.hour == 9).sum() > 5 * (when.dt.hour == 3).sum()
    repeats = cases[cases["经度"] != ""].groupby(["经度", "纬度"]).size()
    assert (repeats >= 3).sum() > 40
    assert cases["编号"].is_unique
    assert set(cases["类别"]) == set(CATEGORIES)


def test_the_year_before_covers_the_year_before(demo_dir, cases):
    before = pd.read_csv(demo_dir / FILES["incidents_last_year"], encoding="utf-8-sig", dtype=str)
    assert list(before.columns) == list(cases.columns)
    assert before["上报时间"].str[:4].unique().tolist() == ["2024"]
    assert 0.85 < len(before) / len(cases) < 1.0


def test_gdal_finds_the_layers(demo_dir):
    assert [name for name, _ in pyogrio.list_layers(demo_dir / FILES["district"])] == ["district", "communities"]


# ------------------------------------------------------------------ laws
@given(st.lists(st.floats(0.001, 1000.0), min_size=1, max_size=40), st.integers(0, 5000))
def test_whole_numbers_keep_the_total_and_stay_within_one_of_the_share(shares, total):
    weights = np.array(shares)
    parts = whole(weights, total)
    assert parts.sum() == total
    assert np.abs(parts - weights / weights.sum() * total).max() < 1.0 + 1e-6


# ------------------------------------------------------------------ departments
def test_nine_nets_cover_the_district_but_for_what_was_planted(demo_dir, district):
    ground = district.geometry.iloc[0]
    layers = [name for name, _ in pyogrio.list_layers(demo_dir / FILES["nets"])]
    assert layers == list(departments.NETS)
    for name in layers:
        net = gpd.read_file(demo_dir / FILES["nets"], layer=name)
        missing = ground.difference(net.union_all()).area
        twice = net.area.sum() - net.union_all().area
        planted = name == departments.GAPPED
        assert (missing > 5000) == planted, name
        assert (twice > 5000) == planted, name
        assert net[departments.NETS[name].column].is_unique


def test_posts_stand_in_the_areas_of_their_net(demo_dir):
    posts = pd.read_csv(demo_dir / FILES["posts"], encoding="utf-8-sig")
    areas = gpd.read_file(demo_dir / FILES["nets"], layer=departments.POSTED).to_crs("EPSG:4490")
    spots = gpd.GeoSeries(gpd.points_from_xy(posts["经度"], posts["纬度"]), crs="EPSG:4490")
    assert areas.contains(spots, align=False).all()
    assert posts["人数"].between(*departments.OFFICERS).all()


def test_departments_tables_hold_the_errors_that_were_planted(demo_dir, q):
    known = set(q.compounds["name"].dropna())
    civil = pd.read_excel(demo_dir / FILES["civil"], skiprows=1, dtype=str, engine="openpyxl")
    planted = registers.PLANTED["civil"]
    assert civil.duplicated().sum() == planted["twice"]
    named = civil["所在小区"].dropna()
    assert (~named.isin(known)).sum() == planted["unknown"]
    assert civil["所在小区"].isna().sum() == planted["blank"]
    health = pd.read_csv(demo_dir / FILES["health"], encoding="utf-8-sig")
    planted = registers.PLANTED["health"]
    assert health.duplicated().sum() == planted["twice"]
    assert (health["经度"] > 120.9).sum() == planted["outside"]
    assert health["经度"].isna().sum() == planted["unknown"]


def test_orders_of_more_departments_take_longer(demo_dir):
    steps = pd.read_csv(demo_dir / FILES["orders"], encoding="utf-8-sig", dtype=str)
    times = {name: pd.to_datetime(steps[name]) for name in ("受理时间", "办结时间")}
    of_order = steps.assign(**times).groupby("工单号")
    hands, hours = of_order.size(), (of_order["办结时间"].max() - of_order["受理时间"].min()).dt.total_seconds() / 3600
    assert len(hands) == orders.COUNT
    medians = hours.groupby(hands).median()
    assert medians.is_monotonic_increasing
    assert set(hands) == {1, 2, 3}


def test_zones_of_an_outbreak_and_a_flood_lie_in_the_district(demo_dir, district):
    ground = district.geometry.iloc[0].buffer(1)
    for layer in ("outbreak", "flood"):
        zones = gpd.read_file(demo_dir / FILES["zones"], layer=layer)
        assert zones.within(ground).all(), layer
        assert zones.is_valid.all()
        overlap = zones.area.sum() - zones.union_all().area
        assert overlap < 1


# ------------------------------------------------------------------ work, and taking part
@pytest.fixture(scope="module")
def last_years_plan(q):
    """Return last year's grids as a plan, a unit each: its codes are those that the staff's workbook has."""
    grids = q.old_grids.to_crs(METRIC)
    columns = {name: grids[name].to_numpy() for name in ("grid_id", "people", "households")}
    units = gpd.GeoDataFrame(
        {**columns, "parent": grids["community"].to_numpy(), "kind": "block", "area_m2": grids.area.to_numpy()},
        index=pd.Index([f"u{at:03d}" for at in range(len(grids))], name="unit_id"),
        geometry=grids.geometry.to_numpy(),
        crs=METRIC,
    )
    texts = ("unit_id", "neighbour", "feature", "name", "link")
    numbers = {name: pd.Series(dtype=float) for name in ("shared_m", "feature_m")}
    borders = gpd.GeoDataFrame({name: pd.Series(dtype=object) for name in texts} | numbers, geometry=[], crs=METRIC)
    districts = q.communities.set_index("code")[["name", "geometry"]].rename_axis("district_id")
    parameters = Parameters(title="Q", preset="cn-social", low=300, target=400, high=500)
    return Plan(units, borders.rename_axis("border_id"), districts, parameters)


def test_one_grid_alone_has_all_its_activities_started_by_the_administration(demo_dir, q, last_years_plan):
    laid = gk.participation(last_years_plan, activities=demo_dir / FILES["activities"])
    grids = laid.layers["participation"].tables["grids"]
    known = grids[grids["administration_start_of"].notna()]
    all_of_one_side = known[known["administration_start_n"] == known["administration_start_of"]]
    place = taking_part.planted_place(q).representative_point().iloc[0]
    units = last_years_plan.units
    assert all_of_one_side.index.tolist() == units.loc[units.contains(place), "grid_id"].tolist()
    assert all_of_one_side["administration_start_of"].tolist() == [taking_part.PLANTED["officials_only"]]
    assert len(known) > 15
    assert laid.layers["participation"].facts["nowhere"] == 0


def test_registers_of_taking_part_are_read_without_a_row_lost(demo_dir, last_years_plan):
    files = {name: demo_dir / FILES[name] for name in ("proposals", "counts", "givers")}
    laid = gk.participation(last_years_plan, **files).layers["participation"]
    lines = {each["indicator"]: each for each in laid.facts["lines"]}
    proposals = pd.read_csv(files["proposals"], encoding="utf-8-sig")
    assert (lines["answered"]["n"], lines["answered"]["of"]) == (
        int((proposals["答复状态"] != "未答复").sum()),
        taking_part.PROPOSALS,
    )
    assert lines["taking_part"]["of"] == HOUSEHOLDS
    assert laid.facts["nowhere"] == 0


def test_one_worker_alone_has_two_grids_and_half_a_worker_is_left_for_each(demo_dir, old_grids, last_years_plan):
    files = {name: demo_dir / FILES[name] for name in ("staff", "forms", "classes")}
    laid = gk.staffing(last_years_plan, **files, asof="2025-12-31").layers["staffing"]
    posts = laid.tables["posts"]
    workers = posts[posts["role"] == "full_time"]
    shared = workers[~workers["whole"].astype(bool)]
    assert laid.facts["serving_several"] == 1 + len(staff.ATTACHED) * len(set(old_grids["community"]))
    assert len(shared) == 2
    assert len(set(shared["staff_id"])) == 1
    assert shared["hours"].sum() == pytest.approx(workers["hours"].max())
    vacant = set(old_grids["grid_id"]) - set(workers.loc[workers["whole"].astype(bool), "grid_id"])
    assert set(shared["grid_id"]) <= vacant
    assert not laid.facts.get("without_grid")


def test_a_grid_that_hangs_on_a_lent_cadre_falls_short_the_day_after_the_last(demo_dir, last_years_plan):
    files = {name: demo_dir / FILES[name] for name in ("staff", "forms", "classes")}
    laid = gk.staffing(last_years_plan, **files, asof="2025-12-31").layers["staffing"]
    posts, grids = laid.tables["posts"], laid.tables["grids"]
    lent = set(posts.loc[posts["role"] == "sunk_cadre", "grid_id"])
    after = str((pd.Timestamp(staff.UNTIL) + pd.Timedelta(days=1)).date())
    assert len(lent) == len(staff.BUREAUS)
    hanging = grids.index[grids["falls_short"] == after]
    assert len(hanging) == 1
    assert set(hanging) <= lent
    assert (grids.loc[hanging, "fit"] >= 1).all()
    assert (grids.loc[hanging, "available_own"] == 0).all()
    told = laid.tables["stress"]
    assert told.index.tolist() == ["2025-12-31", after]
    assert told["short"].diff().iloc[-1] == 1
    assert told["posts"].diff().iloc[-1] == -len(lent)
    assert set(posts.loc[posts["grid_id"].isin(lent) & (posts["role"] == "sunk_cadre"), "unit"]) <= set(staff.BUREAUS)
    assert posts["phone"].str.startswith("0500-").all()


def test_as_many_members_give_and_take_as_were_planted_and_one_body_holds_all_together(demo_dir):
    found = gk.reciprocity(demo_dir / FILES["exchange"], bodies=demo_dir / FILES["bodies"]).facts
    both = next(each for each in found["lines"] if each["indicator"] == "both")
    assert (both["n"], both["of"]) == (taking_part.PLANTED["both"], taking_part.PLANTED["members"])
    assert found["cores"] == 1
    ties = pd.read_csv(demo_dir / FILES["bodies"], encoding="utf-8-sig")
    assert (ties == taking_part.CORE).any(axis=1).sum() == found["bodies"] - 1


def test_mutual_aid_alone_fades_after_the_flood(demo_dir):
    found = gk.survival(
        demo_dir / FILES["groups"],
        hours=demo_dir / FILES["hours"],
        peak_since=f"{taking_part.FLOOD}-01",
        asof="2025-12-31",
    ).facts
    of_source = {each["source"]: each for each in found["hours"]}
    assert {each["peak_month"] for each in of_source.values()} == {taking_part.FLOOD}
    left = {name: each["share_12"] for name, each in of_source.items() if name != "all"}
    assert [name for name, share in left.items() if share < 0.5] == [taking_part.MUTUAL_AID]
    of_kind = {each["kind"]: each for each in found["lives"]}
    assert of_kind[taking_part.MUTUAL_AID]["n"] == taking_part.PLANTED["aid_groups"]
    others = [each for name, each in of_kind.items() if name not in ("all", taking_part.MUTUAL_AID)]
    assert of_kind[taking_part.MUTUAL_AID]["left_12"] < 0.1
    assert min(each["left_12"] for each in others) > 0.8


def test_one_community_alone_has_had_no_visit_in_time(demo_dir, q):
    rows = pd.read_csv(demo_dir / FILES["visits"], encoding="utf-8-sig")
    points = gpd.points_from_xy(rows["经度"], rows["纬度"], crs=4326).to_crs(METRIC)
    homes = gpd.GeoDataFrame(
        {"category": rows["户类别"], "time": pd.to_datetime(rows["上次走访"])}, geometry=points, crs=METRIC
    )
    doors = doors_due(homes, presets()["cn-social"].workload, pd.Timestamp("2025-12-31"), None)
    named = gpd.GeoDataFrame(doors).sjoin(q.communities[["code", "geometry"]], predicate="within")
    seen = named.groupby("code")["visited"].sum()
    assert seen[seen == 0].index.tolist() == [q.communities["code"].iloc[-1]]
    assert named["households"].sum() == len(rows)


@pytest.mark.slow
def test_every_command_of_the_readme_runs_beside_its_files(demo_dir, tmp_path, monkeypatch):
    from click.testing import CliRunner
    from typer.main import get_command

    from gridkit import cli

    shutil.copytree(demo_dir, tmp_path / "demo")
    monkeypatch.chdir(tmp_path / "demo")
    split = (
        "split district.gpkg:communities --parents code --osm district.osm.pbf --people population.tif "
        "--households households.csv -o plan.gpkg"
    )
    for each in (split, *(line.removeprefix("gridkit ") for line in commands())):
        done = CliRunner().invoke(get_command(cli.app), shlex.split(each))
        assert done.exit_code == 0, (each, done.output)
        assert Path(each.split(" -o ")[1]).stat().st_size > 1000
    text = (demo_dir / FILES["readme"]).read_text(encoding="utf-8")
    assert all(line in text for line in commands())
