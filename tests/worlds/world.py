"""Small worlds with their right values: what an office brings, the command it is brought to, and what must come out.

A district of four communities, a plan of sixteen blocks on it, and files made here. A world is right when its figures
are the right ones, or when the program stops or says what it is about: never when another figure comes without a word.
"""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
from shapely.geometry import box

import gridkit as gk
from gridkit.errors import GridkitError
from worlds import offices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

WEST, SOUTH, STEP = 120.60, 32.50, 0.01
CODES = ("320611001001", "320611001002", "320611002001", "320611002002")
NAMES = ("柳舟社区", "梅津社区", "东埠村", "北港社区")
LATIN = ("Ashford Ward", "Brinley Ward", "Corfen Ward", "Dunmere Ward")
PEOPLE = (1400, 2250, 640, 1710)


@dataclass(frozen=True)
class World:
    """What is brought, to which command, and what comes out.

    Attributes
    ----------
    name
        What is peculiar about it.
    command
        ``units`` (people and totals), ``redraw``, ``audit``, ``layer``, ``inspect`` or ``compare``.
    rows
        The cells of its table, the header first.
    right
        The facts that must come out, by name; None where it has to stop.
    said
        Words (a pattern) that must be said, in the error where it stops, else in a warning or the account.
    form
        How it is written (:data:`worlds.offices.FORMS`).
    options
        What the user says besides.
    latin
        Whether the communities bear English names.
    """

    name: str
    command: str
    rows: Sequence[Sequence[Any]]
    right: Mapping[str, Any] | None
    said: str = ""
    form: str = "csv"
    options: Mapping[str, Any] = field(default_factory=dict)
    latin: bool = False

    def __str__(self) -> str:
        """Return what pytest calls it."""
        return f"{self.command}: {self.name} [{self.form}]"

    def outcome(self, folder: Path) -> tuple[dict[str, Any] | None, str]:
        """Return the facts that come out, None where it stops, and all that is said."""
        path = (offices.FORMS | offices.ODD)[self.form](self.rows, folder / "table")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                facts, told = COMMANDS[self.command](path, self)
            except GridkitError as error:
                return None, "\n".join([str(error), *(str(each.message) for each in caught)])
        return facts, "\n".join([*(str(each.message) for each in caught), told])


def faults(world: World, folder: Path) -> list[str]:
    """Return what is wrong about a world, nothing where it is right."""
    facts, told = world.outcome(folder)
    if world.right is None:
        found = [] if facts is None else [f"it went through: {facts}; said: {told}"]
    elif facts is None:
        found = [f"it stopped: {told}"]
    else:
        found = [
            f"{name} is {facts.get(name)}, not {right}; said: {told}"
            for name, right in world.right.items()
            if not _same(facts.get(name), right)
        ]
    if world.said and not re.search(world.said, told):
        found.append(f"nobody says {world.said!r}: {told}")
    return found


def _same(found: Any, right: Any) -> bool:
    if isinstance(right, float | int) and not isinstance(right, bool) and isinstance(found, float | int):
        return abs(found - right) < max(0.01, 1e-6 * abs(right))
    if isinstance(right, tuple) and found is not None and len(found) == len(right):
        return all(_same(one, other) for one, other in zip(found, right, strict=True))
    return bool(found == right)


# ---------------------------------------------------------------- the ground


@cache
def district(*, latin: bool = False, people: int = 100) -> gpd.GeoDataFrame:
    """Return four communities of a square kilometre each, 100 people counted in each."""
    shapes = [box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP * (x + 1), SOUTH + STEP * (y + 1))
              for y in (0, 1) for x in (0, 1)]  # fmt: skip
    return gpd.GeoDataFrame(
        {"code": CODES, "name": LATIN if latin else NAMES, "people": people}, geometry=shapes, crs=4326
    )


@cache
def blocks() -> gpd.GeoDataFrame:
    """Return sixteen blocks, four to a community, 100 people in each."""
    half = STEP / 2
    shapes = [box(WEST + half * x, SOUTH + half * y, WEST + half * (x + 1), SOUTH + half * (y + 1))
              for y in range(4) for x in range(4)]  # fmt: skip
    return gpd.GeoDataFrame({"people": [100] * 16}, geometry=shapes, crs=4326)


