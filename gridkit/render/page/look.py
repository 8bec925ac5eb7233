"""How a map page looks: its colours, what is drawn in which order, and how names are set, from ``assets/look.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from gridkit.render.colour import TINTS

_FILE = Path(__file__).with_name("assets") / "look.toml"
VEIL, EDGE_PX, LINE_PX = "veil", 8, 4
"""Under an area, and under a line over the grids: white, so that marks stay readable on dark classes."""


@cache
def look() -> dict[str, Any]:
    """Return the whole table: ``colours``, ``ground``, ``over``, ``names``."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def colours() -> dict[str, Any]:
    """Return every colour by its name, in the light and in the dark, and the tints of neighbouring grids."""
    return {**look()["colours"], "tints": list(TINTS)}


def ground(tables: dict[str, Any]) -> list[dict[str, Any]]:
    """Return how the tables of the ground are drawn, from below to the top."""
    return [{**coat, "over": False} for coat in look()["ground"] if coat["table"] in tables]


def over(mark: str, table: str, key: str, dimension: int) -> list[dict[str, Any]]:
    """Return how the lines (1) or areas (2) of a mark over the grids are drawn."""
    style = look()["over"][mark]
    coat = {"table": table, "key": key, "over": True}
    dash = {"dash": style["dash"]} if "dash" in style else {}
    if dimension == 1:
        return [{**coat, "colour": "edge", "width": EDGE_PX}, {**coat, "colour": mark, "width": LINE_PX, **dash}]
    return [
        {**coat, "colour": VEIL},
        {**coat, "colour": mark, "hatch": style["hatch"]},
        {**coat, "colour": mark, "width": 1.6, **dash},
    ]
