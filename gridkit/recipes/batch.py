"""All steps of a project for each of many districts, by any executor: done once, however often it is stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import shutil
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from gridkit import atomic, lock
from gridkit.crs import LONLAT
from gridkit.database.address import address, names_database
from gridkit.dispatch import districts as areas
from gridkit.dispatch import windows
from gridkit.dispatch.cluster import connected
from gridkit.dispatch.journal import Journal
from gridkit.dispatch.spawned import Spawned, UnguardedError, is_reading
from gridkit.errors import (
    GridkitError,
    SourceError,
    TableError,
    UsageError,
    masked,
)
from gridkit.face import face
from gridkit.language.packing import packed, unpacked
from gridkit.language.phrases import Phrase
from gridkit.language.reader import language
from gridkit.provenance import own_version
from gridkit.recipes import jobs, manifest
from gridkit.recipes.district import BEGUN, FACTS, Task, load, outcome, ready, task, warm
from gridkit.recipes.progress import shown
from gridkit.recipes.run import planned
from gridkit.render.rollup import page, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridkit.dispatch.cluster import Cluster
    from gridkit.dispatch.districts import District
    from gridkit.project import Source
    from gridkit.recipes.jobs import Job
    from gridkit.recipes.progress import Progress

    Told = Callable[[dict[str, Any]], None]

MADE, INPUTS, JOURNAL, RECORD = "districts", "inputs", "journal.jsonl", "batch.json"
"""Within the folder of a batch: the results, the districts' parts of inputs, the journal, what came of all."""
FAILED, INDEX, ROLLUP = "failed.gpkg", "index.html", "rollup.xlsx"
AGAIN = 2
"""How often a district is tried again whose worker was lost."""
_WAIT_S, _KEY = 1.0, 16
_LOST = ("KilledWorker",)
"""Errors of a cluster that lost the workers of a task, more than once."""
_GONE = ("FutureCancelledError", "CancelledError", "NoWorkerError", "CommClosedError")
"""Errors of a cluster that is no more."""


