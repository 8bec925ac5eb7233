"""OpenStreetMap data fetched into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.recipes.progress import shown
from gridkit.sources.osm import overpass

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.recipes.progress import Progress


@face("fetch")
def fetch(
    place: str = "",
    path: str | Path = "place.osm",
    *,
    bbox: str = "",
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write a place's OpenStreetMap data, from Overpass, into a local file and return its path.

    Parameters
    ----------
    place
        A place name that Nominatim knows.
    bbox
        west,south,east,north in degrees, instead of a place.
    path
        The file to write.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    UsageError
        When neither a place nor a box is given, or both are.
    SourceError
        When there is no network: the error says how to go on without one.
    """
    if bool(place) == bool(bbox):
        raise UsageError("one of a place and --bbox is needed", mend='write gridkit fetch "Chongchuan, Nantong, China"')
    return overpass.fetch(_box(bbox) if bbox else place, path, overwrite=overwrite, progress=shown(progress))


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            "--bbox {text!r} is not four numbers", mend="write west,south,east,north in degrees", text=text
        ) from None
    return west, south, east, north
