"""What was made held to its record: are the inputs what they were, is the output what was written; and made again."""

from __future__ import annotations

import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import atomic
from gridkit.database.address import address, names_database
from gridkit.errors import GridkitError, GridkitWarning, SourceError, UsageError, called
from gridkit.face import face
from gridkit.inputs import files
from gridkit.options.catalogue import options_of
from gridkit.project import LAID, STEPS
from gridkit.provenance import fingerprint
from gridkit.recipes import jobs, manifest
from gridkit.recipes.plans import read_plan
from gridkit.recipes.progress import shown
from gridkit.recipes.run import PLAN, SPLIT, done
from gridkit.recipes.split import CHOICES
from gridkit.sources.files.databases import laid
from gridkit.store import geopackage, postgis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gridkit.database.address import Address
    from gridkit.plan.plan import Plan
    from gridkit.provenance import Input
    from gridkit.recipes.jobs import Job
    from gridkit.recipes.manifest import Made
    from gridkit.recipes.progress import Progress

SAME, CHANGED, MISSING = "same", "changed", "missing"


@dataclass(frozen=True)
class Verified:
    """What became of outputs and of what they were made from.

    Attributes
    ----------
    outputs, inputs
        Each with its file, what it is, and its state: same, changed or missing.
    """

    outputs: tuple[Mapping[str, str], ...]
    inputs: tuple[Mapping[str, str], ...]

    @property
    def failed(self) -> bool:
        """Whether anything is no longer what it was."""
        return any(each["state"] != SAME for each in (*self.outputs, *self.inputs))

    @property
    def report(self) -> dict[str, Any]:
        """Return what was found as JSON-ready values."""
        return {"verified": not self.failed, "outputs": list(self.outputs), "inputs": list(self.inputs)}


@face("verify")
def verify(
    output: str | Path,
) -> Verified:
    """Say whether an output is what was written, and whether what it was made from still is what it was.

    Parameters
    ----------
    output
        What was made: an output of gridkit.run(...), its folder, or a plan.
    """
    if names_database(output):
        return _of_schema(address(output))
    path = Path(str(output))
    found = _recorded(path)
    if found is None:
        return _of_plan(path)
    record, steps = found
    outputs, inputs = [], {}
    for step in steps:
        for name, was in step.outputs.items():
            state = manifest.altered(record.folder, name, was) or SAME
            outputs.append({"file": str(record.folder / name), "step": step.step, "state": state})
    for step in _behind(record, steps):
        for held in step.inputs:
            there = (record.folder / held.path).resolve()
            inputs[str(there)] = {"file": str(there), "role": held.role, "state": _now(there, held.sha256)}
    return Verified(tuple(outputs), tuple(inputs.values()))


