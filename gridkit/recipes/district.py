"""One district of a batch, as a worker does it: step by step in a folder of its own, put in place as a whole.

A worker that dies leaves what it finished: whoever does the district again goes on from there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from gridkit import atomic, lock
from gridkit.errors import GridkitError, GridkitWarning, LimitError, OutputError, UsageError, masked
from gridkit.language.packing import packed
from gridkit.language.phrases import Phrase
from gridkit.provenance import own_version
from gridkit.recipes import jobs
from gridkit.recipes.progress import silent
from gridkit.recipes.run import done

if TYPE_CHECKING:
    from gridkit.recipes.jobs import Job

FACTS = "district.json"
"""In the folder of a result: what it came to. It is there only when all of it is."""
BEGUN = "begun"
"""Beside the results: districts that were begun, with the steps that are done of each."""


@dataclass(frozen=True)
class Task:
    """One district to be done, as it is sent to a worker: names and choices, never tables.

    Attributes
    ----------
    held, beside, where
        Its job, as of :class:`gridkit.recipes.jobs.Job`.
    folder
        Where its result goes.
    former
        An earlier result of the district, of which what has not changed is kept.
    """

    id: str
    name: str
    key: str
    held: dict[str, Any]
    beside: str
    where: str
    folder: str
    version: str
    weight: float
    former: str = ""

    @property
    def job(self) -> Job:
        """What is to be done."""
        return jobs.Job(self.held, Path(self.beside), self.where)


def task(work: Task) -> dict[str, Any]:
    """Do one district and return what came of it: its facts, or the fault of its data; its result is in its folder.

    It is written as a whole under a name that tells its inputs, so that whoever does it again finds it done.
    """
    target = Path(work.folder)
    if own_version() != work.version:
        why = Phrase("the worker has gridkit {own}, not {wanted}", own=own_version(), wanted=work.version)
        return outcome(work, "failed", why=packed(why), code=UsageError.exit_code)
    if (found := ready(target)) is not None:
        return outcome(work, "kept", **found)
    began = time.process_time(), time.perf_counter()
    # What is said of the folder that a result is made in holds for the one where it is to stand.
    drafts = re.compile(re.escape(str(begun(target).parent)) + rf"/(?:[^/]+/)?(?={re.escape(target.name)}/)")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", GridkitWarning)
        try:
            facts = _made(work, target, began)
        except GridkitError as fault:
            text = json.dumps(packed(fault.phrase()), ensure_ascii=False, default=str)
            why = json.loads(drafts.sub(f"{target.parent}/", text))
            return outcome(work, "failed", why=why, code=fault.exit_code, **_cost(began))
        except MemoryError:
            why = Phrase("there is not enough memory")
            return outcome(work, "failed", why=packed(why), code=LimitError.exit_code, **_cost(began))
        except Exception as fault:  # noqa: BLE001 - a fault of ours in one district is no fault of the others
            said = Phrase(
                "a fault of gridkit itself ({kind}: {why})", kind=type(fault).__name__, why=masked(str(fault))
            )
            return outcome(work, "failed", why=packed(said), code=1, **_cost(began))
    said_of = [drafts.sub(f"{target.parent}/", str(each.message)) for each in heard if _ours(each.message)]
    return outcome(work, "made", facts=facts, warnings=said_of[:20], **_cost(began))


def _ours(message: Warning | str) -> bool:
    return isinstance(message, GridkitWarning)


def _made(work: Task, target: Path, began: tuple[float, float]) -> dict[str, Any]:
    """Write the result of a district and return its facts."""
    with ExitStack() as stack:
        folder = _begun(work, stack)
        run = done(work.job, folder, overwrite=True, progress=silent, home=target)
        facts = dict(run.facts)
        try:
            with atomic.replacing(target) as draft:
                shutil.copytree(folder, draft, copy_function=_linked, ignore=shutil.ignore_patterns(f"{lock.PREFIX}*"))
                outputs = {
                    name: each.stat().st_size
                    for each in sorted(draft.rglob("*"))
                    if each.is_file() and (name := each.relative_to(draft).as_posix())
                }
                held = {"id": work.id, "name": work.name, "key": work.key, "facts": facts, "outputs": outputs}
                held["cost"] = _cost(began)
                (draft / FACTS).write_text(json.dumps(held, ensure_ascii=False, default=str), encoding="utf-8")
        except OutputError:
            # Another worker had it done first: then it is there.
            found = ready(target)
            if found is None:
                raise
            facts = dict(found["facts"])
        shutil.rmtree(folder, ignore_errors=True)
    return facts


def begun(target: Path) -> Path:
    """Return the folder in which the result that is to stand at ``target`` is made."""
    return target.parent.with_name(BEGUN) / target.name


def _begun(work: Task, stack: ExitStack) -> Path:
    """Return the folder in which a district is done, this worker's alone, with the steps that are done already.

    They are those that a worker left who died over the same district, else those of an earlier result of it.
    """
    folder = begun(Path(work.folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        stack.enter_context(lock.holding(folder, patience_s=0))
    except OutputError:
        # Somebody does it right now, or died where nobody can tell: who is done first puts it in place.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder.parent))) / folder.name
    if work.former and not folder.exists() and Path(work.former).is_dir():
        shutil.copytree(work.former, folder, copy_function=_linked)
        (folder / FACTS).unlink(missing_ok=True)
    return folder


def _linked(source: str, target: str) -> None:
    """Give a file a second name: those that are made anew are replaced, never written into."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def ready(folder: Path) -> dict[str, Any] | None:
    """Return the facts of a result that is whole, and its cost; None where there is none, or a part of it is gone."""
    try:
        held = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        if all((folder / name).stat().st_size == size for name, size in held["outputs"].items()):
            return {"facts": held["facts"], **held.get("cost", {})}
    except (OSError, ValueError, KeyError):
        pass
    return None


def outcome(work: Task, state: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - numbers, texts
    """Return what became of a district as a row of the batch."""
    return {"id": work.id, "name": work.name, "key": work.key, "state": state, "folder": work.folder, **facts}


def _cost(began: tuple[float, float]) -> dict[str, float]:
    from gridkit.recipes.run import peak_mb

    return {
        "cpu_s": round(time.process_time() - began[0], 3),
        "wall_s": round(time.perf_counter() - began[1], 3),
        "peak_mb": peak_mb(),
    }


def warm() -> None:
    """Compile what every district needs, and keep it: cold workers would each compile it for themselves."""
    from gridkit.recipes.split import split

    cells = [shapely.box(x, y, x + 100, y + 100) for x in range(0, 600, 100) for y in range(0, 600, 100)]
    frame = gpd.GeoDataFrame({"pop": [50.0] * len(cells)}, geometry=cells, crs="EPSG:32650")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        split(frame, units=frame, people=frame, grids=4, effort=0.1, threads=1)


def load() -> None:
    """Load what every district needs."""
    for name in ("split", "layer", "map"):
        import_module(f"gridkit.recipes.{name}")
