"""What a resident needs in an emergency, on one offline page: my zone, until when, my gate, my point, whom to call.

It tells no count of people and names nobody, so nothing can be computed from it. All text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.emergencies import Emergency, emergencies
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import moment
from gridkit.language.phrases import Phrase, joined, spoken
from gridkit.plan.credit import credit
from gridkit.render.beside import beside
from gridkit.render.papers.zone_sheets import short_name

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

_HERE = Path(__file__).parent
_TONES = ("#b3261e", "#d98200", "#3b7d3a", "#5b6876")
"""The colours of kinds of zones, the strictest first."""
_WIDE, _AROUND_M, _FINE_M = 1000.0, 120.0, 1.0
"""The map is this wide, shows so much around the zones, and is drawn to a metre."""
_STEEPEST, _FLATTEST = 1.3, 1.8
"""It is at most so many times as high as wide, and as wide as high."""


def page(plan: Plan, layer: Layer, called: pd.Series[str], lang: str) -> str:
    """Return the page in one language.

    Parameters
    ----------
    plan
        The plan in an emergency.
    layer
        Its zones.
    called
        What residents call where each unit of a zone lies.
    """
    it = _Page(plan, layer, emergencies()[layer.facts["practice"]], called, lang)
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    sealed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{sealed}'"
    title = it.practice.title.said(lang)
    place = str(spoken(title_of(plan.parameters.title), lang))
    return (
        f'<!doctype html><html lang="{escape(lang)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{(_HERE / 'page.css').read_text(encoding='utf-8')}</style></head><body><main>"
        f"<h1>{escape(title)}</h1><p class='quiet'>{escape(place)}</p>{it.zones()}{it.drawing()}{it.homes()}"
        f"<p class='quiet'>{escape(credit(plan).said(lang))}</p>"
        f"</main><script>{script}</script></body></html>"
    )


@dataclass(frozen=True)
class _Page:
    plan: Plan
    layer: Layer
    practice: Emergency
    called: pd.Series[str]
    lang: str

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the page's language."""
        return Phrase(message, **facts).said(self.lang)

    @property
    def table(self) -> pd.DataFrame:
        """The zones, the strictest first."""
        table = pd.DataFrame(self.layer.tables["zones"])
        level = table["kind"].map(lambda kind: self.practice.kinds[kind].level)
        return table.iloc[np.argsort(-level.to_numpy(), kind="stable")]

    @property
    def units(self) -> pd.DataFrame:
        """The units that are in a zone."""
        units = pd.DataFrame(self.layer.tables["units"])
        return units[(units["zone"] != "").to_numpy()]

    def tone(self, kind: str) -> str:
        """Return the colour of a kind of zone."""
        order = sorted(self.practice.kinds, key=lambda each: -self.practice.kinds[each].level)
        return _TONES[min(order.index(kind), len(_TONES) - 1)]

    def until(self, zone: pd.Series[Any]) -> str:
        """Return until when a zone holds, in words."""
        if not zone["until"]:
            return self.said("Until further notice")
        return self.said("Until {until}", until=moment(str(zone["until"]), self.lang))

    # -------------------------------------------------------------- parts
    def zones(self) -> str:
        """Return a section per zone: its rule, until when, whom to call."""
        parts = []
        for name, zone in self.table.iterrows():
            kind = self.practice.kinds[str(zone["kind"])]
            phone = ""
            if zone["phone"]:
                number = escape(str(zone["phone"]))
                title = escape(self.said("Phone of the office"))
                phone = f"<p class='call'>{title} <a href='tel:{number}'>{number}</a></p>"
            parts.append(
                f"<section style='border-left-color:{self.tone(str(zone['kind']))}'>"
                f"<h2>{escape(str(name))} · {escape(kind.title.said(self.lang))}</h2>"
                f"<p class='rule'>{escape(kind.rule.said(self.lang))}</p>"
                f"<p>{escape(self.until(zone))}</p>{phone}</section>"
            )
        return "".join(parts)

    def homes(self) -> str:
        """Return the table in which a resident finds home: zone, gate, point."""
        said = self.said
        heads = [said("Where you live"), said("Zone"), said("How long"), said("Gate")]
        heads.append(self.practice.point.said(self.lang))
        rows = "".join(self._home(called, group, heads) for called, group in self._grouped())
        head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
        hint = escape(self.said("Your compound or street"))
        none = escape(self.said("Nothing is found: ask the office"))
        return (
            f"<section><h2>{escape(heads[0])}</h2>"
            f"<input type='search' placeholder='{hint}' aria-label='{hint}'><p id='empty' class='none'>{none}</p>"
            f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
        )

    def _grouped(self) -> list[tuple[str, pd.DataFrame]]:
        """Return the units by what they are called and their zone, in the order of names."""
        access = pd.DataFrame(self.layer.tables["access"]).set_index("unit_id")["gate"]
        walks = pd.DataFrame(self.layer.tables["walks"])
        most = walks.sort_values("people", ascending=False, kind="stable").drop_duplicates("unit_id")
        units = self.units.assign(called=self.called.reindex(self.units.index).replace("", self.said("without a name")))
        units["gate"] = access.reindex(units.index)
        units["point"] = most.set_index("unit_id")["point"].reindex(units.index) if len(most) else None
        return [(str(name[0]), group) for name, group in units.groupby(["called", "zone"], sort=True)]

    def _home(self, called: str, group: pd.DataFrame, heads: list[str]) -> str:
        zone = str(group["zone"].iloc[0])
        own: Any = self.table.loc[zone]
        kind = self.practice.kinds[str(own["kind"])].title.said(self.lang)
        gates = sorted({short_name(str(each), zone) for each in group["gate"].dropna()}, key=_in_order)
        points = sorted({str(each) for each in group["point"].dropna()}, key=_in_order)
        cells = (
            called,
            f"{zone} · {kind}",
            self.until(own),
            " ".join(gates) or "–",
            str(spoken(joined([self._point(each, zone) for each in points]), self.lang)) or "–",
        )
        told = "".join(f"<td data-head='{escape(h)}'>{escape(c)}</td>" for h, c in zip(heads, cells, strict=True))
        return f"<tr tabindex='0' data-homes='{' '.join(self._id(each) for each in group.index)}'>{told}</tr>"

    def _point(self, point: str, zone: str) -> str:
        name = str(self.layer.tables["points"].loc[point, "name"])
        given = "" if name in self.layer.tables["units"].index else name
        return f"{short_name(point, zone)} {given}".strip()

    def _id(self, unit: object) -> str:
        return f"u{self.layer.tables['units'].index.get_loc(unit)}"

    def drawing(self) -> str:
        """Return the map of the zones: streets, homes, gates and points."""
        shapes = self.plan.units.geometry
        inside = gpd.GeoSeries(shapes[shapes.index.isin(self.units.index)])
        places: Any = self.layer.tables["points"]
        west, south, east, north = shapely.total_bounds(
            np.r_[np.asarray(inside, dtype=object), places.geometry.to_numpy()]
        )
        wide, high = east - west + 2 * _AROUND_M, north - south + 2 * _AROUND_M
        # Neither a ribbon nor a tower: streets around fill what the zones leave.
        wide, high = max(wide, high / _STEEPEST), max(high, wide / _FLATTEST)
        x, y = (west + east) / 2, (south + north) / 2
        box = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        frame = _Frame(*box.bounds)
        roads = self.plan.backdrop.get("roads")
        streets = "" if roads is None else _path(shapely.clip_by_rect(roads.geometry.to_numpy(), *box.bounds), frame)
        zones = "".join(
            f"<path class='zone' fill='{self.tone(str(zone['kind']))}' fill-rule='evenodd' "
            f"d='{_path(_members(inside, self.units, str(name)), frame)}'/>"
            for name, zone in self.table.iterrows()
        )
        homes = "".join(
            f"<path class='home' id='{self._id(unit)}' fill-rule='evenodd' d='{_path(_alone(shape), frame)}'/>"
            for unit, shape in inside.items()
        )
        label = escape(self.said("Map of the zones"))
        return (
            f"<svg viewBox='0 0 {_WIDE:.0f} {frame.high:.0f}' role='img' aria-label='{label}'>"
            f"<path class='street' stroke-width='{max(6 * frame.scale, 1.2):.1f}' d='{streets}'/>{zones}{homes}"
            f"{_marks(places, frame)}</svg>"
        )


