"""Plans compared, edited, redrawn, undone, coded anew, parted by street, and the officials' edits taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gridkit.band import AskedBand
from gridkit.catalog.presets import presets
from gridkit.plan.life import edit
from gridkit.plan.life import redraw as redrawn
from gridkit.recipes.progress import silent
from gridkit.recipes.refresh import refresh
from gridkit.recipes.split import prices
from gridkit.recipes.units import read_survey
from gridkit.sources.files import vectors
from gridkit.sources.people import population
from gridkit.sources.reading import Reading
from gridkit.tables import Extract
from gridkit.tessellation.people import dasymetric as spread

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.band import Band
    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


@dataclass(frozen=True)
class Wishes:
    """What a planner wants changed, as words of the command line.

    Attributes
    ----------
    moves, merges, splits, locks, frees
        ``UNIT=GRID``, ``A,B``, ``GRID=PARTS``, ``GRID`` and ``GRID``.
    dedicated
        Polygons of institutions, each to be a grid of its own.
    people
        New counts of people, in the forms of ``--people``.
    survey
        New units: a file that ``gridkit units`` wrote.
    low, target, high, tolerance
        A new band.
    around
        Only these grids and their neighbours may change.
    everywhere
        Redraw all that is not locked.
    loose
        Edits may leave grids outside the band.
    """

    moves: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    frees: tuple[str, ...] = ()
    dedicated: Source | None = None
    people: Source | None = None
    survey: str | Path | None = None
    low: float | None = None
    target: float | None = None
    high: float | None = None
    tolerance: float | None = None
    around: tuple[str, ...] = ()
    everywhere: bool = False
    loose: bool = False

    @property
    def only_edits(self) -> bool:
        """Whether nothing but single edits is wanted, so that the other grids stay as they are."""
        redraws = (self.people, self.survey, self.low, self.target, self.high, self.tolerance)
        edits = (self.moves, self.merges, self.splits, self.locks, self.frees, self.dedicated)
        return any(edits) and not any(redraws) and not self.around and not self.everywhere


def redraw(
    plan: Plan, wishes: Wishes, *, reason: str = "", author: str = "", seed: int = 0, progress: Progress = silent
) -> Plan:
    """Return the plan with edits applied all or none, and drawn anew where they, new people or a new band ask for it.

    Parameters
    ----------
    plan
        The plan in force.
    wishes
        What is to change; edits alone leave all other grids as they are.
    reason, author
        Kept in the plan's history.
    """
    paid = prices(presets()[plan.parameters.preset or "cn-social"])
    edits = _edits(plan, wishes)
    if wishes.only_edits:
        edited = edit.edit(plan, edits, reason=reason, author=author, loose=wishes.loose, prices=paid)
        return refresh(edited, progress=progress)
    progress("reading data", None)
    units, borders = _units(plan, wishes)
    change = redrawn.Change(
        units=units,
        borders=borders,
        band=_band(plan, wishes),
        around=wishes.around,
        edits=edits,
        reason=reason,
        author=author,
        everywhere=wishes.everywhere,
    )
    progress("redrawing with little change", None)
    return refresh(redrawn.redraw(plan, change, prices=paid, seed=seed), progress=progress)


def _edits(plan: Plan, wishes: Wishes) -> tuple[edit.Edit, ...]:
    edits = edit.asked(
        moves=wishes.moves, merges=wishes.merges, splits=wishes.splits, locks=wishes.locks, frees=wishes.frees
    )
    if wishes.dedicated is None:
        return edits
    return (*edits, *edit.dedicated(plan, vectors.read(wishes.dedicated).to_crs(plan.crs)))


def _units(plan: Plan, wishes: Wishes) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    """Return the units and borders that a change brings; neither where it brings none."""
    units, borders = (None, None) if wishes.survey is None else read_survey(wishes.survey, plan.crs)
    if wishes.people is None:
        return units, borders
    extract = Extract(plan.backdrop, plan.crs)
    table, _ = population.read(wishes.people, plan.districts, reading=Reading(), compounds=extract.table("compounds"))
    counted, _ = spread.allocate(plan.units if units is None else units, table, extract)
    return counted, borders


def _band(plan: Plan, wishes: Wishes) -> Band | None:
    """Return the new band, the plan's own where the wishes are silent; None where they say nothing of it."""
    asked = AskedBand(wishes.target, wishes.tolerance, wishes.low, wishes.high)
    return None if asked == AskedBand() else asked.settled(plan.parameters.band)
