"""What a project balances, and to which band: the user's numbers first, the preset's where they are silent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gridkit.band import AskedBand
from gridkit.errors import InfeasibleError, TableError, UsageError
from gridkit.language.labels import source, word
from gridkit.language.phrases import Phrase, series
from gridkit.recipes import hours

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.band import Band
    from gridkit.catalog.presets import Preset
    from gridkit.project import Project


@dataclass(frozen=True)
class Goal:
    """What is balanced, to which band, in how many grids.

    Attributes
    ----------
    measure
        The column of UNITS that is balanced.
    band
        In the unit of the measure.
    grids
        How many grids in all, or None for what the band implies.
    notes
        What was derived rather than given.
    practice
        The preset that hours of work are reckoned by, where they are what is balanced and were not brought.
    """

    measure: str
    band: Band
    grids: int | None = None
    notes: tuple[str, ...] = ()
    practice: str | None = None

    def record(self) -> dict[str, Any]:
        """Return the goal as a plan's history keeps it, JSON-ready."""
        return {"measure": self.measure, **asdict(self.band), "grids": self.grids, "notes": self.notes}


def aim(units: gpd.GeoDataFrame, preset: Preset, asked: Project, practice: str | None = None) -> Goal:
    """Return what a project balances, from the user's numbers first and the preset's where they are silent.

    A preset that counts households counts people where no households are known and none were asked for, and a note says
    so: its band is multiplied by its own household size, unless a target or a number of grids makes another.

    Hours of work that are reckoned by a ``practice`` have a range of their own: that of all hours of a grid, less those
    that it has whatever its size.

    Raises
    ------
    TableError
        When the measure is no column of the units.
    InfeasibleError
        When it adds up to nothing.
    UsageError
        When fewer than one grid is asked for.
    """
    if asked.grids is not None and asked.grids < 1:
        raise UsageError("there is no plan of {grids} grids", mend="ask for one grid or more", grids=asked.grids)
    if practice is not None:
        return _of_hours(units, preset, asked)
    measure, factor, notes = _measure(units, preset, asked)
    total = float(units[measure].sum())
    if total <= 0:
        raise InfeasibleError(
            "the units hold no {measure} at all",
            mend="check --people, or balance with --by area_m2",
            measure=word(measure),
        )
    return Goal(measure, _band(preset, asked, factor, total), asked.grids, tuple(notes))


def _measure(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> tuple[str, float, list[str]]:
    """Return the measure, the factor from the preset's numbers to its unit, and notes."""
    numeric = units.select_dtypes("number").columns
    known = [str(name) for name in numeric if units[name].notna().all()]
    wanted = asked.by or preset.measure
    if wanted in known:
        _ask_of_what(known, preset, asked, wanted)
        return wanted, 1.0, []
    if not asked.by and wanted == "households" and preset.household_size is not None:
        size = preset.household_size
        if asked.target or asked.grids:
            # The range is that of what was asked for: nobody reckoned with a household.
            return "people", size.value, [Phrase("no households given: people are balanced")]
        note = "no households given: people are balanced, {size:g} to a household ({source})"
        return "people", size.value, [Phrase(note, size=size.value, source=source(size.source))]
    raise TableError(
        "the units have no {wanted!r} to balance",
        mend="bring it in the file of --people, or choose with --by from {known}",
        wanted=wanted,
        known=series(known),
    )


def _ask_of_what(known: list[str], preset: Preset, asked: Project, wanted: str) -> None:
    """Raise where a target without a unit is no size of a grid in households, and is one in people."""
    size = preset.household_size
    if asked.by or not asked.target or wanted != "households" or "people" not in known or size is None:
        return
    usual = preset.band.of(0.0, 1.0)
    in_households, in_people = usual.inside([asked.target, asked.target / size.value])
    if in_people and not in_households:
        raise UsageError(
            "a target of {target:g} may be households, which {preset} counts ({low:g} to {high:g} in a grid), "
            "or people",
            where="--target",
            mend="say --by people or --by households",
            target=asked.target,
            preset=preset.name,
            low=usual.low,
            high=usual.high,
        )


def _of_hours(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> Goal:
    """Return the goal of hours reckoned from households, events and the way between doors."""
    fixed = hours.fixed(preset.name)
    total = float(units[hours.HOURS].sum())
    if total <= 0:
        raise TableError("the units hold no {measure} at all", mend="check --people", measure=word(hours.HOURS))
    mean = total / asked.grids + fixed if asked.grids else None
    said = AskedBand(asked.target, asked.tolerance, asked.min, asked.max)
    band = hours.beside(said.settled(hours.usual(preset), mean), fixed)
    return Goal(hours.HOURS, band, asked.grids, (hours.note(fixed),), preset.name)


def _band(preset: Preset, asked: Project, factor: float, total: float) -> Band:
    """Return the band: the user's, else around the user's target or his number of grids, else the preset's."""
    said = AskedBand(asked.target, asked.tolerance, asked.min, asked.max)
    mean = total / asked.grids if asked.grids else None
    if not preset.band.relative:
        return said.settled(preset.band.of(0.0, factor), mean)
    # A quota is a share of the mean: without a number of grids, or a target, there is no mean to take a share of.
    middle = asked.target or mean
    if middle is None and (asked.min is None or asked.max is None):
        raise UsageError(
            "the preset {preset} gives the range of size in shares of the mean, and nothing says what that is",
            mend="give the number of grids with --grids, or --target",
            preset=preset.name,
        )
    return said.settled(None if middle is None else preset.band.of(middle))