@face("rerun")
def rerun(
    output: str | Path,
    *,
    path: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Make an output again from its record, and say whether it is the same.

    Parameters
    ----------
    output
        What was made: an output of gridkit.run(...), its folder, or a plan.
    path
        Keep what was made again in this file.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    if names_database(output):
        raise UsageError(
            "what is made again is a file, and this is a plan in a database",
            where=address(output),
            mend="gridkit verify tells whether it, and what it was made from, are what they were",
        )
    made, tell = Path(str(output)), shown(progress)
    if path is not None:
        atomic.refuse(path, overwrite=overwrite, inputs=[made])
    before = verify(made)
    odd = next((each for each in before.inputs if each["state"] != SAME), None)
    if odd is not None:
        raise SourceError(
            "it is no longer what the output was made from",
            where=odd["file"],
            mend="put the former file in its place, or make the output anew with gridkit run",
        )
    found = _recorded(made)
    with tempfile.TemporaryDirectory(prefix="gridkit-rerun-") as there:
        folder = Path(there)
        if found is None:
            job, name = _job_of(made)
            was: Mapping[str, Any] = {"content": geopackage.digest(made)}
        else:
            record, steps = found
            if made.is_dir() or made.name == manifest.NAME:
                raise UsageError("name one of the outputs", where=made, mend="gridkit verify looks at all of them")
            name = made.absolute().relative_to(record.folder.absolute()).as_posix()
            was = steps[0].outputs[name]
            job = jobs.seen(record.job, record.folder.absolute(), str(record.folder / manifest.NAME))
            job = _only(job, steps[0])
        done(job, folder, overwrite=False, progress=tell)
        now = manifest.written(folder, [name])[name]
        if path is not None:
            with atomic.replacing(path, overwrite=overwrite) as fresh:
                fresh.write_bytes((folder / name).read_bytes())
        same = now.get("content") == was["content"] if "content" in was else now["sha256"] == was["sha256"]
        return {
            "output": str(made),
            "same": same,
            "bytes": now.get("sha256") == was.get("sha256"),
            **({} if path is None else {"written": str(path)}),
        }


def _recorded(path: Path) -> tuple[manifest.Manifest, list[Made]] | None:
    """Return the record that speaks of an output, and its steps; None where none does."""
    if not path.exists():
        raise SourceError("there is no such file", where=path, mend="name an output of gridkit run, or a plan")
    inside = path.absolute() if path.is_dir() else path.absolute().parent
    for folder in (inside, *list(inside.parents)[:3]):
        if not (folder / manifest.NAME).is_file():
            continue
        record = manifest.read(folder)
        if path.is_dir() or path.name == manifest.NAME:
            return record, list(record.made.values())
        name = path.absolute().relative_to(folder).as_posix()
        step = record.step_of(name)
        if step is not None:
            return record, [step]
    return None


def _behind(record: manifest.Manifest, steps: list[Made]) -> list[Made]:
    """Return steps and those that they follow: the plan, and the split it began with."""
    behind = ["split"] if any(each.step != "split" for each in steps) else []
    behind += ["plan"] if any(each.step not in ("split", "plan") for each in steps) else []
    known = {each.step for each in steps}
    return [*(record.made[name] for name in behind if name not in known and name in record.made), *steps]


def _only(job: Job, step: Made) -> Job:
    """Return a job with no more steps than it takes to make what one of them made."""
    keep = set(LAID) if step.step != "split" else set()
    held = {name: value for name, value in job.held.items() if name not in STEPS or name in keep}
    wanted = [order for order in job.orders if order.name == step.step]
    given = dict(job.held)
    for order in wanted:
        own = STEPS[order.command]
        every = given.get(order.command)
        every = every if isinstance(every, list) else [every]
        chosen = [
            each
            for each in every
            if not own
            or each == order.options.get(own)
            or (isinstance(each, dict) and _own(each, own) == order.options.get(own))
        ]
        held[order.command] = chosen
    if not any(held.get(command) for command in STEPS):
        held["audit"] = True  # names no step, and yet not the usual ones
    return replace(job, held=held)


def _own(given: Any, name: str) -> Any:  # noqa: ANN401 - any value of TOML
    return given if isinstance(given, str) else given.get(name, "planner" if name == "view" else None)


def _now(path: Path, was: str) -> str:
    if not path.exists():
        return MISSING
    return SAME if manifest.content("", path).sha256 == was else CHANGED


# ------------------------------------------------------------------ a plan beside which no record is
def _of_plan(path: Path) -> Verified:
    """Return what became of a plan that bears its own record, and of the files its steps name."""
    if path.is_dir() or not geopackage.holds_plan(path):
        raise UsageError(
            "nothing tells what it was made from", where=path, mend="name an output of gridkit run, or a plan"
        )
    state = CHANGED if geopackage.verify(path) else SAME
    inputs = _inputs_of(read_plan(path), path.parent)
    return Verified(({"file": str(path), "step": "plan", "state": state},), inputs)


def _of_schema(place: Address) -> Verified:
    """Return what became of a plan in a database: whether rows were changed by hand since it was written."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)  # that it was changed is what is told
        plan = read_plan(place)
    state = CHANGED if postgis.changed(place) else SAME
    return Verified(({"file": str(place), "step": "plan", "state": state},), _inputs_of(plan, Path.cwd()))


def _inputs_of(plan: Plan, beside: Path) -> tuple[Mapping[str, str], ...]:
    """Return what became of what a plan's steps were made from, as they name it: files, tables of a database."""
    inputs: dict[str, Mapping[str, str]] = {}
    for step in plan.history:
        named = {found.name: (file, found.sha256) for file, found in _named(step.parameters, beside)}
        for held in step.inputs:
            there, now = named.get(held.name, (None, ""))
            state = MISSING if there is None else SAME if now == held.sha256 else CHANGED
            inputs[f"{held.role} {held.name}"] = {"file": there or held.name, "role": held.role, "state": state}
    return tuple(inputs.values())


def _named(parameters: Any, beside: Path) -> Iterator[tuple[str, Input]]:  # noqa: ANN401 - what a step records
    """Yield what a step's parameters name, and what it is now: files from here or from a folder, and tables."""
    if isinstance(parameters, dict):
        for each in parameters.values():
            yield from _named(each, beside)
    elif isinstance(parameters, list | tuple):
        for each in parameters:
            yield from _named(each, beside)
    elif isinstance(parameters, str) and names_database(parameters):
        with suppress(GridkitError):  # a database that is not reached, or a table that is gone, is missing
            file = next(files(laid(parameters)))
            yield called(str(file)), fingerprint("", file)
    elif isinstance(parameters, str) and parameters:
        for text in (parameters, str(beside / parameters)):
            found = next(files(text), None)
            if found is not None and found.is_file():
                yield str(found), fingerprint("", found)
                return


def _job_of(path: Path) -> tuple[Job, str]:
    """Return the job that a plan's own history tells, and which of its outputs the plan is.

    Raises
    ------
    UsageError
        When the plan was changed by anything but layers.
    """
    plan = read_plan(path)
    first, *rest = plan.history
    by_hand = next((each.command for each in rest if each.command != "layer"), None)
    if first.command != "split" or by_hand is not None:
        raise UsageError(
            "the step {step} was taken by hand: it cannot be made again",
            where=path,
            mend="take it back with gridkit undo, or repeat it",
            step=by_hand or first.command,
        )
    held = dict(first.parameters.get(CHOICES, {}))
    if not held:
        raise UsageError(
            "an older version made it, which did not record its choices", where=path, mend="make it with gridkit run"
        )
    options = {each.name for each in options_of("layer", where="command")}
    held["layer"] = [
        {name: value for name, value in each.parameters.items() if name in options} for each in rest
    ] or False
    held["audit"] = "findings" in plan.records or not rest
    name = PLAN if rest or "findings" in plan.records else SPLIT
    return jobs.Job(held, _beside(plan, path), str(path)), name


def _beside(plan: Plan, path: Path) -> Path:
    """Return the folder that a plan's files are named from: the one we are in, else that of the plan."""
    district = str(plan.history[0].parameters.get("district", ""))
    return Path.cwd() if next(files(district), None) is not None else path.absolute().parent
