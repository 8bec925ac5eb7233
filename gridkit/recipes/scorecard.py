"""The scorecard of a plan: laid on it afresh, and written as two pages, a workbook, a map, a table or a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import atomic
from gridkit.catalog import definitions
from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.language.phrases import series
from gridkit.language.reader import language
from gridkit.plan.scored import remembered
from gridkit.recipes import map as maps
from gridkit.recipes import report
from gridkit.recipes.layer import SCORECARD, derived
from gridkit.recipes.plans import write_plan
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import refreshed, scored, shorn
from gridkit.render.papers import scorecard as papers
from gridkit.store import sheets

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress

ENDINGS = (".pdf", ".xlsx", ".html", ".csv", ".gpkg")


@face("scorecard")
def scorecard(
    plan: Plan,
    path: str | Path = "scorecard.pdf",
    *,
    lang: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write the scorecard of a plan, by the file's ending: two pages (.pdf), a workbook (.xlsx), a map (.html) ...

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    lang
        Language, such as en or zh.
    path
        The file to write: .pdf (two pages), .xlsx, .html (a map), .csv (its lines) or .gpkg (the plan with it).
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    written(plan, Path(path), lang=lang, overwrite=overwrite, progress=progress)
    return Path(path)


def written(
    plan: Plan, path: Path, *, lang: str | None = None, overwrite: bool = False, progress: Progress | None = None
) -> Plan:
    """Write the scorecard of a plan, and return the plan as it is shown there: fresh, with its scorecard laid on it."""
    say = shown(progress)
    spoken = language(lang, plan.parameters.lang)
    kind = path.suffix.lower()
    if kind not in ENDINGS:
        raise UsageError("a scorecard is written as {all}", where=path, mend="name such a file", all=series(ENDINGS))
    atomic.refuse(path, overwrite=overwrite)
    renewed = refreshed(plan, progress=say)
    fresh = scored(shorn(renewed))
    kept = remembered(plan, fresh)
    # The plan knows of an edition before anybody else does: the next one is judged beside it.
    if kept is not plan and plan.origin is not None:
        write_plan(derived(kept), plan.origin.path, overwrite=True)
    say("writing the scorecard", None)
    if kind == ".pdf":
        papers.scorecard(fresh, path, lang=spoken, overwrite=overwrite)
    elif kind == ".xlsx":
        report.report(fresh, path, lang=spoken, overwrite=overwrite)
    elif kind == ".html":
        maps.map(fresh, view=SCORECARD, lang=lang).save(path, overwrite=overwrite)
    elif kind == ".gpkg":
        # What cannot be measured again is left out of what is shown, and stays in the plan.
        write_plan(scored(renewed), path, overwrite=overwrite)
    else:
        sheets.write(pd.DataFrame(fresh.layers[SCORECARD].tables["lines"]), path, overwrite=overwrite)
    return fresh


def facts(fresh: Plan) -> dict[str, Any]:
    """Return the lines of the district by group, what is missing and who could supply it, and the warnings.

    Parameters
    ----------
    fresh
        The plan as :func:`written` returns it.
    """
    layer = fresh.layers[SCORECARD]
    definition: Any = layer.definition
    lines = {each["indicator"]: each for each in layer.facts["lines"]}
    missing = [name for name, each in lines.items() if each["why"] == "missing"]
    tables = dict.fromkeys(definition.indicators[name].table for name in missing)
    told: dict[str, Any] = {
        pillar: [
            each for name, each in lines.items() if definition.indicators[name].pillar == pillar and not each["why"]
        ]
        for pillar in definitions.PILLARS
    }
    warned = dict.fromkeys(
        definition.indicators[name].warning
        for name, each in lines.items()
        if not each["why"] and definition.indicators[name].warning
    )
    return {
        **{name: layer.facts[name] for name in ("known", "few")},
        **told,
        "trends": layer.facts["trends"],
        "missing": [
            {
                "indicators": [name for name in missing if definition.indicators[name].table == table],
                "supplier": definition.tables[table].supplier,
                "command": definition.tables[table].command or None,
            }
            for table in tables
        ],
        "warnings": [definition.warnings[name] for name in warned],
    }
