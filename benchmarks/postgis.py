"""Tables in and out of PostGIS beside bare ADBC in the same run: CPU seconds of client and server, index included.

    python benchmarks/postgis.py [--points 1000000] [--side 224]

Bare is what ADBC's documentation shows: ``adbc_ingest`` into a staging table, ``CREATE TABLE AS ... ST_GeomFromWKB``,
an index; and a SELECT of ``ST_AsBinary`` to Arrow and ``shapely.from_wkb``. It starts a server of its own. The goal:
1 M incidents and 50,000 units in and out at no more than 1.5 times that.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from clusters import Cluster, programs
from plans import Size, crooked_plan

from gridkit.database import tables
from gridkit.database.address import address
from gridkit.database.connection import connected
from gridkit.sources.files import vectors
from gridkit.store import postgis

if TYPE_CHECKING:
    from collections.abc import Callable

SRID = 32650


def cpu(server: Cluster) -> float:
    """Return the CPU seconds so far of this process and of every process of the server, those that ended too."""
    ticks = os.sysconf("SC_CLK_TCK")
    own = sum(os.times()[:2])
    pid = int((Path(server.data) / "postmaster.pid").read_text().splitlines()[0])
    spent = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number, parent = int(stat.parent.name), int(fields[1])
        if number == pid:
            spent += sum(map(int, fields[11:15]))  # with the children that it has waited for
        elif parent == pid:
            spent += sum(map(int, fields[11:13]))
    return own + spent / ticks


def timed(server: Cluster, work: Callable[[], Any], turns: int) -> float:
    """Return the least CPU seconds of some turns."""
    found = []
    for _ in range(turns):
        time.sleep(0.3)
        start = cpu(server)
        work()
        time.sleep(0.3)
        found.append(cpu(server) - start)
    return min(found)


def bare_write(server: Cluster, rows: pa.Table, shapes: np.ndarray[Any, Any]) -> None:
    """Write by a staging table."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server.address()) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        staged = rows.append_column("wkb", pa.array(shapely.to_wkb(shapes), pa.binary()))
        staged = staged.append_column("fid", pa.array(np.arange(len(shapes))))
        cursor.adbc_ingest("staged", staged, mode="create", temporary=True)
        names = ", ".join(f'"{name}"' for name in ("fid", *rows.column_names))
        cursor.execute(f"CREATE TABLE bare AS SELECT {names}, ST_GeomFromWKB(wkb, {SRID}) AS geom FROM staged")  # noqa: S608
        cursor.execute("ALTER TABLE bare ADD PRIMARY KEY (fid)")
        cursor.execute("CREATE INDEX ON bare USING gist (geom)")
        connection.commit()


def bare_read(server: Cluster, rows: pa.Table) -> None:
    """Read to Arrow and shapes."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server.address()) as connection, connection.cursor() as cursor:
        names = ", ".join(f'"{name}"' for name in rows.column_names)
        cursor.execute(f"SELECT fid, {names}, ST_AsBinary(geom) AS wkb FROM bare")  # noqa: S608 - made up here
        found = cursor.fetch_arrow_table()
    frame = found.drop_columns(["wkb"]).to_pandas()
    gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(found["wkb"].to_numpy(zero_copy_only=False)), crs=SRID)


def write(server: Cluster, rows: pa.Table, shapes: np.ndarray[Any, Any]) -> None:
    """Write as a plan's tables are written."""
    server.sql("DROP TABLE IF EXISTS ours")
    with connected(address(server.address()), writing=True) as connection:
        tables.require_postgis(connection)
        wkb, kind = tables.ewkb(shapes, SRID)
        tables.create(connection, "public", "ours", rows.append_column("geom", wkb), "geom", kind)
        connection.commit()


def line(server: Cluster, name: str, rows: pa.Table, shapes: np.ndarray[Any, Any], turns: int) -> str:
    """Return what one table costs out and in, bare and ours."""
    out = timed(server, lambda: bare_write(server, rows, shapes), turns)
    ours = timed(server, lambda: write(server, rows, shapes), turns)
    back = timed(server, lambda: bare_read(server, rows), turns)
    read = timed(server, lambda: vectors.read(server.address() + ":public.ours"), turns)
    said = f"{name:10} {len(shapes):9,} {out:9.2f} {ours:7.2f} {ours / out:6.2f}"
    return f"{said} {back:9.2f} {read:7.2f} {read / back:6.2f}"


def main() -> None:
    """Print a line per table and direction."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--side", type=int, default=224, help="blocks along an edge of the plan: 224 are 50,176 units")
    parser.add_argument("--turns", type=int, default=3, help="the best of so many counts")
    asked = parser.parse_args()
    found = programs()
    if found is None:
        sys.exit("there is no PostGIS: apt-get install postgresql postgresql-postgis")
    server = Cluster(found)
    try:
        server.sql("CREATE DATABASE gis TEMPLATE with_postgis", database="postgres")
        rng = np.random.default_rng(0)
        at = shapely.points(rng.random((asked.points, 2)) * 20_000 + (5e5, 35e5))
        times = pa.array(rng.integers(0, 10**6, asked.points) * 10**6 + 1_700_000_000 * 10**6, pa.timestamp("us"))
        kinds = pa.array([f"kind {number}" for number in rng.integers(0, 12, asked.points)])
        number = pa.array(np.arange(asked.points))
        plan = crooked_plan(Size(side=asked.side, across=7, incidents=0, buildings=0))
        flat = plan.units.drop(columns="geometry").reset_index()
        both = {
            "incidents": (pa.table({"number": number, "time": times, "category": kinds}), at),
            "units": (pa.Table.from_pandas(flat, preserve_index=False), plan.units.geometry.to_numpy()),
        }
        print(f"{'':10} {'rows':>9} {'bare out':>9} {'ours':>7} {'times':>6} {'bare in':>9} {'ours':>7} {'times':>6}")
        for name, (rows, shapes) in both.items():
            print(line(server, name, rows, shapes, asked.turns), flush=True)
        where = address(server.address() + ":plan_a")
        written = timed(server, lambda: postgis.write(plan, where, overwrite=True), 1)
        read = timed(server, lambda: postgis.read(where), 1)
        print(f"a plan of {len(plan.units):,} units: {written:.2f} written, {read:.2f} read")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
