"""Plans in and out of files, and files looked into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.store import geopackage

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


def read_plan(path: str | Path) -> Plan:
    """Return the plan in a file; a file that is none is named in the error."""
    return geopackage.read(path)


def write_plan(plan: Plan, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a plan into one GeoPackage, which appears whole or not at all, and return its path."""
    return geopackage.write(plan, path, overwrite=overwrite)