@dataclass(frozen=True)
class Batch:
    """What a batch came to.

    Attributes
    ----------
    folder
        Where it is.
    rows
        A dictionary per district: id, name, state (made, kept, failed, left), its folder, its plan in numbers or why
        it failed.
    facts
        How many of each, CPU and wall seconds, the largest memory of a worker.
    """

    folder: Path
    rows: tuple[dict[str, Any], ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[dict[str, Any], ...]:
        """The districts that failed, or were left."""
        return tuple(each for each in self.rows if each["state"] in ("failed", "left"))

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each district's plan, by its id."""
        return {each["id"]: each["facts"]["plan"] for each in self.rows if each["state"] in ("made", "kept")}

    @property
    def report(self) -> dict[str, Any]:
        """Return what it came to as JSON-ready values."""
        failures = [{"id": each["id"], "name": each["name"], "why": said(each)} for each in self.failed]
        return {"folder": str(self.folder), **self.facts, "failures": failures}


def said(row: dict[str, Any]) -> Phrase | str:
    """Return why a district failed, to be said in any language."""
    why: Phrase | str = unpacked(row["why"])
    return why


# ------------------------------------------------------------------ what the driver does
@face("batch")
def batch(  # noqa: PLR0913 - the public face
    file: str | Path = "gridkit.toml",
    *,
    districts: Source,
    workers: int = 0,
    scheduler: str = "",
    failed: bool = False,
    executor: Any | None = None,
    told: Any | None = None,
    lang: str | None = None,
    path: str | Path = "districts",
    progress: Progress | None = None,
) -> Batch:
    """Do all steps of a project for each of many districts, and return what became of each.

    Each district is one task, which writes its result as a whole into a folder whose name tells the contents of its
    inputs, its choices and the version: it is the same on any number of workers of any kind, and is never done twice.
    Processes are spawned: a script that calls this does so under ``if __name__ == "__main__":``.

    Parameters
    ----------
    file
        A project: gridkit.new(...) writes one.
    districts
        The districts: FILE:LAYER:COLUMN, areas of which those alike in a column are one; or a table of which each row
        is one, its columns keys of the project. Names in braces in the project, such as ``people/{id}.tif``, are filled
        from the row.
    workers
        So many processes of this machine, of one thread each.
    scheduler
        The address of a Dask cluster instead, such as tcp://10.0.0.1:8786; it needs the extra dask. Its workers must
        find the files under the same names; TLS is as Dask is configured.
    failed
        Only the districts that failed, or were left, the last time.
    executor
        Whoever does the work instead of workers or a scheduler. Any :class:`concurrent.futures.Executor`.
    told
        Called with what became of each district, as soon as it is known.
    lang
        Language, such as en or zh.
    path
        The folder for all districts, their index and their sums.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Returns
    -------
    Batch
        A row per district; ``index.html``, ``rollup.xlsx`` and, where some failed, ``failed.gpkg`` are in the folder.

    Raises
    ------
    GridkitError
        When nothing can be begun: the project or the districts are wrong, nobody works; never for one district.
    """
    if is_reading():
        raise SystemExit(2)  # a worker of the very call that stands in this script: who called it says so
    job, out = jobs.read(file), atomic.folder(path)
    out.mkdir(parents=True, exist_ok=True)
    atomic.refuse(out / RECORD, overwrite=True)
    with lock.holding(out.absolute() / "batch", patience_s=0), Journal(out / JOURNAL) as journal:
        driver = _Driver(job, out.absolute(), journal, told or (lambda _row: None), shown(progress))
        if not isinstance(districts, str | Path):
            raise UsageError("the districts of a batch are in a file", where="--districts", mend="write them into one")
        # One process alone searches on all threads; of several each takes one.
        driver.threads = int(job.held.get("threads", 0)) if workers == 1 else 1
        these = areas.read(districts)
        with driver.hiring(executor, workers, scheduler, len(these)):
            driver.begin(these, again=failed)
            try:
                if driver.waiting:
                    driver.work(executor, workers, scheduler)
            finally:
                found = driver.end(str(districts), language(lang, job.project.lang or ""))
    return found


class _Driver:
    """Who sends districts to workers, and keeps account of what becomes of each."""

    def __init__(self, job: Job, out: Path, journal: Journal, told: Told, progress: Progress) -> None:
        self.job, self.out, self.journal, self.told, self.progress = job, out, journal, told, progress
        self.rows: dict[str, dict[str, Any]] = {}
        self.waiting: list[Task] = []
        self.shapes: dict[str, Any] = {}
        self.began, self.hurt, self.gone = time.perf_counter(), 0, ""
        self.weights: dict[str, float] = {}
        self.pending: set[str] = set()
        self.threads = 1
        self.own: Spawned | None = None
        self.parts: windows.Parts | None = None
        self.finished: queue.SimpleQueue[tuple[Task, int, Future[dict[str, Any]]]] = queue.SimpleQueue()

    # -------------------------------------------------------------- before
    @contextlib.contextmanager
    def hiring(self, executor: Executor | None, workers: int, scheduler: str, count: int) -> Iterator[None]:
        """Have processes of our own end with the batch, and start while national files are cut.

        A folder with a record may have nothing to do: there they start once it is known.
        """
        if executor is None and not scheduler and not (self.out / RECORD).exists():
            self.own = self._spawned(workers, count, at_once=True)
        try:
            yield
        except BaseException:
            if self.own is not None:
                self.own.shutdown(wait=False, cancel_futures=True)
            raise
        if self.own is not None:
            self.own.shutdown()

    @staticmethod
    def _spawned(workers: int, count: int, *, at_once: bool = False) -> Spawned:
        many = min(workers or os.cpu_count() or 1, count)
        warmed = many > 1 and count > many
        return Spawned(many, warm if warmed else None, load if warmed else None, at_once=at_once and warmed)

    def begin(self, found: list[District], *, again: bool) -> None:
        """Tell what is done from what is to be done; a district whose own choices are wrong has failed."""
        before = _before(self.out)
        self.shapes = {each.id: each.shape for each in found}
        self.weights = {each.id: each.weight for each in found}
        placed = [each for each in found if each.shape is not None]
        parts = self.parts = windows.Parts(self.out / INPUTS, placed, self.progress)
        for number, each in enumerate(found):
            self.progress(Phrase("looking at {name}", name=each.name), number / len(found))
            if again and before.get(each.id, {}).get("state") not in ("failed", "left"):
                if each.id in before:
                    self.rows[each.id] = before[each.id]
                continue
            try:
                self._one(each, parts)
            except GridkitError as fault:
                row = {"id": each.id, "name": each.name, "key": "", "folder": "", "state": "failed"}
                self._came({**row, "why": packed(fault.phrase()), "code": fault.exit_code})

    def _one(self, each: District, parts: windows.Parts) -> None:
        if each.rows is not None and each.shape is None:
            raise TableError("the district has no area", mend="draw its polygon, or leave its row out")
        chosen = each.written(self.out / INPUTS)
        braces = {"id": each.id, "name": each.name, **chosen.pop("{}", {})}
        held = areas.filled({**dict(self.job.held), **chosen}, braces)
        held = parts.of(each, held, self.job.beside)
        job = replace(self.job, held={**held, "threads": self.threads})
        keys = [step.key for step in planned(job, self.out / MADE / "-", manifest.Manifest(self.out))]
        key = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:_KEY]
        folder = self.out / MADE / f"{each.slug}-{key}"
        work = Task(
            each.id, each.name, key, dict(job.held), str(job.beside), job.where, str(folder), own_version(), each.weight
        )
        if (facts := ready(folder)) is not None:
            self._came(outcome(work, "kept", **facts))
        else:
            self.waiting.append(replace(work, former=_former(self.out / MADE, each.slug, folder)))

    # -------------------------------------------------------------- meanwhile
    def work(self, executor: Executor | None, workers: int, scheduler: str) -> None:
        """Have every district done that waits, by an executor of the caller's, a cluster, or processes of our own."""
        if executor is not None and (workers or scheduler):
            raise UsageError("an executor was given: leave out --workers and --scheduler")
        if workers and scheduler:
            raise UsageError("a cluster has its own workers", mend="leave --workers out")
        if executor is not None:
            self._send(executor)
        elif scheduler:
            with connected(scheduler) as cluster:
                self._send(cluster.executor, cluster)
        else:
            self.own = self.own or self._spawned(workers, len(self.waiting))
            self._send(self.own)

    def _send(self, executor: Executor, cluster: Cluster | None = None) -> None:
        """Have every district done that waits, and hear what becomes of each, until nobody is left to do them."""
        self.finished = queue.SimpleQueue()
        for work in self.waiting:
            self._submit(executor, work, 0)
        while self.pending and not self.gone:
            try:
                work, tries, future = self.finished.get(timeout=_WAIT_S)
            except queue.Empty:
                if cluster is not None and cluster.deserted:
                    self.gone = "no worker"
                continue
            self.pending.discard(work.id)
            fault = CancelledError() if future.cancelled() else future.exception()
            if fault is None:
                self._came(future.result())
            elif isinstance(fault, UnguardedError):
                raise fault
            elif type(fault).__name__ in _GONE or (cluster is not None and cluster.workers < 0):
                self.gone = type(fault).__name__
            elif isinstance(fault, BrokenExecutor) and tries < AGAIN:
                self.hurt += 1
                self.journal.note("lost", id=work.id, key=work.key, tries=tries, why=type(fault).__name__)
                self._submit(executor, work, tries + 1)
            else:
                self._came(outcome(work, "failed", why=packed(_why(fault, tries)), code=1))

    def _submit(self, executor: Executor, work: Task, tries: int) -> None:
        self.journal.note("sent", id=work.id, key=work.key, tries=tries)
        try:
            future = executor.submit(task, work)
        except (BrokenExecutor, RuntimeError) as fault:
            self.gone = self.gone or str(fault) or type(fault).__name__
            return
        self.pending.add(work.id)
        future.add_done_callback(lambda ended: self.finished.put((work, tries, ended)))

    def _came(self, row: dict[str, Any]) -> None:
        """Keep account of what became of a district, on the disk first."""
        self.journal.note(row["state"], **{name: row[name] for name in row if name not in ("state", "facts")})
        self.rows[row["id"]] = row
        share, left = self._share()
        self.told({**row, "done": len(self.rows), "all": len(self.weights), "left_s": left})
        said = Phrase(
            "{done} of {count} district",
            "",
            "{done} of {count} districts",
            done=len(self.rows),
            count=len(self.weights),
        )
        if left is not None:
            said = Phrase(
                "{done} of {count} district, about {minutes:.0f} min to go",
                "",
                "{done} of {count} districts, about {minutes:.0f} min to go",
                done=len(self.rows),
                count=len(self.weights),
                minutes=left / 60,
            )
        self.progress(said, share)

    def _share(self) -> tuple[float, float | None]:
        """Return which share of the work is done, by weight, and the seconds that the rest is likely to take."""
        whole = {work.id: work.weight or 1.0 for work in self.waiting}
        ended = sum(weight for name, weight in whole.items() if name in self.rows)
        if not whole or not ended:
            return len(self.rows) / max(len(self.weights), 1), None
        share = ended / sum(whole.values())
        return share, round((time.perf_counter() - self.began) * (1 - share) / share, 1)

    # -------------------------------------------------------------- after
    def end(self, source: str, lang: str) -> Batch:
        """Write what came of all, the index and the roll-up; what nobody did is left."""
        for work in self.waiting:
            if work.id not in self.rows:
                why = Phrase("not done: {why}", why=self.gone or Phrase("the batch was stopped"))
                self.rows[work.id] = outcome(work, "left", why=packed(why), code=7)
        rows = tuple(self.rows[name] for name in sorted(self.rows))
        states = [each["state"] for each in rows]
        facts: dict[str, Any] = {
            "districts": len(rows),
            **{state: states.count(state) for state in ("made", "kept", "failed", "left")},
            "lost_workers": self.hurt,
            "wall_s": round(time.perf_counter() - self.began, 1),
            "cpu_s": round(sum(each.get("cpu_s", 0.0) for each in rows if each["state"] != "kept"), 1),
            "peak_mb": max((each.get("peak_mb", 0.0) for each in rows if each["state"] != "kept"), default=0.0),
            **_totals(rows),
        }
        if self.parts is not None and self.parts.counted:
            facts["cut"] = [{"source": name, **count} for name, count in self.parts.counted.items() if count]
        if self.gone:
            facts["why"] = self.gone
        if any(state in ("failed", "left") for state in states):
            where = address(source) if names_database(source) else source
            facts["retry"] = f"gridkit batch {self.job.where} --districts {where} -o {self.out} --failed"
        found = Batch(self.out, rows, facts)
        near = [_near(each, self.out) for each in rows]
        with atomic.replacing(self.out / RECORD) as record:
            body = {"schema": "gridkit/batch", "version": 1, **facts, "districts": near}
            record.write_text(json.dumps(body, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
        self._failures(found)
        self._tidy(found)
        named = address(source).stem if names_database(source) else Path(source.split(":", maxsplit=1)[0]).stem
        title = str(self.job.held.get("title", "") or named)
        with atomic.replacing(self.out / ROLLUP) as book:
            workbook.write(near, facts, book, lang)
        with atomic.replacing(self.out / INDEX) as index:
            index.write_text(page.page(near, facts, title, lang, self.shapes), encoding="utf-8")
        self.journal.note("ended", **facts)
        return found

    def _tidy(self, found: Batch) -> None:
        """Remove what was begun and nobody will go on with: of districts that are done, or have other inputs now."""
        wanted = {Path(each["folder"]).name for each in found.failed if each["folder"]}
        for each in (self.out / BEGUN).glob("*"):
            if each.name not in wanted and each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self.out / BEGUN).rmdir()

    def _failures(self, found: Batch) -> None:
        """Write the districts that failed with the reason of each; none, and the file of before goes."""
        path = self.out / FAILED
        if not found.failed:
            path.unlink(missing_ok=True)
            return
        rows = [
            {"district_id": each["id"], "name": each["name"], "code": each["code"], "reason": str(said(each))}
            for each in found.failed
        ]
        shapes = np.array([self.shapes.get(each["id"]) for each in found.failed], dtype=object)
        frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=LONLAT)
        with atomic.replacing(path) as file, contextlib.suppress(AttributeError):
            frame.to_file(file, layer="failed", **atomic.GEOPACKAGE, geometry_type="Unknown")


