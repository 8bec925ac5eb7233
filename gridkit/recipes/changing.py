"""Plans compared, edited, redrawn, undone, coded anew, parted by street, and the officials' edits taken back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from gridkit import atomic, provenance
from gridkit.catalog.presets import presets
from gridkit.errors import UsageError
from gridkit.phrases import joined
from gridkit.plan import codes, edit, feedback, sheet, streets
from gridkit.plan import compare as compared
from gridkit.plan import history as histories
from gridkit.plan import redraw as redrawn
from gridkit.recipes.files import plan_or_polygons, required_plan, write_plan
from gridkit.recipes.goal import TOLERANCE
from gridkit.recipes.planning import prices
from gridkit.recipes.progress import silent
from gridkit.recipes.survey import read_survey
from gridkit.sources import population, vectors
from gridkit.sources.points import Reading
from gridkit.store import sheets
from gridkit.tables import Extract
from gridkit.units import people as spread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gridkit.plan.compare import Comparison
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


def compare(old: Source | Plan, new: str | Path | Plan, *, progress: Progress = silent) -> Comparison:
    """Return what changed from one plan, or any layer of grids, to another plan.

    Parameters
    ----------
    old
        A plan, a plan file, or polygons with their code in ``grid_id``.
    new
        A plan or a plan file.
    """
    after = required_plan(plan_or_polygons(new), new)
    progress("comparing", None)
    return compared.compare(plan_or_polygons(old, after.crs), after)


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
        return edit.edit(plan, edits, reason=reason, author=author, loose=wishes.loose, prices=paid)
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
    return redrawn.redraw(plan, change, prices=paid, seed=seed)


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


def _band(plan: Plan, wishes: Wishes) -> tuple[float, float, float] | None:
    """Return the new band, the plan's own where the wishes are silent; None where they say nothing of it."""
    if (wishes.low, wishes.target, wishes.high, wishes.tolerance) == (None, None, None, None):
        return None
    own = plan.parameters
    target = own.target if wishes.target is None else wishes.target
    low, high = own.low, own.high
    if wishes.target is not None or wishes.tolerance is not None:
        tolerance = TOLERANCE if wishes.tolerance is None else wishes.tolerance
        low, high = target * (1 - tolerance), target * (1 + tolerance)
    low = low if wishes.low is None else wishes.low
    high = high if wishes.high is None else wishes.high
    return low, min(max(target, low), high), high


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


def import_edits(plan: Plan, files: Sequence[str | Path], *, loose: bool = False, rebase: bool = False) -> Plan:
    """Return the plan with what fits of the officials' edits applied, and everything they said kept with its status.

    Parameters
    ----------
    files
        Edits exported from a map, or annotated copies of the map itself.
    loose
        Let grids leave the band.
    rebase
        Take edits that were made on another state of the plan, as far as they still fit.
    """
    return feedback.take(plan, [sheet.read(path) for path in files], loose=loose, rebase=rebase)


def decide(plan: Plan, answers: Mapping[str, str], *, loose: bool = False) -> Plan:
    """Return the plan with comments answered: ``accepted``, ``declined`` or ``open``, each perhaps with a reason.

    Parameters
    ----------
    answers
        ``STATUS`` or ``STATUS:REASON`` by the comment's id.
    """
    decisions = {}
    for name, text in answers.items():
        status, _, reason = text.partition(":")
        if status not in ("accepted", "declined", "open"):
            raise UsageError(
                "{status!r} is no decision", where=name, mend="write accepted, declined or open", status=status
            )
        decisions[name] = feedback.Decision(cast("Status", status), reason.strip())
    return feedback.decide(plan, decisions, loose=loose)


def comments(plan: Plan, lang: str = "en") -> dict[str, Any]:
    """Return what officials asked of a plan, JSON-ready: counts by status, each wish, the sides of open conflicts."""
    rows = feedback.reply(plan, lang)
    held = plan.records.get("comments")
    sides = feedback.conflicts(plan)
    counted = {} if held is None else held["status"].value_counts().to_dict()
    return {
        **{str(status): int(count) for status, count in counted.items()},
        "wishes": rows.astype(object).where(rows.notna(), None).to_dict("records"),
        "conflicts": sides[["unit_id", "to_grid", "author", "text", "source"]].to_dict("records"),
    }


def write_reply(plan: Plan, path: str | Path, *, lang: str = "en", overwrite: bool = False) -> Path:
    """Write the sheet that goes back to those who commented, as .csv or .xlsx."""
    return sheets.write(feedback.reply(plan, lang), path, overwrite=overwrite)


def undo(plan: Plan) -> Plan:
    """Return the plan before its last edit or redraw."""
    return histories.undo(plan)


def history(plan: Plan) -> dict[str, Any]:
    """Return every step that made a plan, oldest first, JSON-ready."""
    return {
        "steps": [
            {
                "finished": each.finished,
                "command": each.command,
                "inputs": ", ".join(source.name for source in each.inputs),
                "reason": str(each.parameters.get("reason", "")),
                "author": str(each.parameters.get("author", "")),
                "notes": joined(each.notes),
            }
            for each in plan.history
        ]
    }


def part(plan: Plan, by: str, folder: str | Path, *, overwrite: bool = False) -> list[Path]:
    """Write one plan per street into a folder and return the files, named by street."""
    plans = streets.part(plan, by)
    return [
        write_plan(each, Path(folder) / f"{atomic.slug(name)}.gpkg", overwrite=overwrite)
        for name, each in plans.items()
    ]


def join(whole: Plan, parts: Mapping[str, Plan]) -> Plan:
    """Return the whole plan with what was done in its parts; edges that no longer match are refused."""
    return streets.join(whole, parts)
