"""One plan per subdistrict (街道), and their plans put together again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gridkit import atomic
from gridkit.plan.life import subdistricts
from gridkit.recipes.plans import write_plan
from gridkit.recipes.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from gridkit.plan.plan import Plan

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


def part(plan: Plan, by: str, folder: str | Path, *, overwrite: bool = False) -> list[Path]:
    """Write one plan per street into a folder and return the files, named by street."""
    plans = subdistricts.part(plan, by)
    return [
        write_plan(refresh(each), Path(folder) / f"{atomic.slug(name)}.gpkg", overwrite=overwrite)
        for name, each in plans.items()
    ]


def join(whole: Plan, parts: Mapping[str, Plan]) -> Plan:
    """Return the whole plan with what was done in its parts; edges that no longer match are refused."""
    return refresh(subdistricts.join(whole, parts))
