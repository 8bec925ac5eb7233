"""What a table or layer may be used as, by its columns and shapes, and the command lines to go on with."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridkit.catalog import definitions
from gridkit.crs import to_metric
from gridkit.errors import GridkitError
from gridkit.options.catalogue import options_of
from gridkit.sources import facilities, incidents, overture
from gridkit.sources.coordinates import points, written
from gridkit.sources.people import counts
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, names
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.sources.files.containers import Spec

ROLES: dict[str, tuple[str, ...]] = {
    **names.COORDINATES,
    **{role: incidents.COLUMNS[role] for role in ("id", "time", "status", "department")},
    **{role: facilities.COLUMNS[role] for role in ("capacity", "hours")},
    **counts.COLUMNS,
}
"""Names that columns of each role usually have, over all tables that are read."""

PLACEHOLDERS = ("DISTRICT", "LAYER")
"""What a command line names that is not known: another file, the name of a layer."""

_NO_AMOUNT = re.compile(
    r"objectid|quadkey|version|year|date|confidence|probab|score|height|level|floor|storey|index|rank|order|class|"
    r"rate|ratio|share|percent|%|densit|mean|average|median|min_|max_|_min|_max|azimuth|direction|zoom|speed|age$|"
    r"率|比|密度|平均|指数|排名|等级|高度|层|年份|坐标",
    re.IGNORECASE,
)
"""Names of columns of numbers that are no amounts: their sum says nothing."""

_ROADS = ("highway", "fclass", "road_class", "道路等级", "subtype")
_BUILDINGS = (
    "building", "building:levels", "floors", "height", "area_in_meters", "楼层", "层数", "num_floors", "bld_type",
    "full_plus_code", "bf_source",
)  # fmt: skip
_FEWEST_BLOCKS, _OF_A_BLOCK = 8, 500
_FEWEST_HOUSES, _OF_A_HOUSE_M2, _SAMPLE = 20, 1500, 200
_COUNTED = ("people", "households", "elderly", "children", "capacity")
_PARENTS = ("code", "编码", "编号", "社区编码", "name", "名称", "社区", "社区名称", "names")
_LAYERS = {
    "schools": ("school", "学校", "小学", "中学", "escola"), "clinics": ("clinic", "诊所", "卫生"),
    "hospitals": ("hospital", "医院"), "kindergartens": ("kindergarten", "幼儿园"), "parks": ("park", "公园"),
    "markets": ("market", "菜场", "市场"), "toilets": ("toilet", "公厕"), "police": ("police", "派出所"),
    "fire-stations": ("fire", "消防"), "bus-stops": ("bus", "公交"), "elderly-care": ("elderly", "养老"),
    "community-centres": ("community_cent", "活动中心", "服务中心"),
}  # fmt: skip
"""Words in the name of a file of facilities that tell which layer they are for."""


_SAID = (
    "crs", "datum", "encoding", "swap_xy", "decimal", "thousands", "dates", "timezone", "count", "updates", "alike",
    "degrees", "suppressed", "density",
)  # fmt: skip
"""What a reading says by options of the same names."""

_ONCE = 0.9
"""The share of numbers of events that are given once at least, where a row is an event."""
_OF_ORDERS = ("department", "closed", "category", "status")
_REGISTERED = re.compile(
    r"签约|走访|建成|竣工|开业|成立|注册|入职|有效|到期|入住|迁入|参保|出生"
    r"|birth|built|founded|regist(?:ered|ration)|expir|contract|visit|hired|joined|moved.?in",
    re.IGNORECASE,
)
"""Heads of dates that something or somebody has: none of them is the time of an event."""
_VISITED = re.compile(r"走访|入户|\bvisit|last.?visit", re.IGNORECASE)
_PROPOSED = re.compile(r"提案|建议|proposal", re.IGNORECASE)
_NET = r"网格|片区|责任区|包片|管片|管区|警区|警务区|学区"
_NET_COLUMN = re.compile(
    rf"(?i)^({_NET})(编?号|编码|代码|名称?)$|^(grid|beat|precinct|catchment|round)_?(id|code|no|name)$"
)
_NET_CELL = re.compile(rf"(?i)({_NET})|\b(grid|beat|precinct|catchment|net)\b")
"""What departments call the pieces of their nets, in the heads of columns and in names."""


@dataclass(frozen=True)
class Use:
    """What one thing in a file may be used as.

    Attributes
    ----------
    role
        In a word: district, people, roads, buildings, incidents, departments' orders, facilities, totals, osm ...
    spec
        What names it on the command line.
    people
        The option that counts people in it, ``--people`` or ``--households``, and what names the counts.
    parents
        The column whose values are walls, where the areas are the communities of a district.
    layer
        The layer it may be laid as.
    areas
        Whether it may be the district itself.
    units
        What names its areas as units, where they are as small as street blocks.
    both
        Whether it counts people and households: which of them a target means has to be said.
    net
        Whether its areas call themselves pieces of a department's net: the district is anything else first.
    then
        The command that takes it once there is a plan, ``{}`` where the file stands: of orders with a row for each
        step, which counted as events would count twice, and of registers.
    """

    role: str
    spec: str
    people: tuple[str, str] | None = None
    parents: str | None = None
    layer: str | None = None
    areas: bool = False
    units: str | None = None
    net: bool = False
    then: str | None = None
    both: bool = False


def roles(frame: pd.DataFrame, reading: Reading = AS_IT_SAYS) -> dict[str, str]:
    """Return the role of each column that has one, by the name of the column; those that the user gave first."""
    own = getattr(frame, "_geometry_column_name", None)
    frame = frame.drop(columns=[own]) if own in frame else frame
    found = {
        **counts.of_settlement_layer(frame),
        **column_roles.found(frame, column_roles.merged(reading.columns, ROLES)),
    }
    orders = column_roles.found(frame, definitions.layers()["response"].columns)
    if _are_orders(frame, orders):
        found = {role: name for role, name in orders.items() if role in _OF_ORDERS} | {"id": orders["order"]} | found
    if found.get("pair") is not None and written.form(frame[found["pair"]]) is None:
        del found["pair"]  # called a location, and holds none
    if (dated := _dated(frame, found)) is not None:
        found["time"] = dated
    return {column: role for role, column in reversed(found.items())}


def _dated(frame: pd.DataFrame, found: Mapping[str, str]) -> str | None:
    """Return the one column of dates of what is no register of places: what incidents take for their time."""
    playing = set(found.values())
    if "time" in found or _names_places(frame) or {"people", "households"} & set(found):
        return None
    held = incidents.of_dates(frame, [str(name) for name in frame.columns if str(name) not in playing])
    return held[0] if len(held) == 1 else None


def _names_places(frame: pd.DataFrame) -> bool:
    """Return whether a table names places, and says how many they take or when they are open."""
    return bool(column_roles.found(frame, {role: facilities.COLUMNS[role] for role in ("name", "capacity", "hours")}))


def times(frame: pd.DataFrame, role: Mapping[str, str]) -> list[str]:
    """Return the columns that are read as times, or look like it, by their role or their cells."""
    own = getattr(frame, "_geometry_column_name", None)
    rest = [str(name) for name in frame.columns if name != own and str(name) not in role]
    return [*(name for name, each in role.items() if each == "time"), *incidents.of_dates(frame, rest)]


def is_summed(name: str, role: str | None) -> bool:
    """Return whether the sum of a column of numbers says anything: of identifiers, codes and places it does not."""
    return role in _COUNTED or (role is None and not cells.names_code(name) and not _NO_AMOUNT.search(name))


def use(frame: pd.DataFrame, spec: Spec, reading: Reading = AS_IT_SAYS) -> Use | None:
    """Return what a table may be used as; None where nothing tells.

    Parameters
    ----------
    frame
        As read: a layer, or a table whose cells may hold places.
    spec
        What names it on the command line.
    reading
        What its user says of it.
    """
    found = {role: column for column, role in roles(frame, reading).items()}
    kinds = set(frame.geom_type.dropna().str.removeprefix("Multi")) if isinstance(frame, gpd.GeoDataFrame) else set()
    named = str(spec)
    if "LineString" in kinds:
        return Use("roads", named)
    if "Polygon" in kinds:
        return _areas(frame, found, spec)
    if overture.speaks(frame):
        return Use("places", named)
    return _rows(frame, found, spec, placed=bool(kinds) or points.located(frame, reading))


def _rows(frame: pd.DataFrame, found: Mapping[str, str], spec: Spec, *, placed: bool) -> Use | None:
    """Return what rows that are no lines and no areas may be used as."""
    named = str(spec)
    # Schools with the day each was opened are no incidents.
    registered = _layer(named) != PLACEHOLDERS[1] and _names_places(frame)
    if not registered and (kept := _register(frame, found, spec)) is not None:
        return kept
    if "time" in found and placed and not registered:
        return Use("incidents", named, layer="incidents")
    for counted in ("people", "households"):
        if counted in found and _holds_figures(frame[found[counted]]):
            option = f"--{counted}" if placed else "--totals"
            return Use(counted if placed else "totals", named, (option, named), both=_counts_both(found))
    return Use("facilities", named, layer=_layer(named)) if placed else None


def _register(frame: pd.DataFrame, found: Mapping[str, str], spec: Spec) -> Use | None:
    """Return what keeps a register that is none of events: orders, activities, proposals, visits, a department's own.

    The columns of each are those of its layer's definition.
    """
    known = definitions.layers()
    if _are_orders(frame, column_roles.found(frame, known["response"].columns)):
        return Use("departments' orders", str(spec), then="response plan.gpkg {}")
    taking_part = known["participation"]
    activities = column_roles.found(frame, taking_part.activities)
    if {"initiator", "updated"} <= set(activities):
        return Use("register of activities", str(spec), then="participation plan.gpkg --activities {}")
    proposals = column_roles.found(frame, taking_part.proposals)
    if {"id", "updated"} <= set(proposals) and _PROPOSED.search(proposals["id"]):
        return Use("register of proposals", str(spec), then="participation plan.gpkg --proposals {}")
    dated = found.get("time")
    if dated is None or names.column_for(frame, incidents.COLUMNS["time"]) == dated or not _REGISTERED.search(dated):
        return None
    if _VISITED.search(dated) and points.located(frame):
        return Use("register of visits", str(spec), then="visits plan.gpkg --due {} -o rounds.gpx")
    called = re.sub(r"[\W]+", "-", spec.path.stem)
    return Use("department's table", str(spec), then=f"ingest plan.gpkg {called}={{}}")


def _are_orders(frame: pd.DataFrame, playing: Mapping[str, str]) -> bool:
    """Return whether numbers return in many rows with their departments, as orders do that go from desk to desk."""
    if not {"order", "department", "time"} <= set(playing):
        return False
    numbers = frame[playing["order"]].dropna()
    return len(numbers) > 0 and numbers.nunique() < _ONCE * len(numbers)


def _holds_figures(values: pd.Series) -> bool:
    """Return whether the cells of a column hold figures, so that what its head says can be so."""
    said = values[~pd.Series(cells.blanks(values), index=values.index)].astype(TEXT).iloc[:_SAMPLE]
    return bool(said.str.contains(r"\d", regex=True).mean() > 1 / 2) if len(said) else True


def _counts_both(found: Mapping[str, str]) -> bool:
    """Return whether people and households are counted in one table."""
    return {"people", "households"} <= set(found)


def _areas(frame: pd.DataFrame, found: dict[str, str], spec: Spec) -> Use:
    columns = {str(name).casefold() for name in frame.columns}
    counted = next((role for role in ("people", "households") if role in found), None)
    if counted is not None:
        people = (f"--{counted}", f"{spec}:{found[counted]}")
        blocks = str(spec) if _is_cut_fine(frame, found[counted]) else None
        parents, both = _parents(frame), _counts_both(found)
        return Use(counted, str(spec), people, parents, areas=True, units=blocks, both=both)
    if overture.divides(frame):
        return Use("district", str(spec), parents=_parents(frame), areas=True)
    if "building_count" in columns:
        return Use("settlements", str(spec), areas=True)
    if columns.intersection(_BUILDINGS) or overture.speaks(pd.DataFrame(columns=sorted(columns))) or _are_houses(frame):
        return Use("buildings", str(spec))
    return Use("district", str(spec), parents=_parents(frame), areas=True, net=_is_net(frame))


def _is_net(frame: pd.DataFrame) -> bool:
    """Return whether areas are called grids, beats or the like, in the head of a column or in most of their names."""
    if any(_NET_COLUMN.search(str(name)) for name in frame.columns):
        return True
    called = names.column_for(frame, ("name", "名称"))
    return called is not None and bool(
        frame[called].dropna().map(lambda cell: _NET_CELL.search(str(cell)) is not None).mean() > 1 / 2
    )


def _is_cut_fine(frame: pd.DataFrame, column: str) -> bool:
    """Return whether areas hold so few people each that grids are made of whole ones, as street blocks are."""
    counts = pd.to_numeric(frame[column], errors="coerce")
    return len(frame) >= _FEWEST_BLOCKS and bool(counts.median() < _OF_A_BLOCK)


def _are_houses(frame: pd.DataFrame) -> bool:
    """Return whether areas are many, and no larger than houses are: outlines without a column that says so."""
    if not isinstance(frame, gpd.GeoDataFrame) or len(frame) < _FEWEST_HOUSES or frame.crs is None:
        return False
    some = frame.geometry.dropna().iloc[:: max(1, len(frame) // _SAMPLE)]
    try:
        sizes = to_metric(gpd.GeoDataFrame(geometry=some)).area
    except GridkitError:
        return False
    return bool(sizes.median() < _OF_A_HOUSE_M2)


def _parents(frame: pd.DataFrame) -> str | None:
    """Return the column that names each area once: those of the communities of a district, which are a few."""
    name = names.column_for(frame, _PARENTS) if 1 < len(frame) <= 200 else None  # noqa: PLR2004 - a district has so many
    return name if name is not None and frame[name].notna().all() and frame[name].astype(TEXT).is_unique else None


def _layer(named: str) -> str:
    said = named.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    return next((layer for layer, words in _LAYERS.items() if any(word in said for word in words)), "LAYER")


def commands(uses: Iterable[Use], district: str | None = None, reading: Reading = AS_IT_SAYS) -> list[str]:
    """Return the command lines to go on with: one that makes the plan out of all that serves it, then its layers.

    Parameters
    ----------
    uses
        What the files may be used as.
    district
        What names the district, where it is known already; else the areas that have no other use, else those that
        count people, else a word that stands for it.
    reading
        What is said of the files: each line says of it what its command takes.

    Examples
    --------
    >>> commands([Use("district", "q.gpkg", areas=True), Use("people", "p.tif", ("--people", "p.tif"))])
    ['gridkit split q.gpkg --units hexagons --people p.tif --target 1000 -o plan.gpkg']
    """
    every = list(uses)
    chosen = areas_of(every) if district is None else None
    said = [_split([each for each in every if each is not chosen], chosen, district)]
    if chosen is None and all(each.layer or each.then for each in every):
        said = []
    layers = [f"gridkit layer plan.gpkg {each.layer} --data {shlex.quote(each.spec)}" for each in every if each.layer]
    others = [f"gridkit {each.then.format(shlex.quote(each.spec))}" for each in every if each.then is not None]
    return [_saying(line, reading) for line in [*said, *layers, *others] if line] if every else []


def _saying(line: str, reading: Reading) -> str:
    """Return a command line with the options of a reading that its command takes."""
    command = line.split()[1]
    given = {
        **{name: getattr(reading, name) for name in _SAID},
        "columns": [f"{k}={v}" for k, v in reading.columns.items()],
    }
    more: list[str] = []
    for each in options_of(command, where="command"):
        value = given.get(each.name)
        if value in (None, False, []) or value == each.default:
            continue
        for one in value if isinstance(value, list) else [value]:
            more += [each.written[0]] if value is True else [each.written[0], shlex.quote(str(one))]
    return " ".join([line, *more])


def areas_of(uses: Iterable[Use]) -> Use | None:
    """Return what is taken for the district: areas that have no other use first, a department's net last."""
    own = sorted((each for each in uses if each.areas), key=lambda each: (each.net, each.people is not None))
    return own[0] if own else None


