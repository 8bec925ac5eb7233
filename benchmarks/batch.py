"""What many districts cost: processes against one, Dask against processes, workers and drivers killed, all compared.

::

    python3 benchmarks/batch.py                        20 districts of about 6,000 people, every mode
    python3 benchmarks/batch.py --tiles 20 --modes processes-2
    python3 benchmarks/batch.py --tiles 1 10 100 --modes processes-2 -o cost.json
    python3 benchmarks/batch.py --tiles 1 10 100 --cut     the driver alone: national files cut, and found cut
    python3 benchmarks/batch.py --deaths                   what deaths of workers cost, simulated

The districts are made up: the demo's five communities cut in two, side by side as often as ``--tiles`` says, in one
extract of OpenStreetMap, one raster, one table of incidents and one layer of districts, as a national office has them.
Each gets all steps: plan, two layers, audit, two maps, workbook.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks import osm  # noqa: E402 - the folder is no package that is installed

STEP = (0.05, 0.04)
"""Degrees from one copy to the next: 60 and 48 pixels of the raster."""
PIXEL = 1 / 1200
MODES = ("one-process", "one-thread", "processes-2", "dask-2", "dask-1", "again", "worker-killed", "driver-killed")
PROJECT = """
district = ""
osm = ["national.osm.pbf"]
people = "national.tif"
map = ["planner", "official"]
audit = true
report = true

[[layer]]
name = "incidents"
data = "national.csv"
datum = "gcj02"
accept = "all"

