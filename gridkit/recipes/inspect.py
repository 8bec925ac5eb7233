"""What is in a file, and data fetched into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.face import face, several
from gridkit.language.reader import environment_language
from gridkit.render.inspection import page
from gridkit.sources import districts
from gridkit.sources.files import inspect as looks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@face("inspect")
def inspect(
    file: str | Path | Sequence[str | Path],
    *,
    within: str | Path | None = None,
    html: str | Path | None = None,
    lang: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Return what is in a vector, table, raster or OpenStreetMap file, JSON-ready: layers, CRS, counts, suspicions.

    Of several files the looks stand under ``files``.

    Parameters
    ----------
    file
        Any vector, table, raster or OSM file; one or several.
    within
        A district: under which datum do the points fall inside it?
    html
        Write it as a page as well.
    lang
        Language, such as en or zh.
    overwrite
        Replace the output if it exists.
    """
    district = districts.read(within)[0] if within is not None else None
    every = [looks.look(each, district=district) for each in several(file)]
    if html is not None:
        with atomic.replacing(html, overwrite=overwrite) as path:
            path.write_text(page(every, lang or environment_language()), encoding="utf-8")
    return every[0] if len(every) == 1 else {"files": every}
