"""The things drawn on the sheet: one geometry with its OpenStreetMap tags each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Tags = dict[str, str]


@dataclass(frozen=True)
class Feature:
    """One thing on the sheet.

    Parameters
    ----------
    geometry
        A point, a line (closed for walls and roundabouts) or a polygon, in sheet metres.
    tags
        OpenStreetMap tags.
    level
        0 on the ground; above for bridges, below for tunnels. Only ways on the ground meet where they cross.
    """

    geometry: BaseGeometry
    tags: Tags = field(default_factory=dict)
    level: int = 0
