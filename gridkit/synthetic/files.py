"""The made-up district written as the files a planner would have, so that everything goes through the usual readers."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pyogrio
import rasterio

from gridkit import atomic
from gridkit.atomic import GEOPACKAGE
from gridkit.synthetic import (
    departments,
    desk,
    incidents,
    orders,
    osm_file,
    outbreak,
    population,
    registers,
    taking_part,
)
from gridkit.synthetic.district import District, make
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

FILES = {
    "district": "district.gpkg",
    "osm": "district.osm.pbf",
    "population": "population.tif",
    "households": "households.csv",
    "incidents": "incidents.csv",
    "incidents_last_year": "incidents_last_year.csv",
    "staff": "staff.xlsx",
    "volunteers": "volunteers.xlsx",
    "facilities": "facilities.xlsx",
    "old_grids": "grids_last_year.gpkg",
    "nets": "nets.gpkg",
    "posts": "posts.csv",
    "civil": "civil.xlsx",
    "health": "health.csv",
    "orders": "orders.csv",
    "zones": "zones.gpkg",
    "forms": "forms.xlsx",
    "classes": "classes.xlsx",
    "visits": "visits.csv",
    "activities": "activities.csv",
    "proposals": "proposals.csv",
    "counts": "counts.xlsx",
    "givers": "givers.csv",
    "exchange": "exchange.csv",
    "bodies": "bodies.csv",
    "groups": "groups.csv",
    "hours": "hours.csv",
    "readme": "README.txt",
}
"""File name by the key that `write` returns it under."""

README = """Q District / Q区

Everything in this folder is made up: places, names, people, numbers and events, drawn by gridkit from seed {seed}.
Any likeness to a real place or person is chance. Use it freely.
本文件夹中的一切均为虚构：地点、名称、人员、数字和事件，由 gridkit 按种子 {seed} 生成。
如与真实地点或人物雷同，纯属巧合；可自由使用。

district.gpkg              the district and its five communities, EPSG:4549        区界与五个社区
district.osm.pbf           streets, buildings, water, walls, places (OpenStreetMap)  街道、建筑、水系、围墙、地点
population.tif             people per pixel, EPSG:4326, 3 arc seconds              人口栅格，每像元人数
households.csv             households per compound, GBK, title and total rows      各小区住户统计（GBK）
incidents.csv              incidents of {year}, GCJ-02                                {year}年事件（GCJ-02）
incidents_last_year.csv    incidents of the year before, GCJ-02                    上年事件（GCJ-02）
staff.xlsx                 grid workers                                            网格员花名册
volunteers.xlsx            volunteers                                              志愿者
facilities.xlsx            public services with capacity and hours                 公共服务设施
grids_last_year.gpkg       last year's grids, EPSG:4490                            上年网格
nets.gpkg                  nine departments' nets, a layer each                    九个部门的专业网格，每层一张
posts.csv                  posts of one of them and who works there                综治工作站及人数
civil.xlsx, health.csv     two departments' tables, with errors                    两个部门的台账（含差错）
orders.csv                 orders of {year}, a row a step, GCJ-02                    {year}年工单，每步一行（GCJ-02）
zones.gpkg                 zones of an outbreak, and of a flood                    疫情分区、洪水分区
forms.xlsx                 forms that each grid fills in, how often, minutes       网格报表清单：频次与用时
classes.xlsx               households by class, per community                      各社区重点户统计
visits.csv                 households in need and their last visit, WGS 84         重点户及最近走访日期
activities.csv             activities of {year}, who started them, WGS 84            {year}年活动登记（含发起方）
proposals.csv              residents' proposals and what became of them            居民提案及答复
counts.xlsx                households taking part, building heads, volunteers      参与户数、楼栋长、志愿者统计
givers.csv                 hours of each volunteer, by number                      志愿者服务时长（按编号）
exchange.csv, bodies.csv   a time bank's log; which bodies work together           时间银行流水；组织间协作关系
groups.csv, hours.csv      lives of groups; hours by month, a flood in them        小组存续；各月工时（含洪水应急）

What can be done with the plan, copied line by line into a terminal in this folder:
方案做好后，在本文件夹的终端里逐行复制即可：

