"""What is left when a writer is killed, when two write at once, and when somebody stops a command by Ctrl-C.

``python benchmarks/interruptions.py kills 500`` writes every format over an older file of it and kills the writer: at a
random moment, or just before or after one of its renames. What lies there afterwards must be the whole old file or the
whole new one; of a Shapefile all parts old or all parts new; of the files of one act (the plans of ``part`` and of
``split --alternatives``, the three files of ``publish``) all old or all new once the next process has come by.

``python benchmarks/interruptions.py writers 200`` lets two processes read one plan at one moment and each write a step
of its own into it, reading again when it is told that the plan has changed; every step that was said to be written must
be in the plan.

``python benchmarks/interruptions.py stops 30`` runs commands and stops each at a random moment of its own time: one
line, exit code 130, within two seconds of processor time, and the plan as it was or as it was to become.

Needs ``os.fork``. Prints one line per format or command and a last line of sums; exit code 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl

import gridkit as gk
from gridkit import placing, provenance
from gridkit.errors import OutputError
from gridkit.plan.life import subdistricts
from gridkit.recipes.plans import write_plans
from gridkit.recipes.publish import FILES, hand_out
from gridkit.store import geopackage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from plans import Size, crooked_plan
from towns import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.plan.plan import Plan

EXPORTS = (".geojson", ".geojsonl", ".fgb", ".gpkg", ".shp", ".shp.zip", ".kml", ".csv", ".xlsx", ".parquet", ".svg")
ACTS = ("-parts", "-alternatives", "-public")
"""Several files in one folder, written as one act; what lies there after a kill holds once the next process came by."""
WHOLE_OLD, WHOLE_NEW, NEITHER = "whole old", "whole new", "lost, half or mixed"
START_S, LATE_S = 0.3, 2.0
"""Processor seconds: before the first Python itself is being started, which answers as it likes."""


# ------------------------------------------------------------------ kills
def writers(plan: Plan) -> dict[str, Callable[[Path], object]]:
    """Return what writes each kind of output, by how its name ends."""
    page = gk.map(plan, "official", lang="en")
    parts = subdistricts.part(plan, "name")
    return {
        **{each: lambda path: gk.export(plan, path, overwrite=True) for each in EXPORTS},
        ".plan.gpkg": lambda path: gk.write_plan(plan, path, overwrite=True),
        ".html": lambda path: page.save(path, overwrite=True),
        ".report.xlsx": lambda path: gk.report(plan, path, lang="en", overwrite=True),
        ".pdf": lambda path: gk.cards(plan, path, lang="en", grids=list(plan.grids.index[:2]), overwrite=True),
        "-parts": lambda path: write_plans(
            {path / f"{name}.gpkg": part for name, part in parts.items()}, overwrite=True
        ),
        "-alternatives": lambda path: write_plans({path / f"plan-{at}.gpkg": plan for at in range(5)}, overwrite=True),
        "-public": handing_out(plan),
    }


def handing_out(plan: Plan) -> Callable[[Path], object]:
    """Return what writes the three files of a publication, which was computed once."""
    with tempfile.TemporaryDirectory() as folder:
        done = gk.publish(replace(plan, origin=None), folder, lang="en")
        bodies = {FILES[name]: file.read_bytes() for name, file in done.files.items()}
    return lambda path: hand_out({path / name: body for name, body in bodies.items()}, overwrite=True)


def print_of(path: Path) -> str:
    """Return a digest of a file, or of a folder with its parts; of the content where the bytes hold the time."""
    if not path.exists():
        return ""
    if path.name.endswith(ACTS):
        return repr([(each.name, print_of(each)) for each in sorted(path.glob("[!.]*"))])
    if path.name.startswith("plan-") or path.parent.name.endswith("-parts") or path.name.endswith("plan.gpkg"):
        return geopackage.digest(path)
    if path.suffix == ".gpkg":
        return hashlib.sha256(gpd.read_file(path, layer="grids").to_json().encode()).hexdigest()
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        return hashlib.sha256(repr([list(sheet.values) for sheet in book]).encode()).hexdigest()
    whole = hashlib.sha256()
    for part in sorted(path.iterdir()) if path.is_dir() else [path]:
        whole.update(part.name.encode() + part.read_bytes())
    return whole.hexdigest()


def killed(write: Callable[[Path], object], path: Path, chance: random.Random, last_s: float) -> None:
    """Write in a process of its own and kill it: at a random moment of its time, or around one of its renames."""
    several = path.name.endswith(ACTS)
    aimed, after = chance.random() < (0.8 if several else 0.5), chance.random() < 0.5
    turn = chance.randrange(10 if several else 3)
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a stream to stand in
            sys.stderr = nowhere
            if aimed:
                aim(turn, after=after)
            try:
                write(path)
            finally:
                os._exit(0)
    if not aimed:
        time.sleep(chance.uniform(0, last_s))
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def aim(turn: int, *, after: bool) -> None:
    """Make this process kill itself at its rename number ``turn``."""
    seen = Counter[str]()

    def fatal(function: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **kwargs: object) -> object:
            seen["renames"] += 1
            if seen["renames"] <= turn:
                return function(*args, **kwargs)
            if after:
                function(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return called

    for owner, name in ((Path, "replace"), (Path, "rename"), (os, "replace"), (os, "rename"), (placing, "swapped")):
        setattr(owner, name, fatal(getattr(owner, name)))


def kills(count: int, seed: int, only: list[str]) -> bool:
    """Kill so many writers, spread over all kinds of output or some; return whether all was whole."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    old, new = (crooked_plan(Size(side=8, incidents=200), seed=each) for each in (0, 1))
    fresh_writers = writers(new)
    pairs = {kind: (write, fresh_writers[kind]) for kind, write in writers(old).items() if not only or kind in only}
    sums = Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for at, (kind, (write_old, write_new)) in enumerate(pairs.items()):
            path = Path(folder) / f"out{kind}"
            write_new(path)
            fresh = print_of(path)
            write_old(path)
            stale = print_of(path)
            begun = time.perf_counter()
            write_old(path)
            last_s = time.perf_counter() - begun
            found = Counter[str]()
            for _ in range(count // len(pairs) + (at < count % len(pairs))):
                killed(write_new, path, chance, 1.1 * last_s)
                if kind in ACTS:
                    meanwhile = print_of(path)
                    placing.finish(path)
                    sums["completed by the next process"] += meanwhile != print_of(path)
                now = print_of(path)
                said = WHOLE_OLD if now == stale else WHOLE_NEW if now == fresh else NEITHER
                found[said] += 1
                if said != WHOLE_OLD:
                    write_old(path)
            left = len(list(Path(folder).glob(".gridkit-*-*")))
            print(f"{kind}: {dict(found)}, {left} left behind", flush=True)
            sums += found
            write_old(path)
            if kind in ACTS:
                shutil.rmtree(path)
        left = [each.name for each in Path(folder).glob(".gridkit-*")]
    print(f"{count} kills: {dict(sums)}; left after the next writing: {len(left)}")
    return not sums[NEITHER] and not left


# ------------------------------------------------------------------ two writers
def stepped(path: Path, name: str, gate: float) -> None:
    """Read a plan at a moment, add a step to it and write it; as often as another was first."""
    while time.time() < gate:
        pass
    for _ in range(50):
        plan = gk.read_plan(path)
        try:
            gk.write_plan(plan.with_step(provenance.step("edit", {"reason": name})), path, overwrite=True)
        except OutputError:
            continue
        return
    os._exit(6)


def two_writers(count: int) -> bool:
    """Let two processes change one plan at once so many times; return whether every step is in it."""
    lost = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        path = gk.write_plan(replace(town(), history=()), Path(folder) / "plan.gpkg")
        for turn in range(count):
            names = [f"{turn}-{side}" for side in "ab"]
            gate, children = time.time() + 0.05, []
            for name in names:
                child = os.fork()
                if child == 0:
                    try:
                        stepped(path, name, gate)
                    finally:
                        os._exit(0)
                children.append(child)
            codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
            kept = {str(each.parameters["reason"]) for each in gk.read_plan(path).history}
            refused += sum(code != 0 for code in codes)
            lost += sum(code == 0 and name not in kept for name, code in zip(names, codes, strict=True))
            if turn % 20 == 19:
                print(f"{turn + 1}: {lost} lost, {refused} gave up", flush=True)
                gk.write_plan(replace(gk.read_plan(path), history=()), path, overwrite=True)
    print(f"two writers, {count} times: {lost} steps lost, {refused} gave up")
    return not lost


# ------------------------------------------------------------------ stops
def commands(folder: Path) -> dict[str, list[str]]:
    """Return command lines that take some seconds, by name, on files that are made here; outputs are ``out-...``."""
    plan = crooked_plan(Size(side=16, incidents=2000))
    gk.write_plan(plan, folder / "plan.gpkg")
    acts = [
        {"act": "move", "unit_id": unit, "from": grid, "to": other, "id": f"k3x9q2a-{at}", "time": TIME.format(at % 60)}
        for at, (unit, grid, other) in enumerate(moves(plan))
    ]
    body = {"schema": "gridkit-edits", "version": 2, "plan": plan.digest, "acts": acts}
    (folder / "edits.json").write_text(json.dumps(body), encoding="utf-8")
    cells = plan.units.to_crs(4326).reset_index()[["unit_id", "parent", "people", "geometry"]]
    cells.to_file(folder / "cells.gpkg")
    halves = cells.dissolve("parent").reset_index()
    halves.to_file(folder / "district.gpkg")
    many = f'district = ""\nunits = "{folder}/cells.gpkg"\npeople = "{folder}/cells.gpkg:people"\ntarget = 300\n'
    (folder / "many.toml").write_text(many + 'accept = "all"\n[report]\n', encoding="utf-8")
    own, source = (
        str(folder / "plan.gpkg"),
        ["--units", f"{folder}/cells.gpkg", "--people", f"{folder}/cells.gpkg:people"],
    )
    out = f"{folder}/out"
    lines = {
        "redraw": ["redraw", own, "--everywhere", "-o", f"{out}.gpkg"],
        "refresh": ["refresh", own],
        "map": ["map", own, "-o", f"{out}.html"],
        "report": ["report", own, "-o", f"{out}.xlsx"],
        "export": ["export", own, "-o", f"{out}.shp"],
        "audit": ["audit", own, "--keep"],
        "units": ["units", f"{folder}/district.gpkg", *source, "-o", f"{out}-units.gpkg"],
        "nested": [
            "split",
            f"{folder}/district.gpkg",
            *source,
            "--target",
            "300",
            "--nested",
            "60",
            "-o",
            f"{out}-n.gpkg",
        ],
        "import": ["edits", "import", own, f"{folder}/edits.json", "--loose", "-o", f"{out}-edits.gpkg"],
        "publish": ["publish", own, "-o", f"{out}-public"],
        "ensemble": ["ensemble", own, "--plans", "20000", "-o", f"{out}.csv"],
        "batch": [
            "batch",
            f"{folder}/many.toml",
            "--districts",
            f"{folder}/district.gpkg:parent",
            "-o",
            f"{out}-batch",
        ],
    }
    return {
        name: [*line, *(["--overwrite"] if "-o" in line and name != "batch" else [])] for name, line in lines.items()
    }


TIME = "2026-11-29T04:00:{:02d}.000Z"


def moves(plan: Plan) -> list[tuple[str, str, str]]:
    """Return every unit beside another grid with its grid and that one."""
    grid = plan.units["grid_id"]
    one, other = (grid.reindex(plan.borders[name]).to_numpy() for name in ("unit_id", "neighbour"))
    apart = one != other
    return list(zip(plan.borders["unit_id"][apart], one[apart], other[apart], strict=True))


def spent(pid: int) -> float:
    """Return the processor seconds that a process and its children took, those still running included."""
    total = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(each.parent.name) == pid:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == pid:
            total += sum(map(int, fields[11:13]))
    return total / os.sysconf("SC_CLK_TCK")


def stops(count: int, seed: int, only: list[str]) -> bool:
    """Stop commands at random moments of their processor time; return whether each ended in order and in time."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    well = True
    with tempfile.TemporaryDirectory() as folder:
        lines = {name: line for name, line in commands(Path(folder)).items() if not only or name in only}
        plan = Path(folder) / "plan.gpkg"
        before, whole_s = gk.read_plan(plan).digest, dict.fromkeys(lines, 8.0)
        for turn in range(count):
            name, words = list(lines.items())[turn % len(lines)]
            moment = chance.uniform(START_S, whole_s[name])
            run = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "gridkit", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            while run.poll() is None and spent(run.pid) < moment:
                time.sleep(0.05)
            at, begun = spent(run.pid), time.perf_counter()
            run.send_signal(signal.SIGINT)
            used, last = 0.0, at
            while run.poll() is None:
                last = max(last, spent(run.pid))
                time.sleep(0.02)
            used, took = last - at, time.perf_counter() - begun
            said = run.communicate()[1].strip()
            done = run.returncode in (0, 7, 9)  # it had ended
            whole_s[name] = min(whole_s[name], moment) if done else whole_s[name]
            lines_said = [line for line in said.splitlines() if not line.startswith("warning")]
            right = done or (run.returncode == 130 and "Traceback" not in said and len(lines_said) <= 1)
            whole = gk.read_plan(plan).digest == before
            fine = right and whole and (done or used <= LATE_S)
            well = well and fine
            print(
                f"{'' if fine else 'WRONG '}{name} at {moment:.1f} s: exit {run.returncode}, {took:.2f} s, "
                f"{used:.2f} of them its own: {said[-200:]!r}",
                flush=True,
            )
    return well


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("kills", "writers", "stops"))
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=[], help="kinds of output (.shp parts), or commands, for stops")
    asked = parser.parse_args()
    well = {
        "kills": lambda: kills(
            asked.count, asked.seed, [f"-{each}" if each[0] != "." else each for each in asked.only]
        ),
        "writers": lambda: two_writers(asked.count),
        "stops": lambda: stops(asked.count, asked.seed, asked.only),
    }[asked.what]()
    sys.exit(not well)


if __name__ == "__main__":
    main()
