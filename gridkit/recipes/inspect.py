"""What is in a file, and data fetched into one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.errors import called_within
from gridkit.face import face, several
from gridkit.language.reader import environment_language
from gridkit.recipes import trial
from gridkit.render.inspection.page import page
from gridkit.sources import districts, gate
from gridkit.sources.files import inspect as looks
from gridkit.sources.files.uses import commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.project import Source


@face("inspect")
def inspect(
    file: Source | Sequence[Source],
    *,
    within: Source | None = None,
    html: str | Path | None = None,
    lang: str | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Return what is in a vector, table, raster or OpenStreetMap file, JSON-ready: layers, CRS, counts, suspicions.

    Of several files the looks stand under ``files``. Where a command line to go on with (``go_on``) would be refused as
    it stands, ``first`` says why, and which option settles it.

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
    known = None if within is None else gate.taken(within)
    district = None if known is None else districts.read(known)[0]
    named = str(within) if isinstance(within, str | Path) else None
    every = [looks.looked(gate.taken(each), district=district, within=named) for each in _several(file)]
    uses = [use for _, those in every for use in those]
    if len(every) == 1:
        found = every[0][0]
    else:
        lines = [called_within(line) for line in commands(uses, named)]
        found = {"files": [look for look, _ in every], "go_on": lines}
    if found.get("go_on") and (open_ones := trial.questions(uses, district)):
        found["first"] = [{"code": each.code} | each.phrase().by_language() for each in open_ones]
    if html is not None:
        with atomic.replacing(html, overwrite=overwrite) as path:
            path.write_text(page(found, lang or environment_language()), encoding="utf-8")
    return found


def _several(file: object) -> tuple[Any, ...]:
    """Return one or several; an array with its transform and CRS is one."""
    return (file,) if isinstance(file, tuple) and hasattr(file[0], "shape") else several(file)