{commands}
"""

COMMANDS = (
    "gridkit departments overlay plan.gpkg {nets} -o nets-laid.gpkg",
    "gridkit map nets-laid.gpkg --view departments -o departments.html",
    "gridkit departments harmonise plan.gpkg party=nets.gpkg:party city=nets.gpkg:city --union -o proposal.pdf",
    "gridkit departments harmonise plan.gpkg law=nets.gpkg:law --union --sites law=posts.csv --cost plan=1 -o h.gpkg",
    "gridkit ingest plan.gpkg civil=civil.xlsx health=health.csv -o shared.xlsx",
    "gridkit response plan.gpkg orders.csv --datum gcj02 -o orders-flow.svg",
    "gridkit emergency plan.gpkg --zones zones.gpkg:outbreak -o outbreak.pdf",
    "gridkit emergency plan.gpkg --zones zones.gpkg:flood --preset flood -o flood.html",
    "gridkit workload plan.gpkg --forms forms.xlsx --classes classes.xlsx -o work.gpkg",
    "gridkit staffing work.gpkg --staff staff.xlsx --old grids_last_year.gpkg --assign --asof {day} -o staffed.gpkg",
    "gridkit visits staffed.gpkg --due visits.csv --asof {day} -o visited.gpkg",
    "gridkit export visited.gpkg --table visits:routes -o visits.gpx",
    "gridkit patrol visited.gpkg -o walked.gpkg",
    "gridkit export walked.gpkg --table patrol:routes -o patrol.gpx",
    "gridkit participation walked.gpkg {registers} -o social.gpkg",
    "gridkit reciprocity exchange.csv --bodies bodies.csv --plan social.gpkg -o exchanged.gpkg",
    "gridkit survival groups.csv --hours hours.csv --peak-since {flood}-01 --plan exchanged.gpkg {until} -o kept.gpkg",
    "gridkit scorecard kept.gpkg -o scorecard.pdf",
    "gridkit scorecard kept.gpkg -o scorecard.html",
    "gridkit map kept.gpkg --view official -o office.html",
    "gridkit report kept.gpkg -o everything.xlsx",
)
"""What the README lists to be copied: each runs on the files beside it once the plan is there."""


def commands() -> list[str]:
    """Return the commands that the README lists."""
    nets = " ".join(f"{name}=nets.gpkg:{name}" for name in departments.NETS)
    given = {
        "nets": nets,
        "until": f"--asof {incidents.LAST_DAY}",
        "day": incidents.LAST_DAY,
        "flood": taking_part.FLOOD,
        "registers": "--activities activities.csv --proposals proposals.csv --counts counts.xlsx --givers givers.csv",
    }
    return [each.format(**given) for each in COMMANDS]


DATED = {"OGR_CURRENT_DATE": "2025-01-01T00:00:00.000Z"}
"""GeoPackages carry this date, so that the same seed gives the same bytes."""


def write(
    folder: Path | str,
    seed: int = 0,
    *,
    overwrite: bool = False,
    progress: Callable[[str, float | None], None] | None = None,
) -> dict[str, Path]:
    """Write the district of a seed into a folder and return the path of each file by its key in `FILES`.

    Parameters
    ----------
    folder
        Made when it is not there.
    seed
        What to draw the district from.
    overwrite
        Whether files already there may be replaced; if not, none is touched when one exists.
    progress
        Told the name of each step and the share of the work done before it, 0-1.

    Raises
    ------
    OutputError
        When a file exists and ``overwrite`` is false, or cannot be written.
    """
    folder = Path(folder)
    paths = {key: atomic.refuse(folder / name, overwrite=overwrite) for key, name in FILES.items()}
    tell = progress or (lambda _step, _share: None)
    tell("draw", 0.0)
    made = make(seed)
    with atomic.together(list(paths.values()), overwrite=overwrite) as drafts:
        for done, (key, draft) in enumerate(zip(paths, drafts, strict=True)):
            tell(draft.name, 0.4 + 0.6 * done / len(paths))
            WRITE[key](draft, made)
    tell("done", 1.0)
    return paths


def write_district(path: Path, made: District) -> None:
    """Write the district and its communities as two layers of a GeoPackage."""
    with dated():
        pyogrio.write_dataframe(made.district, path, layer="district", **GEOPACKAGE)
        pyogrio.write_dataframe(made.communities, path, layer="communities", append=True, **GEOPACKAGE)


def write_old_grids(path: Path, made: District) -> None:
    """Write last year's grids as a GeoPackage."""
    with dated():
        pyogrio.write_dataframe(made.old_grids, path, layer="grids", promote_to_multi=True, **GEOPACKAGE)


