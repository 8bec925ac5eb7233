"""The grids of a plan coded anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gridkit import provenance
from gridkit.catalog.presets import presets
from gridkit.plan import codes

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.plan import Plan

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


def recode(plan: Plan, template: str = "", *, row_m: float | None = None) -> Plan:
    """Return the plan with its grids numbered anew, west to east within rows from north to south.

    Parameters
    ----------
    template
        ``{county:6}{street:3}{community:3}{seq:3}``; the preset's when empty.
    row_m
        Height of a row in metres; that of a square of the median grid when None.
    """
    preset = presets()[plan.parameters.preset or "cn-social"]
    coded = codes.coded(plan, template or preset.codes.template, plain=template or preset.codes.plain, row_m=row_m)
    return coded.with_step(provenance.step("codes", {"template": template, "row_m": row_m}))
