"""What is in a file, and data fetched into one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.sources import districts
from gridkit.sources.files import inspect as looks

if TYPE_CHECKING:
    from pathlib import Path


def inspect(file: str | Path, *, within: str | Path | None = None) -> dict[str, Any]:
    """Return what is in a vector, table, raster or OpenStreetMap file, JSON-ready: layers, CRS, counts, suspicions.

    Parameters
    ----------
    file
        ``FILE[:LAYER]``.
    within
        A district: then it is said under which datum and projection the points fall inside it.
    """
    return looks.look(file, district=districts.read(within)[0] if within is not None else None)