def _split(others: Sequence[Use], chosen: Use | None, district: str | None) -> str:
    where = shlex.quote(chosen.spec if chosen is not None else district or "DISTRICT")
    parts = [f"gridkit split {where}"]
    if chosen is not None and chosen.parents is not None:
        parts.append(f"--parents {shlex.quote(chosen.parents)}")
    streets = [each for each in others if each.role in ("osm", "roads")]
    for each in others:
        if each.role == "osm":
            parts.append(f"--osm {shlex.quote(each.spec)}")
        elif each.role in ("roads", "buildings", "places"):
            parts.append(f"--feature {each.role}={shlex.quote(each.spec)}")
    blocks = [each.units for each in [*([chosen] if chosen else []), *others] if each.units is not None]
    if blocks:
        parts.append(f"--units {shlex.quote(blocks[0])}")
    elif not streets:
        parts.append("--units hexagons")
    counted = _counting(others, chosen)
    options: dict[str, str] = {}
    for each in counted:
        if each.people is not None:
            options.setdefault(*each.people)
    parts += [f"{option} {shlex.quote(value)}" for option, value in options.items()]
    parts.append(_size(options, both=any(each.both for each in counted)))
    return " ".join([*parts, "-o plan.gpkg"])


def _counting(others: Sequence[Use], chosen: Use | None) -> list[Use]:
    """Return what people are taken from: files that count them beside the district, else the district itself."""
    beside = [each for each in others if each.people is not None]
    return beside or ([chosen] if chosen is not None and chosen.people is not None else [])


def passed_over(uses: Iterable[Use], district: str | None = None) -> list[tuple[str, str, list[str]]]:
    """Return what the command line that makes the plan takes one of, where the files hold several that would serve.

    Returns
    -------
    list of tuple
        The option, empty for the district itself; what names the one that was taken; and what names the others.
    """
    every = list(uses)
    chosen = areas_of(every) if district is None else None
    others = [each for each in every if each is not chosen]
    found = []
    if chosen is not None and (spare := [each.spec for each in others if each.areas and each.people is None]):
        found.append(("", chosen.spec, spare))
    serving: dict[str, list[str]] = {}
    for each in _counting(others, chosen):
        if each.people is not None:
            serving.setdefault(each.people[0], []).append(each.people[1])
    serving["--units"] = [each.units for each in [*([chosen] if chosen else []), *others] if each.units is not None]
    return found + [(option, own[0], own[1:]) for option, own in serving.items() if len(own) > 1]


def _size(options: dict[str, str], *, both: bool) -> str:
    if set(options) & {"--people", "--totals"}:
        return "--by people --target 1000" if both else "--target 1000"
    return "--by households --target 300" if options else "--by area_m2 --target 300000"
