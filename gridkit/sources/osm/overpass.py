"""OpenStreetMap data of a place or box, asked from an Overpass server and kept in a local file."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from gridkit import atomic
from gridkit.errors import LimitError, SourceError, UsageError
from gridkit.language.phrases import Phrase, template
from gridkit.sources.osm import tags

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Box = tuple[float, float, float, float]
    Progress = Callable[[str, float | None], None]

SERVER = "https://overpass-api.de/api"
AGENT = "gridkit (governance grids)"
TIMEOUT_S = 180
LARGEST_KM2 = 2_500.0
"""More than this is not what a public server is for."""

TRIES = 3
_PAUSE_S = 5.0
_BUSY = frozenset({429, 502, 503, 504})
_KEYS = ("highway", "railway", "waterway", "barrier", "entrance", *tags.AREA_KEYS, *tags.PLACES)
_ROUND = "download an extract where there is a network (download.geofabrik.de), and give the .osm.pbf as --osm"
_KM_PER_DEG = 111.2


def fetch(
    place: str | Box,
    path: str | Path,
    *,
    server: str = SERVER,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write the OpenStreetMap data of a place into a local .osm file and return its path.

    Parameters
    ----------
    place
        A name that Nominatim knows (asked through osmnx), or west, south, east and north in degrees.
    path
        The file: .osm, whole or not there at all.
    server
        The Overpass API.
    overwrite
        Whether an existing file may be replaced.
    progress
        Called with a few words and the share done.

    Raises
    ------
    UsageError
        When the box is none.
    LimitError
        When the area is more than a public server gives.
    SourceError
        When the place is not known, or the server cannot be reached or breaks off; with the way round it.
    OutputError
        When the file exists and ``overwrite`` is false.
    """
    target = atomic.refuse(path, overwrite=overwrite)
    tell = progress or (lambda _words, _share: None)
    tell("looking the place up", None)
    box = _box_of(place) if isinstance(place, str) else _checked(place)
    with atomic.replacing(target, overwrite=overwrite) as draft:
        _download(query(box), server, draft, tell)
    return target


def query(box: Box) -> str:
    """Return the question to Overpass: everything in a box that a plan can use, with the nodes and ways it is made of.

    Examples
    --------
    >>> query((120.0, 31.0, 120.1, 31.1)).splitlines()[0]
    '[out:xml][timeout:180][bbox:31.0,120.0,31.1,120.1];'
    """
    west, south, east, north = box
    asked = "".join(f'nwr["{key}"];\n' for key in dict.fromkeys(_KEYS))
    return f"[out:xml][timeout:{TIMEOUT_S}][bbox:{south},{west},{north},{east}];\n(\n{asked});\n(._;>;);\nout body;\n"


def _checked(box: Box) -> Box:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the globe
        raise UsageError("a box is west,south,east,north in degrees, not {box}", box=", ".join(map(str, box)))
    area = (east - west) * (north - south) * _KM_PER_DEG**2 * math.cos(math.radians((south + north) / 2))
    if area > LARGEST_KM2:
        raise LimitError(
            "the box covers {area:,.0f} km2, more than {most:,.0f}", mend=_ROUND, area=area, most=LARGEST_KM2
        )
    return box


def _box_of(name: str) -> Box:
    """Return the box of a place that Nominatim knows."""
    import osmnx  # takes seconds to import

    try:
        found = osmnx.geocode_to_gdf(name)
    except (OSError, ValueError, RuntimeError) as error:
        known = "nothing" in str(error).lower() or "geocode" in str(error).lower()
        raise SourceError(
            "the place was not found: {error}" if known else "Nominatim cannot be reached: {error}",
            where=name,
            mend="write it as in 'Chongchuan, Nantong, China', or give --bbox" if known else _ROUND,
            error=str(error)[:120],
        ) from error
    west, south, east, north = (float(value) for value in found.total_bounds)
    return _checked((west, south, east, north))


def _download(question: str, server: str, draft: Path, tell: Progress) -> None:
    import requests  # comes with osmnx, and only this needs it

    last: str = ""
    for attempt in range(TRIES):
        if attempt:
            said = "the server is busy: trying again ({attempt} of {tries})"
            tell(Phrase(said, attempt=attempt + 1, tries=TRIES), None)
            time.sleep(_PAUSE_S * attempt)
        try:
            with requests.post(
                f"{server.rstrip('/')}/interpreter",
                data={"data": question},
                headers={"User-Agent": AGENT},
                timeout=(20, TIMEOUT_S),
                stream=True,
            ) as answer:
                if answer.status_code in _BUSY:
                    last = Phrase("it answered {status}", status=answer.status_code)
                    continue
                answer.raise_for_status()
                _save(answer.iter_content(1 << 16), draft, tell)
        except requests.RequestException as error:
            last = type(error).__name__
            continue
        _require_whole(draft, server)
        return
    raise SourceError(
        template(
            "the server gave nothing after {tries} try: {last}", "the server gave nothing after {tries} tries: {last}"
        ),
        where=server,
        mend=_ROUND,
        tries=TRIES,
        last=last,
    )


def _save(chunks: object, draft: Path, tell: Progress) -> None:
    size = 0
    with draft.open("wb") as file:
        for chunk in chunks:  # type: ignore[attr-defined]
            file.write(chunk)
            size += len(chunk)
            tell(Phrase("{size:.1f} MB received", size=size / 1e6), None)


def _require_whole(draft: Path, server: str) -> None:
    """Raise when what came is no whole OpenStreetMap file: an error page, a remark of the server, or half an answer."""
    data = draft.read_bytes()
    if b"<remark>" in data[-4096:]:
        remark = data[data.rindex(b"<remark>") + 8 :].split(b"<")[0].decode(errors="replace").strip()
        raise SourceError(
            "the server gave up: {remark}", where=server, mend="ask for a smaller box", remark=remark[:160]
        )
    if b"<osm" not in data[:1024] or not data.rstrip().endswith(b"</osm>"):
        raise SourceError(
            "the answer broke off or is no OpenStreetMap data", where=server, mend="try again, or: " + _ROUND
        )
