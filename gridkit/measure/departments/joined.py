"""Rows of departments' tables joined to units and grids: by code, name, place or the text of an address.

::

    Directory(units, grids, ...)          what units, grids, communities and places of a plan are called
    joined(holding, directory)            one row per row: how it was matched, or why not

Every key of a row is looked up, the surest wins, and a row whose keys disagree is marked: nothing is guessed. A house
number in an address counts where the plan's buildings bear it, in the street or compound that is named beside it;
else a name counts where it is the longest there and all that bear it lie in one grid.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.measure.incidents.placement import assign
from gridkit.sources.holdings import KEYS
from gridkit.sources.people.place_names import Names
from gridkit.sources.tables import cells, personal
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import geopandas as gpd

    from gridkit.sources.holdings import Holding

Found = tuple[frozenset[tuple[str, str]], str]
"""Where a key says a row belongs, as pairs of grid and unit (empty where only the grid is known), and its community."""
NOWHERE: Found = (frozenset(), "")
HOW = ("unit", "grid", "place", "compound", "address", "community")
"""How a row is matched, the surest first."""
WHY = ("community", "ambiguous", "outside", "unknown", "blank", "no_key")
"""Why one is not, what says most first: its community alone is known, several grids bear the name ..."""
_TOKEN = re.compile(r"[a-z]+|\d+|[^\W\d_]")
_SHORTEST, _SHORTEST_HAN = 5, 2
_PROPOSED = 20


@dataclass(frozen=True)
class Directory:
    """What the units, grids, communities and places of a plan are called.

    Attributes
    ----------
    units, grids
        UNITS with ``grid_id``, and GRIDS.
    grid_names, communities
        What each grid and each community is called, by its id.
    places
        ``name`` and geometry of compounds, buildings and places around, in the CRS of the units.
    houses
        Numbered buildings: ``name`` of their street or compound, ``number``, and a point in the CRS of the units.
    """

    units: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    grid_names: Mapping[str, Sequence[str]]
    communities: Mapping[str, Sequence[str]]
    places: gpd.GeoDataFrame
    houses: gpd.GeoDataFrame | None = None

    @cached_property
    def grid_of(self) -> dict[str, str]:
        """The grid of each unit."""
        return {str(unit): str(grid) for unit, grid in self.units["grid_id"].items()}

    @cached_property
    def parent_of(self) -> dict[str, str]:
        """The community of each grid."""
        return {str(grid): str(parent) for grid, parent in self.grids["parent"].items()}

    @cached_property
    def of_community(self) -> dict[str, list[str]]:
        """The grids of each community."""
        found: dict[str, list[str]] = defaultdict(list)
        for grid, parent in self.parent_of.items():
            found[parent].append(grid)
        return dict(found)

    @cached_property
    def names_of_grids(self) -> Names:
        """What grids are called, each name once."""
        return Names(_numbered(self.grid_names))

    @cached_property
    def names_of_communities(self) -> Names:
        """What communities are called, each name once."""
        return Names(_numbered(self.communities))

    @cached_property
    def named(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Grid and unit of all that bears each name, by the name's tokens run together; areas of all they hold."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for grid, given in self.grid_names.items():
            for name in given:
                found[_key(name)].add((grid, ""))
        if len(self.places):
            middles = self.places.set_geometry(self.places.representative_point())
            units = self.units[["geometry"]]
            own = self.units.set_geometry(self.units.representative_point())[["geometry"]]
            pairs = [
                middles.sjoin(units, predicate="within")[["name", "unit_id"]],
                own.sjoin(self.places, predicate="within").reset_index()[["name", "unit_id"]],
            ]
            for name, unit in pd.concat(pairs).itertuples(index=False):
                found[_key(str(name))].add((self.grid_of[str(unit)], str(unit)))
        return {key: frozenset(where) for key, where in found.items() if _long_enough(key)}

    @cached_property
    def doors(self) -> dict[str, dict[str, frozenset[tuple[str, str]]]]:
        """Grid and unit of each house number, by the key of the street or compound it is of."""
        found: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        if self.houses is not None and len(self.houses):
            placed = self.houses.sjoin(self.units[["geometry"]], predicate="within")
            for name, number, unit in placed[["name", "number", "unit_id"]].itertuples(index=False):
                bare = house_number(str(number))
                if bare:
                    found[_key(str(name))][bare].add((self.grid_of[str(unit)], str(unit)))
        return {
            key: {number: frozenset(where) for number, where in own.items()}
            for key, own in found.items()
            if _long_enough(key)
        }

    @cached_property
    def longest_door(self) -> int:
        """How many tokens the longest name of a street or compound with house numbers has."""
        named = () if self.houses is None else self.houses["name"]
        return max((len(_tokens(str(name))) for name in named), default=0)

    @cached_property
    def longest(self) -> int:
        """How many tokens the longest name has."""
        return max((len(_tokens(name)) for name in self._every_name), default=0)

    @property
    def _every_name(self) -> list[str]:
        given = [name for names in self.grid_names.values() for name in names]
        return [*given, *(str(name) for name in self.places["name"])] if len(self.places) else given

    def looked_up(self, role: str, said: str) -> Found:
        """Return where one key says that a row belongs."""
        return _LOOK[role](self, said)

    def unit(self, said: str) -> Found:
        """Return the unit of a code."""
        code = cells.code(said) or said
        return (frozenset({(self.grid_of[code], code)}), "") if code in self.grid_of else NOWHERE

    def grid(self, said: str) -> Found:
        """Return the grid of a code, else of a name."""
        code = cells.code(said) or said
        if code in self.parent_of:
            return frozenset({(code, "")}), ""
        found = self.names_of_grids.meant(said)
        keys = {_bare(key) for key in (found.key, *found.several) if key is not None}
        return frozenset((key, "") for key in keys), ""

    def community(self, said: str) -> Found:
        """Return the grid of a community that has one, and the community."""
        code = cells.code(said) or said
        found = self.names_of_communities.meant(said)
        keys = {code} if code in self.communities else {_bare(k) for k in (found.key, *found.several) if k is not None}
        grids = frozenset((grid, "") for key in keys for grid in self.of_community.get(key, ()))
        return grids, min(keys) if len(keys) == 1 else ""

    def compound(self, said: str) -> Found:
        """Return all that bears a name."""
        return self.named.get(_key(said), frozenset()), ""

    def door(self, said: str) -> Found:
        """Return the building whose number stands beside the longest street or compound in a text."""
        tokens = _tokens(said)
        for size in range(min(self.longest_door, len(tokens)), 0, -1):
            for at in range(len(tokens) - size + 1):
                own = self.doors.get("".join(tokens[at : at + size]))
                if own is None:
                    continue
                beside = (_numbers(tokens[at + size :]), _numbers(tokens[at - 1 : at]) if at else [])
                held = next((own[number] for numbers in beside for number in numbers if number in own), None)
                if held is not None:
                    return held, ""
        return NOWHERE

    def address(self, said: str) -> Found:
        """Return the building of a house number in a text, else all that bears the longest name in it."""
        exact = self.door(said)
        if exact[0]:
            return exact
        held = [self.named[key] for key in self._longest_in(said, self.named)]
        return (frozenset().union(*held), "") if held else NOWHERE

    def _longest_in(self, said: str, known: Container[str]) -> list[str]:
        """Return the longest of some names that stand in a text."""
        tokens = _tokens(said)
        for size in range(min(self.longest, len(tokens)), 0, -1):
            keys = {"".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1)}
            held = [key for key in sorted(keys) if key in known]
            if held:
                return held
        return []

    @cached_property
    def _spots(self) -> dict[str, Any]:
        """A point of each place whose name nothing else bears."""
        keys = pd.Series([_key(str(name)) for name in self.places["name"]], index=self.places.index, dtype=TEXT)
        alone = ~keys.duplicated(keep=False) & keys.map(_long_enough).astype(bool)
        own: Any = self.places.geometry.representative_point()[alone]
        return dict(zip(keys[alone], own, strict=True))

    def spot(self, said: str) -> Any:  # noqa: ANN401 - a point or none
        """Return a point of the place whose name is the longest in a text; none where several bear it."""
        found = self._longest_in(said, self._spots)
        return self._spots[found[0]] if len(found) == 1 else None

    def middle(self, unit: str) -> Any:  # noqa: ANN401 - a point or none
        """Return a point inside a unit."""
        inside: Any = self.units.geometry
        return inside[unit].representative_point() if unit in self.grid_of else None


_LOOK = {
    "unit": Directory.unit,
    "grid": Directory.grid,
    "compound": Directory.compound,
    "address": Directory.address,
    "community": Directory.community,
}


def joined(holding: Holding, directory: Directory) -> pd.DataFrame:
    """Return how each row was matched, on the number of the row.

    Returns
    -------
    DataFrame
        ``match`` (of :data:`HOW`, empty where it was not), ``why`` not (of :data:`WHY`), ``grid_id``, ``unit_id``,
        ``community``, and ``conflict``: another key of the row says another grid or community.
    """
    roles = [role for role in KEYS if role in holding.roles]
    said = {role: _said(holding, role) for role in roles}
    known = {role: {each: directory.looked_up(role, each) for each in set(said[role]) - {""}} for role in roles}
    points = holding.rows.geometry
    within = assign(points, directory.units).astype("object").tolist() if holding.placed else [None] * len(points)
    there = (points.notna() & ~points.is_empty).tolist()
    rows = []
    for at in range(len(holding.rows)):
        keys = {role: known[role][said[role][at]] for role in roles if said[role][at]}
        if "compound" in keys and "address" in keys and len(_grids(keys["address"][0])) != 1:
            # "Building 3" says where somebody lives only with the compound of the column beside it.
            exact = directory.door(f"{said['compound'][at]} {said['address'][at]}")
            keys["address"] = exact if exact[0] else keys["address"]
        if there[at]:
            unit = within[at]
            keys["place"] = NOWHERE if unit is None else (frozenset({(directory.grid_of[str(unit)], str(unit))}), "")
        rows.append(_matched(keys, directory, asked=bool(roles) or holding.placed))
    columns = ["match", "why", "grid_id", "unit_id", "community", "conflict"]
    return pd.DataFrame(rows, columns=columns, index=holding.rows.index)


def _matched(keys: Mapping[str, Found], directory: Directory, *, asked: bool) -> tuple[Any, ...]:
    """Return how a row is matched by its keys, each with all that it may mean."""
    community = keys.get("community", NOWHERE)[1]
    own = set(directory.of_community.get(community, ()))
    told: dict[str, tuple[str, str]] = {}
    why = set() if keys else {"blank" if asked else "no_key"}
    for role in HOW:
        if role not in keys:
            continue
        meant = keys[role][0]
        if role in ("compound", "address") and len(_grids(meant)) > 1 and own:
            meant = frozenset(each for each in meant if each[0] in own)
        grids = _grids(meant)
        if len(grids) == 1:
            units = {unit for _, unit in meant}
            told[role] = (min(grids), min(units) if len(units) == 1 else "")
        elif not grids:
            why.add("outside" if role == "place" else "unknown")
        else:
            why.add("community" if role == "community" and community else "ambiguous")
    if not told:
        return "", next((each for each in WHY if each in why), "unknown"), None, None, community or None, False
    how = next(iter(told))
    grid, unit = told[how]
    parent = directory.parent_of[grid]
    conflict = len({each for each, _ in told.values()}) > 1 or (community not in {"", parent})
    return how, "", grid, unit or None, parent, conflict


def _grids(meant: frozenset[tuple[str, str]]) -> set[str]:
    return {grid for grid, _ in meant}


def _said(holding: Holding, role: str) -> list[str]:
    """Return the cells of a key as plain text, empty where they are blank."""
    values = holding.rows[holding.roles[role]]
    bare = cells.blanks(values)
    texts = values.astype(TEXT).fillna("").str.strip().str.removesuffix(".0")
    return ["" if blank else str(text) for text, blank in zip(texts, bare, strict=True)]


def unknown(holding: Holding, directory: Directory) -> pd.DataFrame:
    """Return the names in keys that match nothing, the commonest first, with those that may be meant.

    Of an address nothing is shown: it is where somebody lives.
    """
    rows = []
    known = {
        "grid": directory.names_of_grids,
        "community": directory.names_of_communities,
    }
    for role, names in known.items():
        if role not in holding.roles:
            continue
        said = pd.Series([each for each in _said(holding, role) if each], dtype=TEXT)
        missed = said[[not directory.looked_up(role, each)[0] for each in said]].value_counts()
        for text, count in sorted(missed.items(), key=lambda each: (-each[1], str(each[0])))[:_PROPOSED]:
            near = ", ".join(names.meant(str(text)).near)
            rows.append((holding.table, role, personal.masked(str(text)), int(count), near))
    return pd.DataFrame(rows, columns=["table", "key", "said", "rows", "may_mean"]).rename_axis("unknown_id")


_COUNTED = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
_OF_HOUSES = ("幢", "栋", "号", "座", "弄")


def house_number(text: str) -> str:
    """Return the number of a house without what is written around it, with the letter that belongs to it.

    Examples
    --------
    >>> house_number("7幢"), house_number("12A号"), house_number("No. 5"), house_number("三栋"), house_number("甲")
    ('7', '12a', '5', '3', '')
    """
    tokens = _tokens(text)
    return next((found[0] for at in range(len(tokens)) if (found := _numbers(tokens[at:]))), "")


def _numbers(tokens: Sequence[str]) -> list[str]:
    """Return what number some tokens begin with, the most exact first: with its letter, and without."""
    if not tokens:
        return []
    first, *rest = tokens
    if first in _COUNTED and rest and rest[0] in _OF_HOUSES:
        return [str(_COUNTED[first])]
    if not first.isdigit():
        return []
    number = str(int(first))
    return [f"{number}{rest[0]}", number] if rest and re.fullmatch("[a-z]", rest[0]) else [number]


def _numbered(given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return one key for each name of each thing: its id, and which of its names it is."""
    return {f"{key}\t{at}": name for key, names in given.items() for at, name in enumerate(dict.fromkeys(names))}


def _bare(key: str) -> str:
    return key.partition("\t")[0]


def _tokens(text: str) -> list[str]:
    """Return the words, numbers and Chinese letters of a text."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def _key(name: str) -> str:
    return "".join(_tokens(name))


def _long_enough(key: str) -> bool:
    """Return whether a name tells a place in a text: 5 letters, of Chinese 2."""
    han = any("\u4e00" <= sign <= "\u9fff" for sign in key)
    return len(key) >= (_SHORTEST_HAN if han else _SHORTEST) and not key.isdigit()
