"""A job done as far as it is not: every step whose inputs, choices and version are those of its record is kept."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic, lock
from gridkit.catalog import map_views
from gridkit.catalog.costs import costs
from gridkit.errors import DefinitionError, GridkitError, OutputError
from gridkit.face import face
from gridkit.language.phrases import Phrase, listed, series
from gridkit.project import LAID, SPELT
from gridkit.recipes import jobs, manifest
from gridkit.recipes.progress import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gridkit.plan.plan import Plan
    from gridkit.recipes.jobs import Job, Order
    from gridkit.recipes.manifest import Held, Manifest
    from gridkit.recipes.progress import Progress

SPLIT, PLAN, AUDIT = "steps/split.gpkg", "plan.gpkg", "audit.json"
"""The plan as it was split, kept so that layers are laid anew without a search; the plan with its layers; its audit."""
UNFINISHED = "steps/stopped.gpkg"
"""The best plan of a search that was stopped."""
_USUAL = {"report": "report.xlsx", "cards": "cards.pdf", "papers": "papers", "scorecard": "scorecard.pdf"}
HEADLINE = ("title", "grids", "units", "parents", "people", "measure", "share_in_band", "people_from", "estimate")
"""What a run says of its plan."""
_KB, _MB, _M2_PER_KM2 = 1024, 1_000_000, 1e6


@dataclass(frozen=True)
class Doing:
    """One step of a run.

    Attributes
    ----------
    name
        What it is called: split, plan, map planner.
    state
        ``made`` now, ``kept`` as it was, or ``to make`` in a dry run.
    why
        What has changed since it was made, in words.
    outputs
        The files it writes, within the folder.
    inputs
        The files it reads.
    cpu_s, mb
        What it took, or what it is likely to take: CPU seconds and MB.
    orders
        The steps of the project that it carries out.
    """

    name: str
    key: str
    parts: Mapping[str, str]
    outputs: tuple[str, ...]
    inputs: tuple[Held, ...]
    orders: tuple[Order, ...] = ()
    state: str = "to make"
    why: Phrase | str = ""
    cpu_s: float | None = None
    mb: float | None = None


@dataclass(frozen=True)
class Run:
    """What a run made and kept.

    Attributes
    ----------
    folder
        Where the outputs are.
    steps
        Every step in its order.
    facts
        The plan in numbers, and the verdicts of its audit.
    """

    folder: Path
    steps: tuple[Doing, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def made(self) -> tuple[str, ...]:
        """The steps that were made, or are to be."""
        return tuple(each.name for each in self.steps if each.state != "kept")

    @property
    def report(self) -> dict[str, Any]:
        """Return the run as JSON-ready values."""
        rows = [
            {
                "step": each.name,
                "state": each.state,
                "why": each.why,
                "outputs": series(each.outputs),
                "inputs": series(sorted({Path(held.path).name for held in each.inputs})),
                "cpu_s": None if each.cpu_s is None else round(each.cpu_s, 1),
                "peak_mb": None if each.mb is None else round(each.mb),
            }
            for each in self.steps
        ]
        total = sum(each.cpu_s or 0.0 for each in self.steps if each.state != "kept")
        told = {name: self.facts[name] for name in HEADLINE if name in self.facts}
        verdicts = self.facts.get("audit", {})
        failed = {"failed": [name for name, each in verdicts.items() if each == "FAIL"]} if verdicts else {}
        return {"folder": str(self.folder), "steps": rows, "cpu_s": round(total, 1), **told, **failed}


@face("run")
def run(
    file: str | Path = "gridkit.toml",
    *,
    dry_run: bool = False,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Do every step of a project that is not done: the plan, its layers, audit, maps and papers.

    Parameters
    ----------
    file
        A project: gridkit.new(...) writes one.
    dry_run
        Say what would be made, from what, and what it takes; write nothing.
    output
        The folder for all that is made.
    overwrite
        Make anew what was changed by hand, and replace what no run made.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    job = jobs.read(file)
    folder = atomic.folder(output or job.output)
    if dry_run:
        return _estimated(job, folder)
    return done(job, folder, overwrite=overwrite, progress=shown(progress))


def done(job: Job, folder: Path, *, overwrite: bool, progress: Progress, home: Path | None = None) -> Run:
    """Return a job done in a folder: what is up to date there is kept, all else is made.

    Parameters
    ----------
    home
        Where the folder is to stand, where that is not where it is.
    """
    atomic.refuse(folder / PLAN, overwrite=True)
    planned(job, folder, manifest.read(folder))  # what is wrong is said before a folder is made
    folder.mkdir(parents=True, exist_ok=True)
    # Two runs in one folder would each take the other's files for changed by hand.
    with lock.holding(folder.absolute() / "run", patience_s=0):
        record = manifest.read(folder)
        steps = planned(job, folder, record)
        if not overwrite:
            _refuse_altered(steps, folder, record)
        place = (home or folder).absolute()
        return _Work(job, folder, replace(record, job=job.seen_from(place)), progress, place).all(steps)


# ------------------------------------------------------------------ what is to be done
def planned(job: Job, folder: Path, record: Manifest) -> tuple[Doing, ...]:
    """Return every step of a job: kept where its record is of the same key and its outputs are there."""
    parts, held = manifest.parts_of("split", _chosen(job))
    begun = _judged(Doing("split", manifest.key_of(parts), parts, (SPLIT,), tuple(held)), folder, record)
    on_plan = tuple(order for order in job.orders if order.command in LAID)
    parts, held = dict[str, str](), list[manifest.Held]()
    for order in on_plan:
        own, more = manifest.parts_of(order.command, order.options)
        parts |= {f"{order.name}: {name}": digest for name, digest in own.items()}
        held += more
    audited = (AUDIT,) if any(order.command == "audit" for order in on_plan) else ()
    drawn = Doing("plan", manifest.key_of(parts, begun.key), parts, (PLAN, *audited), tuple(held), on_plan)
    steps = [begun, _judged(drawn, folder, record, begun)]
    for order in job.orders:
        if order not in on_plan:
            parts, held = manifest.parts_of(order.command, order.options)
            step = Doing(order.name, manifest.key_of(parts, drawn.key), parts, (_output(order),), tuple(held), (order,))
            steps.append(_judged(step, folder, record, steps[1]))
    _require_apart(steps, job)
    return tuple(steps)


def _chosen(job: Job) -> dict[str, Any]:
    """Return what a project chooses, by name."""
    return {name: value for name, value in vars(job.project).items() if value not in (None, "", (), {}, False)}


def _output(order: Order) -> str:
    if order.command == "map":
        return str(order.options.get("output") or f"{atomic.slug(str(order.options['view']))}.html")
    return str(order.options.get("path") or _USUAL[order.command])


def _require_apart(steps: list[Doing], job: Job) -> None:
    every = [name for each in steps for name in each.outputs]
    twice = sorted({name for name in every if every.count(name) > 1})
    if twice:
        raise DefinitionError(
            "two steps write {name}", where=job.where, mend="name the output of one of them", name=twice[0]
        )


def _judged(step: Doing, folder: Path, record: Manifest, before: Doing | None = None) -> Doing:
    """Return a step with whether it is to be made, and why."""
    was = record.made.get(step.name)
    if was is None:
        return replace(step, why=Phrase("not made yet"))
    gone = [name for name in was.outputs if not (folder / name).exists()]
    step = replace(step, cpu_s=was.cost.get("cpu_s"), mb=was.cost.get("peak_mb"))
    if was.key != step.key:
        changed = [name for name in {**was.parts, **step.parts} if was.parts.get(name) != step.parts.get(name)]
        after = [Phrase("{step} is made anew", step=before.name)] if before is not None and not changed else changed
        return replace(step, why=Phrase("changed: {what}", what=listed(after)))
    if gone:
        return replace(step, why=Phrase("{name} is gone", name=gone[0]))
    return replace(step, state="kept", outputs=tuple(was.outputs))


def _refuse_altered(steps: tuple[Doing, ...], folder: Path, record: Manifest) -> None:
    """Refuse to make anew what somebody changed since it was written, or what no run wrote."""
    for step in steps:
        if step.state == "kept":
            continue
        was = record.made.get(step.name)
        for name, held in ({} if was is None else was.outputs).items():
            if manifest.altered(folder, name, held) == "changed":
                raise OutputError(
                    "it was changed since it was made here, and is to be made anew: {why}",
                    where=folder / name,
                    mend="keep it under another name, or add --overwrite",
                    why=step.why,
                )
        for name in step.outputs:
            ours = was is not None and any(_within(each, name) for each in was.outputs)
            if not ours and (folder / name).exists():
                raise OutputError(
                    "it exists, and no run made it",
                    where=folder / name,
                    mend="add --overwrite, or name another folder with -o",
                )


def _within(name: str, output: str) -> bool:
    return name == output or name.startswith(f"{output}/")


# ------------------------------------------------------------------ doing it
class _Work:
    """A job being done in a folder, its record written after every step."""

    def __init__(self, job: Job, folder: Path, record: Manifest, progress: Progress, home: Path) -> None:
        self.home = home
        self.job, self.folder, self.record, self.progress = job, folder, record, progress
        self.plan: Plan | None = None

    def all(self, steps: tuple[Doing, ...]) -> Run:
        """Return every step done."""
        finished = [each if each.state == "kept" else self._one(each) for each in steps]
        # Steps that the project no longer names leave the record; their files stay, and are nobody's.
        known = {each.name for each in steps}
        kept = {name: made for name, made in self.record.made.items() if name in known}
        self.record = replace(self.record, made=kept)
        self.record.write()
        return Run(self.folder, tuple(finished), self.record.made["plan"].facts)

    def _one(self, step: Doing) -> Doing:
        do = {"split": self._split, "plan": self._lay}.get(step.name, self._write)
        with measured() as cost:
            facts = do(step)
        names = [file for name in step.outputs for file in self._files(name)]
        held = tuple(manifest.moved(step.inputs, self.home))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        outputs = manifest.written(self.folder, names)
        self.record = self.record.with_made(
            manifest.Made(step.name, step.key, step.parts, held, outputs, cost, facts, now)
        )
        self.record.write()
        return replace(step, state="made", outputs=tuple(names), cpu_s=cost["cpu_s"], mb=cost["peak_mb"])

    def _files(self, name: str) -> list[str]:
        path = self.folder / name
        if not path.is_dir():
            return [name]
        return [each.relative_to(self.folder).as_posix() for each in sorted(path.rglob("*")) if each.is_file()]

    def _split(self, _step: Doing) -> dict[str, Any]:
        from gridkit.recipes import plans

        plan = _recipe("split")(self.job.project, progress=self.progress)
        if plan.interrupted:
            # It is for whoever stopped it to look at, and no step of the job: the next run searches again.
            plans.write_plan(plan, self.folder / UNFINISHED, overwrite=True)
            raise KeyboardInterrupt
        plans.write_plan(plan, self.folder / SPLIT, overwrite=True)
        self.plan = plan
        return {}

    def _lay(self, step: Doing) -> dict[str, Any]:
        """Lay the layers and keep the audit; what was published of the plan before stays known to it."""
        from gridkit.plan.published import NAMES as PUBLISHED
        from gridkit.recipes import plans
        from gridkit.store import geopackage

        plan = self.plan or plans.read_plan(self.folder / SPLIT)
        facts: dict[str, Any] = {}
        for order in step.orders:
            if order.command != "audit":
                plan = _recipe(SPELT.get(order.command, order.command))(plan, **order.options, progress=self.progress)
            else:
                judged = _recipe("audit")(plan, **order.options, progress=self.progress)
                plan = judged.kept(plan)
                facts["audit"] = judged.verdicts
                with atomic.replacing(self.folder / AUDIT) as file:
                    file.write_text(_json(judged.report()), encoding="utf-8")
        target = self.folder / PLAN
        if target.exists() and geopackage.holds_plan(target):
            before = plans.read_plan(target).records
            plan = plan.having(records={**plan.records, **{n: before[n] for n in PUBLISHED if n in before}})
        plans.write_plan(plan, target, overwrite=True)
        self.plan = plan
        return {**_told(plan), **facts}

    def _write(self, step: Doing) -> dict[str, Any]:
        [order] = step.orders
        name, chosen = step.outputs[0], {**order.options}
        if order.command != "map":
            chosen.pop("path", None)
            _recipe(order.command)(self._read(), self.folder / name, **chosen, overwrite=True)
            return {}
        chosen.pop("output", None)
        public = map_views.maps().overlaid(chosen.get("maps"))[str(chosen["view"])].audience == "public"
        page = _recipe("map")(self._read(anew=public), **chosen, progress=self.progress)
        page.save(self.folder / name, overwrite=True)
        if page.withheld is not None:  # the plan remembers what was published of it
            made = self.record.made["plan"]
            self.record = self.record.with_made(replace(made, outputs=manifest.written(self.folder, made.outputs)))
            self.plan = None
        return {}

    def _read(self, *, anew: bool = False) -> Plan:
        """Return the plan; from its file where a page is to be remembered in it."""
        if self.plan is None or anew:
            from gridkit.recipes import plans

            self.plan = plans.read_plan(self.folder / PLAN)
        return self.plan


def _recipe(command: str) -> Callable[..., Any]:
    """Return what does a step; it is loaded for it, as a run that keeps everything loads none."""
    module = import_module(f"gridkit.recipes.{command.split(maxsplit=1)[0]}")
    found: Callable[..., Any] = getattr(module, command.replace(" ", "_"))
    return found


def _told(plan: Plan) -> dict[str, Any]:
    """Return the numbers of a plan that a roll-up adds up."""
    whole = plan.summary()
    held = plan.grids[plan.parameters.measure]
    households = plan.units.get("households")
    return {
        **{name: whole[name] for name in ("title", "grids", "units", "parents", "measure", "share_in_band")},
        "people": float(plan.units["people"].sum()),
        "outside": len(whole["outside_the_band"]),
        "households": None if households is None or households.isna().all() else float(households.sum()),
        "area_m2": float(plan.units["area_m2"].sum()),
        "least": float(held.min()),
        "mean": float(held.mean()),
        "most": float(held.max()),
        "plan": plan.digest,
        "state": plan.state,
        "accounts": [
            {
                "role": each.role,
                "unit": each.counted,
                "read": each.read,
                "used": each.used,
                "lost": sum(each.lost.values()),
            }
            for step in plan.history
            for each in step.ledger
        ],
    }


def _json(value: Any) -> str:  # noqa: ANN401 - a report
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Yield what is filled with CPU and wall seconds, and the process' largest memory (MB), when it is left."""
    cost: dict[str, float] = {}
    cpu, wall = time.process_time(), time.perf_counter()
    yield cost
    cost["cpu_s"] = round(time.process_time() - cpu, 3)
    cost["wall_s"] = round(time.perf_counter() - wall, 3)
    cost["peak_mb"] = peak_mb()