def write_layers(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Write tables as the layers of a GeoPackage."""
    with dated():
        for at, (name, table) in enumerate(layers.items()):
            pyogrio.write_dataframe(table, path, layer=name, promote_to_multi=True, append=at > 0, **GEOPACKAGE)


@contextmanager
def dated() -> Iterator[None]:
    """Let GDAL write `DATED` in place of the time of day."""
    before = {key: pyogrio.get_gdal_config_option(key) for key in DATED}
    pyogrio.set_gdal_config_options(DATED)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def write_population(path: Path, made: District) -> None:
    """Write the population product as a GeoTIFF with one band of 32-bit floats."""
    pixels = made.people_per_pixel
    west, north = made.corner
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "height": pixels.shape[0], "width": pixels.shape[1],
        "crs": "EPSG:4326", "nodata": population.NODATA, "compress": "deflate",
        "transform": rasterio.Affine(population.PIXEL_DEG, 0.0, west, 0.0, -population.PIXEL_DEG, north),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(pixels, 1)
        raster.set_band_description(1, "people per pixel (made up)")


def write_table(path: Path, rows: Sequence[Sequence[str]], encoding: str) -> None:
    """Write rows as comma-separated text in this encoding."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as comma-separated UTF-8 with a byte order mark, as Excel wants it."""
    write_table(path, [list(frame.columns), *frame.astype(TEXT).to_numpy().tolist()], "utf-8-sig")


def write_workbook(path: Path, frame: pd.DataFrame, title: str) -> None:
    """Write a table as a workbook with a title row above the header; codes stay text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append([f"Q区{title}（虚构数据）"])
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append(list(row))
    sheet.freeze_panes = "A3"
    book.save(path)


def write_readme(path: Path, made: District) -> None:
    """Write what the folder holds, and that all of it is made up."""
    path.write_text(
        README.format(seed=made.seed, year=incidents.THIS_YEAR, commands="\n".join(commands())), encoding="utf-8"
    )


WRITE: dict[str, Callable[[Path, District], None]] = {
    "district": write_district,
    "osm": lambda path, made: osm_file.write(path, made.features),
    "population": write_population,
    "households": lambda path, made: write_table(path, made.household_table, "gbk"),
    "incidents": lambda path, made: write_frame(path, made.incidents),
    "incidents_last_year": lambda path, made: write_frame(path, made.incidents_last_year),
    "staff": lambda path, made: write_workbook(path, made.workers, "网格员花名册"),
    "volunteers": lambda path, made: write_workbook(path, made.volunteers, "志愿者登记表"),
    "facilities": lambda path, made: write_workbook(path, made.facilities, "公共服务设施表"),
    "old_grids": write_old_grids,
    "nets": lambda path, made: write_layers(path, departments.nets(made)),
    "posts": lambda path, made: write_frame(path, departments.posts(made)),
    "civil": lambda path, made: write_workbook(path, registers.civil(made), "养老服务登记表"),
    "health": lambda path, made: write_frame(path, registers.health(made)),
    "orders": lambda path, made: write_frame(path, orders.orders(made)),
    "zones": lambda path, made: write_layers(path, outbreak.zones(made)),
    "forms": lambda path, made: write_workbook(path, desk.forms(made), "网格报表清单"),
    "classes": lambda path, made: write_workbook(path, desk.classes(made), "各社区重点户统计"),
    "visits": lambda path, made: write_frame(path, desk.visits(made)),
    "activities": lambda path, made: write_frame(path, taking_part.activities(made)),
    "proposals": lambda path, made: write_frame(path, taking_part.proposals(made)),
    "counts": lambda path, made: write_workbook(path, taking_part.counts(made), "社区参与统计"),
    "givers": lambda path, made: write_frame(path, taking_part.givers(made)),
    "exchange": lambda path, made: write_frame(path, taking_part.exchange(made)),
    "bodies": lambda path, made: write_frame(path, taking_part.bodies(made)),
    "groups": lambda path, made: write_frame(path, taking_part.groups(made)),
    "hours": lambda path, made: write_frame(path, taking_part.hours(made)),
    "readme": write_readme,
}
"""How each file is written."""