[[layer]]
name = "clinics"
"""


def main() -> None:
    """Run what was asked for and print a table; write it as JSON with ``-o``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, nargs="*", default=[2], help="copies of ten districts")
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=MODES)
    parser.add_argument("--most", type=int, help="so many districts at most")
    parser.add_argument("--every", type=float, default=20.0, help="seconds of work between two kills")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--cut", action="store_true", help="only what the driver does before the first district")
    parser.add_argument("--deaths", action="store_true", help="simulate deaths of workers")
    parser.add_argument("--drive", nargs=3, metavar=("FOLDER", "OUT", "HOW"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.drive:
        drive(*asked.drive)
        return
    if asked.deaths:
        deaths()
        return
    rows = []
    for tiles in asked.tiles:
        with tempfile.TemporaryDirectory(prefix="gridkit-batch-") as folder:
            nation(Path(folder), tiles, asked.most)
            if asked.cut:
                run = [sys.executable, "-W", "ignore", __file__, "--drive", folder, "", "cut-0"]
                subprocess.run(run, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S603 - this file
                continue
            for mode in asked.modes:
                rows.append(measured(Path(folder), mode, asked.every))
                print(json.dumps(rows[-1]), flush=True)
    if asked.output:
        asked.output.write_text(json.dumps(rows, indent=1), encoding="utf-8")


# ------------------------------------------------------------------ the made-up nation
def nation(folder: Path, tiles: int, most: int | None = None) -> None:
    """Write the files of a nation: copies of the demo side by side, each community cut in two, up to so many."""
    halves = []
    for code, shape in tiled(folder, tiles).set_index("code").geometry.items():
        middle, (west, south, east, north) = shape.centroid.x, shape.bounds
        for half, box in (("w", (west, south, middle, north)), ("e", (middle, south, east, north))):
            halves.append({"code": f"{code}{half}", "geometry": shape.intersection(shapely.box(*box))})
    gpd.GeoDataFrame(halves, crs=4326).iloc[:most].to_file(folder / "districts.gpkg")
    (folder / "gridkit.toml").write_text(PROJECT, encoding="utf-8")


def tiled(folder: Path, tiles: int) -> gpd.GeoDataFrame:
    """Write an extract, a raster and a table of incidents of copies of the demo; return their communities."""
    from gridkit import synthetic

    files = synthetic.write(folder / "demo", 0)
    osm.STEP_DEG = STEP
    side = int(np.ceil(np.sqrt(tiles)))
    places = [(x, y) for x in range(side) for y in range(side)][:tiles]
    osm.tile(files["osm"], folder / "national.osm.pbf", side, whole=False)
    with rasterio.open(files["population"]) as source:
        pixels, transform, profile = source.read(1), source.transform, source.profile
    wide, high = round(STEP[0] / PIXEL), round(STEP[1] / PIXEL)
    whole = np.full((high * side, wide * side), profile["nodata"], dtype=np.float32)
    for x, y in places:
        top = high * side - high * y - pixels.shape[0]
        whole[top : top + pixels.shape[0], wide * x : wide * x + pixels.shape[1]] = pixels
    north = transform.f + STEP[1] * (side - 1) + (high - pixels.shape[0]) * PIXEL
    own = rasterio.Affine(PIXEL, 0, transform.c, 0, -PIXEL, north)
    options = {**profile, "width": whole.shape[1], "height": whole.shape[0], "transform": own, "compress": "deflate"}
    with rasterio.open(folder / "national.tif", "w", **options) as target:
        target.write(whole, 1)
    communities = gpd.read_file(files["district"], layer="communities").to_crs(4326)
    incidents = pd.read_csv(files["incidents"], dtype=str)
    copies, events = [], []
    for number, (x, y) in enumerate(places):
        east, north = x * STEP[0], y * STEP[1]
        shapes = communities.geometry.translate(east, north)
        copies.append(
            communities[["code"]].assign(code=f"{number:04d}-" + communities["code"].str[-3:]).set_geometry(shapes)
        )
        moved = incidents.assign(编号=f"{number}-" + incidents["编号"])
        for column, step in (("经度", east), ("纬度", north)):
            moved[column] = pd.to_numeric(incidents[column]) + step
        events.append(moved)
    pd.concat(events).to_csv(folder / "national.csv", index=False)
    return gpd.GeoDataFrame(pd.concat(copies, ignore_index=True), crs=4326)


# ------------------------------------------------------------------ one mode
def drive(folder: str, out: str, how: str) -> None:
    """Run a batch in this process, as a driver, and print what it came to."""
    import gridkit as gk

    kind, count = how.split("-")
    if kind == "cut":
        cut(Path(folder))
        return
    choices: dict[str, object] = {"workers": int(count)}
    if kind == "dask":
        from distributed import Client, LocalCluster

        with (
            LocalCluster(
                n_workers=int(count), threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            found = gk.batch(
                f"{folder}/gridkit.toml",
                districts=f"{folder}/districts.gpkg:code",
                path=out,
                executor=client.get_executor(pure=False),
            )
            print(json.dumps({**found.facts, "digests": found.digests}, default=str))
        return
    found = gk.batch(f"{folder}/gridkit.toml", districts=f"{folder}/districts.gpkg:code", path=out, **choices)
    print(json.dumps({**found.facts, "digests": found.digests}, default=str))


def cut(folder: Path) -> None:
    """Print what the driver takes before the first district: districts read, files cut, keys; and again, all cut."""
    from gridkit.dispatch import districts, windows
    from gridkit.recipes import jobs

    job = jobs.read(folder / "gridkit.toml")
    for what in ("cut", "found"):
        began = time.process_time()
        found = districts.read(f"{folder}/districts.gpkg:code")
        parts = windows.Parts(folder / "inputs", found, lambda _stage, _share: None)
        for each in found:
            parts.of(each, {**job.held, **each.written(folder / "inputs")}, folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cpu = round(time.process_time() - began, 1)
        size = round(sum(each.stat().st_size for each in folder.glob("national*")) / 1e6, 1)
        print(json.dumps({"districts": len(found), what: cpu, "peak_mb": round(peak), "national_mb": size}), flush=True)


def deaths(tasks: int = 10_000, workers: int = 100, seed: int = 0) -> None:
    """Print what deaths cost: tasks of 6 s and 40 s on many workers, each of which dies every so often."""
    rng = np.random.default_rng(seed)
    for length in (6.0, 40.0):
        for between in (40.0, 600.0, 3600.0, 36000.0):
            wanted = rng.lognormal(np.log(length), 0.3, tasks)
            done = spent = failed = 0.0
            for task in wanted:
                left = task * np.array(STEPS)
                for tries in range(3):
                    life = rng.exponential(between)
                    if life >= left.sum():
                        done, spent = done + task, spent + left.sum()
                        break
                    spent += life + START_S
                    left = left[np.cumsum(left) > life]  # what was finished is not done again
                    failed += tries == 2
            print(
                f"{length:4.0f} s a district, a worker dies every {between:6.0f} s: "
                f"{spent / max(done, 1) - 1:6.1%} more work, {failed / tasks:7.3%} fail three times, "
                f"{spent / workers / 60:5.1f} min on {workers} workers"
            )


START_S = 4.0
"""CPU seconds until a new worker has imported what it needs."""
STEPS = (0.45, 0.25, 0.1, 0.05, 0.05, 0.1)
"""Shares of a district's time: the split, the layers, two maps, the workbook, the cards."""


def measured(folder: Path, mode: str, every: float) -> dict[str, object]:
    """Return wall and CPU seconds of one mode, what was redone, and whether its plans are those of the first mode."""
    out = folder / "out"
    if mode != "again":
        shutil.rmtree(out, ignore_errors=True)
    how = {"one-process": "processes-1", "one-thread": "thread-1", "again": "processes-2"}.get(mode, mode)
    how = "processes-2" if "killed" in mode else how
    before, began, kills = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if mode == "one-thread":
        how = "processes-1"
        project = folder / "gridkit.toml"
        project.write_text("threads = 1\n" + PROJECT, encoding="utf-8")
    try:
        while True:
            process = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-W", "ignore", __file__, "--drive", str(folder), str(out), how],
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            kills += killing(process, mode, every, kills)
            said, _ = process.communicate()
            if process.returncode == 0:
                break
            if process.returncode != -signal.SIGKILL:
                raise SystemExit(f"{mode} ended with {process.returncode}")
    finally:
        (folder / "gridkit.toml").write_text(PROJECT, encoding="utf-8")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(said.splitlines()[-1])
    events = [json.loads(line) for line in (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    done = [each["id"] for each in events if each["event"] == "made"]
    known = folder / "digests.json"
    if not known.exists():
        known.write_text(json.dumps(told["digests"]), encoding="utf-8")
    return {
        "districts": told["districts"],
        "mode": mode,
        "wall_s": round(time.perf_counter() - began, 1),
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "worker_cpu_s": told["cpu_s"],
        "peak_mb": told["peak_mb"],
        "made": told["made"],
        "failed": told["failed"],
        "kills": kills,
        "lost_workers": told["lost_workers"],
        "redone": len(done) - len(set(done)),
        "same_plans": json.loads(known.read_text(encoding="utf-8")) == told["digests"],
        "people": round(told["people"]),
        "mb": round(sum(each.stat().st_size for each in out.rglob("*") if each.is_file()) / 1e6, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def killing(process: subprocess.Popen[str], mode: str, every: float, before: int) -> int:
    """Kill a worker every so many seconds of its work, or the driver three times in all; return how often.

    Seconds are those that two workers had of their processors: on a busy machine a clock would kill all of them in
    their first district.
    """
    killed, spent, since = 0, dict[int, float](), 0.0
    while "killed" in mode:
        try:
            process.wait(LOOK_S)
            break
        except subprocess.TimeoutExpired:
            workers = children(process.pid)
            spent |= {each: cpu(each) for each in workers}
            if sum(spent.values()) - since < every * WORKERS:
                continue
            since = sum(spent.values())
            if mode == "driver-killed":
                if before + killed >= TIMES:
                    break
                process.kill()
                return killed + 1
            if workers:
                os.kill(workers[killed % len(workers)], signal.SIGKILL)
                killed += 1
    return killed


LOOK_S, WORKERS, TIMES = 0.5, 2, 3


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the spawned workers of a process."""
    found = []
    # Each is a child of the thread that started it.
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    for each in [child for thread in threads for child in thread.read_text().split()]:
        try:
            command = Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in command:
            found.append(int(each))
    return found


if __name__ == "__main__":
    main()
