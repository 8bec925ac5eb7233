"""What is in a file, and data fetched into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.face import face
from gridkit.sources import districts
from gridkit.sources.files import inspect as looks

if TYPE_CHECKING:
    from pathlib import Path


@face("inspect")
def inspect(
    file: str | Path,
    *,
    within: str | Path | None = None,
) -> dict[str, Any]:
    """Return what is in a vector, table, raster or OpenStreetMap file, JSON-ready: layers, CRS, counts, suspicions.

    Parameters
    ----------
    file
        Any vector, table, raster or OSM file.
    within
        A district: under which datum do the points fall inside it?
    """
    return looks.look(file, district=districts.read(within)[0] if within is not None else None)
