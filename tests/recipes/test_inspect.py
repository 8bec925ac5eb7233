"""The command lines that a look ends with are run as they are pasted, and do what they say."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from worlds import providers

import gridkit as gk
from gridkit import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[[Path], Path]


def quarter(folder: Path) -> Path:
    path = folder / "a quarter.gpkg"
    gpd.GeoDataFrame({"name": ["Q"]}, geometry=[providers.SQUARE], crs=4326).to_file(path)
    return path


def calls(folder: Path) -> Path:
    spots = [(providers.WEST + 0.001 * at, providers.SOUTH + 0.0103, at) for at in range(1, 19)]
    path = folder / "calls.csv"
    path.write_text("id,time,lon,lat\n" + "".join(f"k{at},2025-03-{at:02d} 10:00,{x},{y}\n" for x, y, at in spots))
    return path


def clinics(folder: Path) -> Path:
    path = folder / "clinics.csv"
    path.write_text(f"name,lon,lat,beds\nA,{providers.WEST + 0.004},{providers.SOUTH + 0.011},20-30\n")
    return path


TOGETHER: dict[str, tuple[Make, ...]] = {
    "Overture and WorldPop": (
        quarter, providers.overture_segments, providers.overture_buildings, providers.overture_places,
        providers.worldpop, calls, clinics,
    ),
    "Google and Meta": (quarter, providers.google_buildings, providers.hrsl_table),
    "Microsoft and Meta": (quarter, providers.microsoft_quadkey, providers.hrsl),
    "wards and GHS": (providers.overture_division_areas, providers.ghs_pop),
    "blocks": (providers.settlement_blocks,),
    "extents": (providers.settlement_extents,),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
@pytest.mark.parametrize("files", TOGETHER.values(), ids=TOGETHER)
def test_the_lines_to_go_on_with_run(
    files: tuple[Make, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [make(tmp_path).name for make in files]
    assert cli.run(["inspect", *names]) in (0, None)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("gridkit ")]
    lines = gk.inspect(names if len(names) > 1 else names[0])["go_on"]
    assert set(lines) <= set(printed), "what is printed where nobody watches is whole"
    for line in lines:
        code = cli.run(shlex.split(line)[1:])
        assert code in (0, None), (line, capsys.readouterr().err)
    plan = gk.read_plan("plan.gpkg")
    assert len(plan.grids)
    assert {"incidents", "clinics"} <= set(plan.layers) or calls not in files
    assert all(name in lines[0] or make in (calls, clinics) for name, make in zip(names, files, strict=True))
