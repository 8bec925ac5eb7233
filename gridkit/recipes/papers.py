"""The papers an office hands round, as one set or one at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np

from gridkit import atomic
from gridkit.errors import UsageError, nearest
from gridkit.face import face, several
from gridkit.language.phrases import Phrase, series, spoken
from gridkit.language.reader import language
from gridkit.plan import compare as compared
from gridkit.plan.names import Names
from gridkit.plan.plan import Plan
from gridkit.recipes.audit import audit
from gridkit.recipes.plans import plan_before
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import current
from gridkit.render.papers.code_table import Before
from gridkit.render.papers.set import MISSING, PAPERS, Material, drawn, lacks
from gridkit.render.papers.setting import Setting, chosen
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gridkit.project import Source
    from gridkit.recipes.progress import Progress


@dataclass(frozen=True)
class PaperSet:
    """What was written, and what was not.

    Attributes
    ----------
    files
        Each paper by its name.
    left_out
        Why a paper of the set is not there, by its name.
    """

    files: Mapping[str, Path]
    left_out: Mapping[str, Phrase] = field(default_factory=dict)


@face("papers")
def papers(  # noqa: PLR0913 - the public face
    plan: Plan,
    path: str | Path = "papers",
    *,
    approval: str = "",
    only: str | Sequence[str] = (),
    paper: Literal["A4", "A3"] = "A4",
    against: Source | Plan | None = None,
    grids: str | Sequence[str] = (),
    lang: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> PaperSet:
    """Write the papers of a plan as PDF into a folder, the whole set or some of it, and return what was written.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    approval
        Map-approval number (审图号) of what leaves the office.
    only
        Only these papers, with commas between them: scheme, list, atlas, board, codes, opinions, replies, slips, walk,
        proposal, visits; one or several.
    paper
        Size of the paper: A4 or A3.
    against
        A plan or layer of grids to tell the changes from.
    grids
        Only this grid; one or several.
    lang
        Language, such as en or zh.
    path
        The folder to write to.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    wanted = tuple(
        dict.fromkeys(name.strip() for each in several(only) for name in str(each).split(",") if name.strip())
    )
    names = wanted or tuple(PAPERS)
    for name in names:
        if name not in PAPERS:
            raise UsageError(
                "there is no paper {name!r}",
                where="only",
                mend="use one of {known}" if nearest(name, PAPERS) is None else "did you mean {near!r}?",
                name=name,
                near=nearest(name, PAPERS),
                known=series(PAPERS),
            )
    tell, spoke = shown(progress), language(lang, plan.parameters.lang)
    folder = atomic.folder(path)
    files = {name: atomic.refuse(folder / f"{name}.pdf", overwrite=overwrite) for name in names}
    plan = current(plan, progress=tell)
    setting = Setting(plan, spoke, paper, approval, chosen(plan, several(grids) or None))
    before = None if against is None else _before(against, plan, spoke)
    material = Material(audit(plan, progress=tell), before)
    gone = {name: MISSING[why] for name in names if (why := lacks(name, setting, material))}
    if wanted and gone:
        name, why = next(iter(gone.items()))
        raise UsageError("{name} cannot be written: {why}", where="only", name=called(name), why=why)
    done = {}
    for name in names:
        if name in gone:
            continue
        tell(called(name), None)
        data = drawn(name, setting, material)
        folder.mkdir(parents=True, exist_ok=True)
        with atomic.replacing(files[name], overwrite=overwrite) as fresh:
            fresh.write_bytes(data)
        done[name] = files[name]
    return PaperSet(done, gone)


def called(name: str) -> Phrase:
    """Return what a paper of the set is called."""
    return Phrase(PAPERS[name].title)


def _before(against: Source | Plan, plan: Plan, lang: str) -> Before:
    """Return the grids of before with their shapes, names and households."""
    old = plan_before(against, plan)
    whole = old if isinstance(old, Plan) else compared.grids_as_plan(old, plan)
    known, grids = Names(whole), whole.grids
    codes = grids.index.astype(TEXT)
    names = {grid: str(spoken(known.whole(grid), lang)) for grid in codes}
    if not isinstance(old, Plan) and {"grid_id", "name"} <= set(old.columns):
        named = old[old["name"].notna()]
        names |= dict(zip(named["grid_id"].astype(TEXT), named["name"].astype(TEXT), strict=True))
    counted = "households" in grids and grids["households"].notna().any()
    homes = dict(zip(codes, grids["households"].to_numpy(float), strict=True)) if counted else {}
    shapes = gpd.GeoSeries(np.asarray(grids.geometry), index=codes, crs=plan.crs)
    return Before(shapes, names, homes, compared.compare(old, plan))
