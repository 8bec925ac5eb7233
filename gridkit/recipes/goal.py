"""What a project balances, and to which band: the user's numbers first, the preset's where they are silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.band import TOLERANCE
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import Phrase, word

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.presets import Preset
    from gridkit.project import Project


@dataclass(frozen=True)
class Goal:
    """What is balanced, to which band, in how many grids.

    Attributes
    ----------
    measure
        The column of UNITS that is balanced.
    low, target, high
        The band in the unit of the measure.
    grids
        How many grids in all, or None for what the band implies.
    notes
        What was derived rather than given.
    """

    measure: str
    low: float
    target: float
    high: float
    grids: int | None = None
    notes: tuple[str, ...] = ()


def aim(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> Goal:
    """Return what a project balances, from the user's numbers first and the preset's where they are silent.

    A preset that counts households counts people where no households are known and none were asked for: its band is
    multiplied by its own household size, and a note says so.

    Raises
    ------
    TableError
        When the measure is no column of the units, or adds up to nothing.
    """
    measure, factor, notes = _measure(units, preset, asked)
    total = float(units[measure].sum())
    if total <= 0:
        raise TableError(
            "the units hold no {measure} at all",
            mend="check --people, or balance with --by area_m2",
            measure=word(measure),
        )
    low, target, high = _band(preset, asked, factor, total)
    return Goal(measure, low, target, high, asked.grids, tuple(notes))


def _measure(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> tuple[str, float, list[str]]:
    """Return the measure, the factor from the preset's numbers to its unit, and notes."""
    numeric = units.select_dtypes("number").columns
    known = [str(name) for name in numeric if units[name].notna().all()]
    wanted = asked.measure or preset.measure
    if wanted in known:
        return wanted, 1.0, []
    if not asked.measure and wanted == "households" and preset.household_size is not None:
        size = preset.household_size
        note = "no households given: people are balanced, {size:g} to a household ({source})"
        return "people", size.value, [Phrase(note, size=size.value, source=size.source)]
    raise TableError(
        "the units have no {wanted!r} to balance",
        mend="bring it in the file of --people, or choose with --by from {known}",
        wanted=wanted,
        known=", ".join(known),
    )


def _band(preset: Preset, asked: Project, factor: float, total: float) -> tuple[float, float, float]:
    """Return low, target and high: the user's, else around the user's target, else the preset's."""
    if asked.tolerance is not None and not 0 <= asked.tolerance < 1:
        raise UsageError("a tolerance is a share, not {share:g}", mend="write 0.1 for 10 %", share=asked.tolerance)
    mean = total / asked.grids if asked.grids else preset.band.target.value * factor
    low, target, high = (value * factor for value in preset.band.around(mean / factor))
    if (asked.target, asked.grids, asked.tolerance) != (None, None, None):
        target = asked.target if asked.target is not None else mean if asked.grids else target
        tolerance = TOLERANCE if asked.tolerance is None else asked.tolerance
        low, high = target * (1 - tolerance), target * (1 + tolerance)
    low = low if asked.low is None else asked.low
    high = high if asked.high is None else asked.high
    return low, min(max(target, low), high), high
