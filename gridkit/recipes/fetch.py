"""OpenStreetMap data fetched into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.errors import UsageError
from gridkit.recipes.progress import silent
from gridkit.sources.osm import overpass

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.recipes.progress import Progress


def fetch(
    path: str | Path, *, place: str = "", bbox: str = "", overwrite: bool = False, progress: Progress = silent
) -> Path:
    """Write a place's OpenStreetMap data, from Overpass, into a local file and return its path.

    Parameters
    ----------
    path
        The .osm file to write.
    place
        A name that Nominatim knows.
    bbox
        Or west,south,east,north in degrees.

    Raises
    ------
    UsageError
        When neither a place nor a box is given, or both are.
    SourceError
        When there is no network: the error says how to go on without one.
    """
    if bool(place) == bool(bbox):
        raise UsageError("one of a place and --bbox is needed", mend='write gridkit fetch "Chongchuan, Nantong, China"')
    return overpass.fetch(_box(bbox) if bbox else place, path, overwrite=overwrite, progress=progress)


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            "--bbox {text!r} is not four numbers", mend="write west,south,east,north in degrees", text=text
        ) from None
    return west, south, east, north