def peak_mb() -> float:
    """Return the largest memory that this process has held (MB); not known on Windows."""
    if sys.platform == "win32":
        return float("nan")
    # What getrusage tells includes what the parent held when it began this process: a driver's whole memory.
    with suppress(OSError, ValueError, StopIteration):
        with Path("/proc/self/status").open(encoding="ascii", errors="replace") as status:
            line = next(each for each in status if each.startswith("VmHWM:"))
        return round(int(line.split()[1]) * _KB / _MB, 1)
    import resource

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KB on Linux, bytes on macOS
    return round(held * (1 if sys.platform == "darwin" else _KB) / _MB, 1)


# ------------------------------------------------------------------ what it is likely to take
def _estimated(job: Job, folder: Path) -> Run:
    """Return what a run would make, from what, and what it is likely to take; nothing is written."""
    steps = planned(job, folder, manifest.read(folder))
    if all(each.state == "kept" or each.cpu_s is not None for each in steps):
        return Run(folder, steps, {"estimate": Phrase("by the last run")})
    count, how = inhabitants(job)
    table = costs()
    guessed = []
    for each in steps:
        line = getattr(table, each.name.split()[0])
        layers = sum(order.command in LAID and order.command != "audit" for order in each.orders)
        cpu = line.cpu_s.at(count) + layers * table.layer.cpu_s.at(count)
        guessed.append(each if each.cpu_s is not None else replace(each, cpu_s=cpu, mb=line.mb.at(count)))
    return Run(
        folder,
        tuple(guessed),
        {
            "people": round(count),
            "people_from": how,
            "estimate": Phrase("as measured in {source}", source=table.source),
        },
    )


def inhabitants(job: Job) -> tuple[float, str]:
    """Return about how many people a job's district holds, and how that was found."""
    from gridkit.parts.people import people
    from gridkit.recipes.reading import reading

    asked = job.project
    own = reading(asked, "district")
    from gridkit.sources import districts

    area, _ = districts.read(asked.district, crs=own.crs, encoding=own.encoding, datum=own.datum, swap_xy=own.swap_xy)
    for source in (asked.people, asked.households):
        if source is None:
            continue
        try:
            found = float(people(area, source).sum())
        except GridkitError:
            continue
        return found, Path(str(source)).name
    return float(area.area.sum()) / _M2_PER_KM2 * costs().people_per_km2, Phrase("guessed by area")
