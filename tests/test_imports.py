"""Each command loads what it uses: the solver, the statistics and the drawing of others stay where they are."""

from __future__ import annotations

import subprocess
import sys

import pytest
from towns import town

from gridkit.store.geopackage import write

SEARCH = {"numba", "scipy.optimize", "scipy.stats", "gridkit.partition.solver", "gridkit.tessellation.shapes.blocks"}
DRAWING = {"folium", "branca", "pypinyin", "fpdf"}
ASKING = {"osmnx", "requests", "networkx"}
READING = {"openpyxl", "rasterio", "osmium", "exactextract"}
LIBRARIES = {"geopandas", "pandas", "numpy", "shapely", "pyogrio", "pyproj", "scipy"}

COMMANDS = {
    "exit-codes": SEARCH | DRAWING | ASKING | READING | LIBRARIES,
    "layers": SEARCH | DRAWING | ASKING | READING | LIBRARIES,
    "maps": SEARCH | DRAWING | ASKING | READING | LIBRARIES,
    "history PLAN": SEARCH | DRAWING | ASKING | READING | {"scipy"},
    "codes PLAN -o OUT.gpkg": SEARCH | DRAWING | ASKING | {"openpyxl", "rasterio", "osmium"},
    "export PLAN -o OUT.geojson": (SEARCH | DRAWING | ASKING | READING) - {"openpyxl", "pypinyin"},
    "audit PLAN": SEARCH | DRAWING | ASKING,
    "layer PLAN balance -o LAID.gpkg": {"scipy.stats", "scipy.optimize"} | DRAWING | ASKING,
    "map PLAN -o OUT.html": {"scipy.stats", "scipy.optimize", "fpdf", "osmnx", "networkx", "gridkit.plan.published"},
}
"""What a command must not load, by the words of its line. An export in English spells Chinese names."""

PROGRAM = """
import sys
from gridkit.cli import run
code = run(sys.argv[2:])
assert code in (0, 9), code
print("LOADED", *sorted(set(sys.argv[1].split(",")) & set(sys.modules)))
"""


@pytest.mark.parametrize(("line", "absent"), COMMANDS.items(), ids=[line.split()[0] for line in COMMANDS])
def test_a_command_loads_nothing_it_does_not_use(line, absent, tmp_path):
    plan = write(town(), tmp_path / "plan.gpkg")
    words = [str(plan) if word == "PLAN" else word for word in line.split()]
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, ",".join(absent), *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