def _why(fault: BaseException, tries: int) -> Phrase:
    if isinstance(fault, BrokenExecutor) or type(fault).__name__ in _LOST:
        return Phrase("its worker died each time it was tried ({count})", count=tries + 1)
    return Phrase("{kind}: {why}", kind=type(fault).__name__, why=masked(str(fault)))


def _totals(rows: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return the sums over the districts that are done."""
    told = [each["facts"] for each in rows if "facts" in each]
    return {name: sum(each[name] for each in told if each.get(name) is not None) for name in ("grids", "people")}


def _near(row: dict[str, Any], out: Path) -> dict[str, Any]:
    """Return what became of a district as a file of the batch says it: its folder from there, and the files in it."""
    if not row["folder"]:
        return row
    folder = Path(row["folder"])
    files = [each.relative_to(folder).as_posix() for each in sorted(folder.rglob("*")) if each.is_file()]
    return {**row, "folder": folder.relative_to(out).as_posix(), "files": files}


def _before(out: Path) -> dict[str, dict[str, Any]]:
    """Return what came of each district the last time."""
    path = out / RECORD
    try:
        held = json.loads(path.read_text(encoding="utf-8"))["districts"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError) as fault:
        raise SourceError("it is damaged: {why}", where=path, mend="remove it", why=str(fault)) from None
    return {each["id"]: {**each, "folder": str(out / each["folder"]) if each["folder"] else ""} for each in held}


def _former(folder: Path, slug: str, own: Path) -> str:
    """Return the latest other result of a district."""
    others = [
        each
        for each in folder.glob(f"{slug}-*")
        if each != own and len(each.name) == len(slug) + 1 + _KEY and (each / FACTS).is_file()
    ]
    return str(max(others, key=lambda each: (each / FACTS).stat().st_mtime)) if others else ""
