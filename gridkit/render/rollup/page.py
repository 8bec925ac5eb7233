"""One page over all districts: where each is, what it came to, and the way to its map; it needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.catalog import map_views
from gridkit.language.catalogue import languages
from gridkit.language.packing import unpacked
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

_HERE = Path(__file__).parent
WIDTH, STEPS = 1000.0, 1500
"""The picture is so wide (its own units); an outline is drawn in steps of its width by so many."""
MOST_DRAWN = 6000
"""More districts are listed without a picture."""
WORDS = {
    "districts": Phrase("Districts"),
    "done": Phrase("done"),
    "failed": Phrase("failed"),
    "left": Phrase("not done"),
    "search": Phrase("Search by name or code"),
    "name": Phrase("Name", "page"),
    "grids": Phrase("Grids"),
    "people": Phrase("People"),
    "mean": Phrase("Mean of a grid"),
    "in_range": Phrase("Grids in range"),
    "rules": Phrase("Rules that fail"),
    "map": Phrase("Map"),
    "papers": Phrase("Files"),
    "why": Phrase("Reason"),
    "none": Phrase("No district is called so."),
    "more": Phrase("Show more"),
    "rollup": Phrase("All figures as a workbook"),
    "only_failed": Phrase("Only those that failed"),
    "picture": Phrase("Map of all districts; the list below says the same"),
    "language": Phrase("Language"),
}
_LINKED = (".html", ".xlsx", ".pdf")


def page(
    rows: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Any],
    title: str,
    lang: str,
    shapes: Mapping[str, BaseGeometry | None] | None = None,
) -> str:
    """Return the page, in every language; it opens in one of them.

    Parameters
    ----------
    rows
        A dictionary per district, as of :class:`gridkit.recipes.batch.Batch`, folders as seen from the page.
    facts
        The sums over all.
    shapes
        The area of each by its id, in WGS 84, where it is known.
    """
    spoken = lang if lang in languages() else languages()[0]
    island: dict[str, Any] = {
        "title": title,
        "lang": spoken,
        "words": {code: {name: each.said(code) for name, each in WORDS.items()} for code in languages()},
        "facts": {name: facts.get(name, 0) for name in ("made", "kept", "failed", "left", "grids", "people")},
        "titles": _titles(),
        "rows": [_row(each) for each in rows],
        "outlines": outlines(shapes or {}),
    }
    text = json.dumps(island, ensure_ascii=False, separators=(",", ":"), default=str)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; img-src data:; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    return (
        f'<!doctype html><html lang="{escape(spoken)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f'<style>{style}</style></head><body><main id="page"></main>'
        f'<script type="application/json" id="island">{text}</script><script>{script}</script></body></html>'
    )


def _titles() -> dict[str, dict[str, str]]:
    """Return what the usual files of a run are called in each language: a map by the title of its view."""
    views = map_views.maps()
    named = {f"{name}.html": {code: views[name].title.said(code) for code in languages()} for name in views}
    return {**named, "report.xlsx": {code: Phrase("workbook", "kind").said(code) for code in languages()}}


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _row(each: Mapping[str, Any]) -> dict[str, Any]:
    facts = each.get("facts") or {}
    files = sorted(name for name in each.get("files", ()) if Path(name).suffix in _LINKED)
    why = unpacked(each["why"]) if "why" in each else ""
    said = {code: why.said(code) if isinstance(why, Phrase) else str(why) for code in languages()} if why else None
    return {
        "id": each["id"],
        "name": each["name"],
        "state": each["state"],
        "folder": each["folder"],
        "files": files,
        "grids": facts.get("grids"),
        "people": facts.get("people"),
        "mean": facts.get("mean"),
        "in_range": facts.get("share_in_band"),
        "rules": sum(verdict == "FAIL" for verdict in facts.get("audit", {}).values()) if "audit" in facts else None,
        **({"why": said} if said else {}),
    }


def outlines(shapes: Mapping[str, BaseGeometry | None]) -> dict[str, Any]:
    """Return outlines as paths of a picture, by id, with its size and where each name has room.

    Nothing where there are none, or too many.
    """
    known = {name: shape for name, shape in shapes.items() if shape is not None and not shape.is_empty}
    if not known or len(known) > MOST_DRAWN:
        return {}
    west, south, east, north = shapely.total_bounds(np.array(list(known.values()), dtype=object))
    wide = np.cos(np.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = WIDTH / max((east - west) * wide, north - south, 1e-9)
    step = max((east - west), (north - south)) / STEPS

    def placed(points: Any) -> Any:  # noqa: ANN401 - an array of pairs
        return np.column_stack([(points[:, 0] - west) * wide * scale, (north - points[:, 1]) * scale])

    paths, spots = {}, {}
    for name, shape in known.items():
        drawn = shapely.transform(shapely.simplify(shape, step), placed)
        spots[name] = _spot(drawn)
        rings = [ring for part in shapely.get_parts(drawn) for ring in (part.exterior, *part.interiors)]
        paths[name] = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z" for ring in rings
        )
    size = [round((east - west) * wide * scale, 1), round((north - south) * scale, 1)]
    return {"size": size, "paths": paths, "spots": spots}


def _spot(drawn: BaseGeometry) -> list[float]:
    """Return where a name stands in an area: the middle of the largest circle in its largest part, and its radius."""
    largest = max(shapely.get_parts(drawn), key=shapely.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=1.0)
    (x, y), *_ = shapely.get_coordinates(radius)
    return [round(float(each), 1) for each in (x, y, shapely.length(radius))]