def _in_order(name: str) -> tuple[str, int]:
    """Return what sorts G2 before G10.

    Examples
    --------
    >>> sorted(["G10", "G2"], key=_in_order)
    ['G2', 'G10']
    """
    digits = "".join(each for each in name if each.isdigit())
    return name.rstrip("0123456789"), int(digits or 0)


@dataclass(frozen=True)
class _Frame:
    west: float
    south: float
    east: float
    north: float

    @property
    def scale(self) -> float:
        return _WIDE / (self.east - self.west)

    @property
    def high(self) -> float:
        return (self.north - self.south) * self.scale

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([(xy[:, 0] - self.west) * self.scale, (self.north - xy[:, 1]) * self.scale])


def _members(inside: gpd.GeoSeries, units: pd.DataFrame, zone: str) -> NDArray[np.object_]:
    own = inside[(units["zone"].reindex(inside.index) == zone).to_numpy()]
    return _alone(shapely.union_all(np.asarray(own, dtype=object)))


def _alone(shape: BaseGeometry) -> NDArray[np.object_]:
    """Return one shape as an array."""
    one: NDArray[np.object_] = np.empty(1, dtype=np.object_)
    one[0] = shape
    return one


def _path(shapes: NDArray[np.object_], frame: _Frame) -> str:
    """Return shapes as the path of SVG, to a metre."""
    parts = shapely.get_parts(shapely.get_parts(shapely.simplify(shapes, _FINE_M)))
    areas = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - polygons
    lines = np.concatenate([shapely.get_rings(parts[areas]), parts[shapely.get_dimensions(parts) == 1]])
    said = []
    for line in lines:
        xy = frame.place(shapely.get_coordinates(line))
        said.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy))
    return "".join(said)


def _marks(places: pd.DataFrame, frame: _Frame) -> str:
    """Return gates and points, and the names of those that have room for one; the table below names all."""
    if not len(places):
        return ""
    spots = frame.place(shapely.get_coordinates(places["geometry"].to_numpy()))
    names = [short_name(str(place), str(zone)) for place, zone in zip(places.index, places["zone"], strict=True)]
    signs = [
        f"<rect class='gate' x='{x - 8:.1f}' y='{y - 8:.1f}' width='16' height='16' rx='2'/>"
        if kind == "gate"
        else f"<circle class='{escape(str(kind))}' cx='{x:.1f}' cy='{y:.1f}' r='11'/>"
        for (x, y), kind in zip(spots, places["category"], strict=True)
    ]
    stand = beside(spots, [_SIGN * len(name) for name in names], _HIGH, _GAP)
    texts = [
        f"<text x='{at[0]:.1f}' y='{at[1] + 0.8 * _HIGH:.1f}'>{escape(name)}</text>"
        for at, name in zip(stand, names, strict=True)
        if at is not None
    ]
    return "".join((*signs, *texts))


_SIGN, _HIGH, _GAP = 13.0, 18.0, 12.0
"""How wide a sign of a name is, how high names are, and how far they stand from the middle of their mark."""
