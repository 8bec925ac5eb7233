"""How fast and how small the OpenStreetMap reader is, beside osmnx's on the same file in the same run.

    python3 benchmarks/osm.py                     Helsinki's centre, and the same tiled 6 x 6
    python3 benchmarks/osm.py --tiles 1 -o osm.json

Each reader runs in a process of its own; CPU seconds and peak memory are those of the whole process, imports included.
Ours brings lines, buildings, water, places and the walk graph; osmnx the walk graph, and the features in a second call.
osmnx reads XML only and rejects a clipped extract, so that both get the file without what lacks nodes; ours is also
run on the clipped file as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GRIDKIT_REAL_DATA") or ROOT.parent / "shared" / "data")
HELSINKI = DATA / "helsinki-core" / "Helsinki.osm.pbf"
GOLDEN_BUILDINGS = 444
"""Buildings of the Helsinki file: libosmium assembles 446 areas, two of which are outlines of relations drawn twice."""

STEP_DEG = (0.03, 0.02)
IDS = 10**10


def main() -> None:
    """Run what was asked for and print a table; write it as JSON with ``-o``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, nargs="*", default=[1, 6], help="tiles along each side")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--read", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(measured(*asked.read)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for tiles in asked.tiles:
            whole, clipped = Path(folder) / f"whole{tiles}.osm.pbf", Path(folder) / f"clipped{tiles}.osm.pbf"
            tile(HELSINKI, clipped, tiles, whole=False)
            tile(HELSINKI, whole, tiles, whole=True)
            xml = as_xml(whole)
            runs = (("gridkit", clipped), ("gridkit", whole), ("osmnx walk", xml), ("osmnx all", xml))
            rows += [{"tiles": tiles * tiles, "file": file.name, **run(reader, file)} for reader, file in runs]
            checked(rows[-4:], tiles)
    print(f"{'tiles':>5} {'reader':12} {'file':22} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}  counts")
    for row in rows:
        print(
            f"{row['tiles']:5} {row['reader']:12} {row['file']:22} {row['cpu_s']:8.2f} {row['wall_s']:8.2f} "
            f"{row['peak_mb']:8.0f}  {row['counts']}"
        )
    if asked.output:
        asked.output.write_text(json.dumps(rows, indent=1))


def checked(rows: list[dict[str, object]], tiles: int) -> None:
    """Say how the rows stand to the goals: golden buildings, a fifth of the CPU, a quarter of the memory."""
    clipped, whole, walk, everything = rows
    buildings = clipped["counts"]["buildings"]  # type: ignore[index]
    print(f"{tiles * tiles} tiles: {buildings} buildings, golden {GOLDEN_BUILDINGS * tiles * tiles}")
    for name, other in (("walk graph alone", walk), ("graph and features", everything)):
        cpu = whole["cpu_s"] / other["cpu_s"]  # type: ignore[operator]
        memory = whole["peak_mb"] / other["peak_mb"]  # type: ignore[operator]
        print(f"  against osmnx's {name}: {cpu:.3f} of the CPU, {memory:.3f} of the memory")


def tile(source: Path, target: Path, tiles: int, *, whole: bool) -> None:  # noqa: C901 - three kinds of thing
    """Write a file repeated ``tiles`` x ``tiles`` times side by side; ``whole`` leaves out ways that lack nodes."""
    import osmium  # the readers measure their own imports

    nodes, ways, relations = [], [], []
    for thing in osmium.FileProcessor(str(source)).with_locations():
        said = dict(thing.tags)
        if thing.is_node():
            nodes.append((thing.id, said, (thing.location.lon, thing.location.lat)))
        elif thing.is_way() and not (whole and any(not node.location.valid() for node in thing.nodes)):
            ways.append((thing.id, said, [node.ref for node in thing.nodes]))
        elif thing.is_relation():
            relations.append((thing.id, said, [(member.type, member.ref, member.role) for member in thing.members]))
    kept = {way[0] for way in ways}
    if whole:
        relations = [each for each in relations if all(kind != "w" or ref in kept for kind, ref, _ in each[2])]
    shifts = [(x, y) for x in range(tiles) for y in range(tiles)]
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for at, (x, y) in enumerate(shifts):
            for node_id, said, (lon, lat) in nodes:
                place = (lon + x * STEP_DEG[0], lat + y * STEP_DEG[1])
                writer.add_node(new.Node(id=node_id + at * IDS, tags=said, location=place, version=1))
        for at in range(len(shifts)):
            for way_id, said, refs in ways:
                writer.add_way(
                    new.Way(id=way_id + at * IDS, tags=said, nodes=[ref + at * IDS for ref in refs], version=1)
                )
        for at in range(len(shifts)):
            for relation_id, said, members in relations:
                moved = [(kind, ref + at * IDS, role) for kind, ref, role in members]
                writer.add_relation(new.Relation(id=relation_id + at * IDS, tags=said, members=moved, version=1))


def as_xml(source: Path) -> Path:
    """Return the same data as XML, which is all that osmnx reads."""
    import osmium

    target = source.with_name(source.name.replace(".osm.pbf", ".osm"))
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


def run(reader: str, file: Path) -> dict[str, object]:
    """Return what one reader takes for one file, in a process of its own."""
    out = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, __file__, "--read", reader, str(file)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return dict(json.loads(out.stdout.splitlines()[-1]))


def measured(reader: str, file: str) -> dict[str, object]:
    """Return CPU seconds, wall seconds, peak memory and counts of one reader in this process."""
    start = time.perf_counter()
    counts = READERS[reader](file)
    use = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "reader": reader,
        "cpu_s": use.ru_utime + use.ru_stime,
        "wall_s": time.perf_counter() - start,
        "peak_mb": use.ru_maxrss / 1024,
        "counts": counts,
    }


def gridkit(file: str) -> dict[str, int]:
    """Read everything with gridkit, and build the walk graph."""
    from gridkit.measure.access import network
    from gridkit.sources.osm import extract as osm

    extract = osm.read(file)
    graph = network.build(extract.tables["roads"], "walk")
    return {"nodes": len(graph.xy), **{name: len(table) for name, table in extract.tables.items()}}


def osmnx_walk(file: str) -> dict[str, int]:
    """Read the walk graph with osmnx."""
    import osmnx

    graph = osmnx.graph_from_xml(file, simplify=False, retain_all=True)
    return {"nodes": len(graph), "edges": graph.number_of_edges()}


def osmnx_all(file: str) -> dict[str, int]:
    """Read the walk graph and the features with osmnx."""
    import osmnx

    counts = osmnx_walk(file)
    wanted = dict.fromkeys(FEATURES, True)
    features = osmnx.features_from_xml(file, tags=wanted)
    return {**counts, "features": len(features), "buildings": int(features["building"].notna().sum())}


FEATURES = ("building", "amenity", "shop", "leisure", "landuse", "natural", "waterway", "barrier")
READERS = {"gridkit": gridkit, "osmnx walk": osmnx_walk, "osmnx all": osmnx_all}

if __name__ == "__main__":
    main()
