"""The whole main job on the made-up district: its files, a plan, its layers, its audit and its map."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridkit import atomic, synthetic
from gridkit.face import face
from gridkit.language.labels import TITLES
from gridkit.language.reader import language
from gridkit.plan.summary import told
from gridkit.recipes.audit import audit
from gridkit.recipes.layer import layer
from gridkit.recipes.map import drawn
from gridkit.recipes.plans import write_plan
from gridkit.recipes.progress import shown
from gridkit.recipes.published import remembered
from gridkit.recipes.split import split, to_the_end
from gridkit.recipes.staffing import staffing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress

[TITLE] = TITLES
LAYERS = ("clinics", "schools", "circle-15")
VIEWS = ("planner", "official", "public")


@dataclass(frozen=True)
class Demo:
    """What a demonstration made.

    Attributes
    ----------
    files
        Every file by what it is: the inputs of the made-up district, ``plan`` and the maps.
    plan
        The plan, with its layers; None when only the inputs were wanted.
    report
        The plan in numbers, and its audit.
    """

    files: Mapping[str, Path]
    plan: Plan | None = None
    report: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Path:
        """Return one of the files."""
        return self.files[name]


@face("demo")
def demo(
    path: str | Path = "out/demo",
    *,
    seed: int = 0,
    only_files: bool = False,
    lang: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Demo:
    """Make up a district, write its files as an office would have them, and run the whole main job on them.

    Parameters
    ----------
    seed
        Another seed draws another district.
    only_files
        Write the inputs and stop.
    lang
        Language, such as en or zh.
    path
        The folder to make.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    folder, tell, spoken = atomic.folder(path), shown(progress), language(lang)
    inputs = synthetic.write(folder, seed, overwrite=overwrite, progress=tell)
    if only_files:
        return Demo(inputs, report={"files": {name: str(path) for name, path in inputs.items()}})
    plan = split(
        f"{inputs['district']}:communities",
        parents="code",
        osm=inputs["osm"],
        people=inputs["population"],
        households=inputs["households"],
        lang=spoken,
        title=TITLE.said(spoken),
        progress=tell,
    )
    plan = layer(to_the_end(plan), "incidents", data=inputs["incidents"], datum="gcj02", progress=tell)
    for name in LAYERS:
        plan = layer(plan, name, progress=tell)
    plan = staffing(
        plan,
        staff=inputs["staff"],
        old=inputs["old_grids"],
        forms=inputs["forms"],
        classes=inputs["classes"],
        asof=synthetic.LAST_DAY,
        progress=tell,
    )
    judged = audit(plan, progress=tell)
    plan = judged.kept(plan)
    pages = {view: drawn(plan, view, lang=lang, progress=tell) for view in VIEWS}
    for view, page in pages.items():
        if page.withheld is not None:
            plan = remembered(plan, page, view)
    made = {"plan": folder / "plan.gpkg"}
    write_plan(plan, made["plan"], overwrite=overwrite)
    for view, page in pages.items():
        made[view] = folder / f"{view}.html"
        page.save(made[view], overwrite=overwrite)
    files = {**inputs, **made}
    report = {**told(plan), "audit": judged.verdicts, "files": {name: str(path) for name, path in files.items()}}
    return Demo({**files, "map": made["planner"]}, plan, report)
