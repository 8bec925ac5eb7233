"""Several plans of one district, each with another emphasis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.partition import alternatives as several
from gridkit.project import Project, project
from gridkit.recipes.progress import silent
from gridkit.recipes.split import planned, prepared
from gridkit.store import geopackage

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress


def alternatives(
    district: str | Path | gpd.GeoDataFrame | Project,
    count: int = 5,
    *,
    progress: Progress = silent,
    **choices: Any,  # noqa: ANN401 - any field
) -> list[tuple[Plan, dict[str, Any]]]:
    """Return several plans of a district, each with another emphasis, and what each is compared by.

    Returns
    -------
    list
        Plans with their ``emphasis``, ``balance`` (mean share off the mean), ``border_km``, ``share_followed`` (of the
        features, those between grids), ``share_changed`` and ``best`` (no other is better in all). The first is the
        plain one.
    """
    ready = prepared(project(district, **choices), progress)
    progress("searching for several plans", None)
    asked = ready.asked
    made = several.alternatives(ready.problem, count, asked.seed, effort=asked.effort, threads=asked.threads or None)
    return [(planned(ready, each.solution, progress), _told_apart(each)) for each in made]


def write_alternatives(
    asked: Project, count: int, path: str | Path, *, overwrite: bool = False, progress: Progress = silent
) -> list[dict[str, Any]]:
    """Write several plans side by side (``plan.gpkg``, ``plan-2.gpkg`` ...) and return what each is compared by."""
    first = Path(path)
    files = [first, *(first.with_stem(f"{first.stem}-{number}") for number in range(2, count + 1))]
    for file in files:
        atomic.refuse(file, overwrite=overwrite)
    made = alternatives(asked, count, progress=progress)
    return [
        {"file": geopackage.write(plan, file, overwrite=overwrite).name, **facts}
        for file, (plan, facts) in zip(files, made, strict=False)
    ]


def _told_apart(each: several.Alternative) -> dict[str, Any]:
    return {
        "emphasis": each.emphasis,
        "balance_share": each.facts.balance,
        "border_km": each.facts.border_m / 1000,
        "followed_share": each.facts.followed,
        "changed_share": each.facts.changed,
        "best": each.best,
    }