@cache
def plan() -> gk.Plan:
    """Return a plan of the blocks: a grid to each two of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return gk.split(district(), parents="code", units=blocks(), people=blocks(), target=200, effort=0.01)


def spot(at: int) -> tuple[float, float]:
    """Return a place in community ``at`` modulo four, another for each number: longitude and latitude."""
    x, y = at % 2, at // 2 % 2
    step = 0.0011 * (at // 4 % 7) + 0.0001 * (at // 28)
    return round(WEST + STEP * x + 0.0015 + step, 6), round(SOUTH + STEP * y + 0.0021 + step, 6)


# ---------------------------------------------------------------- the commands


def _accounts(book: Any) -> str:
    return "\n".join(each.sentence() for each in book)


def _counted(units: gpd.GeoDataFrame, column: str = "people") -> tuple[float, ...]:
    sums = units.groupby("parent")[column].sum()
    return tuple(round(float(sums.get(code, 0.0)), 3) for code in CODES)


def _facts(units: gpd.GeoDataFrame) -> dict[str, Any]:
    known = [name for name in ("people", "households", "elderly", "children") if name in units]
    return {name: _counted(units, name) for name in known}


def _people(world: World) -> dict[str, Any]:
    return {key: value for key, value in world.options.items() if key not in ("as", "column")}


def _source(path: Path, world: World) -> str:
    column = world.options.get("column")
    return f"{path}:{column}" if column else str(path)


def _units(path: Path, world: World) -> tuple[dict[str, Any], str]:
    role = world.options.get("as", "totals")
    own = {role: _source(path, world)} | ({"people": district(latin=world.latin)} if role == "totals" else {})
    area = district(latin=world.latin)
    made = gk.units(area, parents="code", units=area, **own, **_people(world))
    return _facts(made.units), _accounts(made.ledger) + "\n" + "\n".join(map(str, made.notes))


def _redraw(path: Path, world: World) -> tuple[dict[str, Any], str]:
    role = world.options.get("as", "people")
    made = gk.redraw(plan(), **{role: _source(path, world)}, **_people(world))
    return _facts(made.units), _accounts(made.history[-1].ledger)


def _audit(path: Path, world: World) -> tuple[dict[str, Any], str]:
    grids = blocks().assign(grid_id=[f"{CODES[0][:9]}{at:03d}" for at in range(16)]).drop(columns="people")
    role = world.options.get("as", "people")
    found = gk.audit(grids, district=district(), parents="code", **{role: _source(path, world)}, **_people(world))
    return {"failed": found.failed}, str(found.table("en").to_dict("records"))


def _layer(path: Path, world: World) -> tuple[dict[str, Any], str]:
    name = world.options.get("as", "incidents")
    laid = gk.layer(plan(), name, data=_source(path, world), **_people(world))
    made = laid.brought[name]
    district_shape = _ground(laid)
    inside = made.geometry.intersects(district_shape)
    facts: dict[str, Any] = {"rows": len(made), "inside": int(inside.sum()), "ids": tuple(made.index)}
    for column in ("time", "closed", "category", "status", "department", "name", "capacity", "kind"):
        if column in made:
            values = made[column]
            facts[column] = tuple(str(each) for each in values) if column != "capacity" else tuple(values)
    kept = " ".join(str(each) for each in made.drop(columns="geometry").to_numpy().ravel())
    facts["personal"] = bool(re.search(r"1[3-9]\d{9}|\d{17}[\dX]|@|苏[A-Z]", kept))
    return facts, _accounts(laid.history[-1].ledger) + "\n" + str(laid.layers[name].facts.get("read", ""))


def _ground(laid: gk.Plan) -> Any:
    """Return the ground of a plan as one shape."""
    return laid.districts.union_all()


def _inspect(path: Path, world: World) -> tuple[dict[str, Any], str]:
    looks = gk.inspect(path)
    told = json.dumps(looks, default=str, ensure_ascii=False)
    return {"masked": not re.search(r"张三丰|13800138|6523000", told)}, told


def _compare(path: Path, world: World) -> tuple[dict[str, Any], str]:
    found = gk.compare(path, plan())
    return {"moved": len(found.moved)}, ""


COMMANDS: dict[str, Callable[[Path, World], tuple[dict[str, Any], str]]] = {
    "units": _units,
    "redraw": _redraw,
    "audit": _audit,
    "layer": _layer,
    "inspect": _inspect,
    "compare": _compare,
}
