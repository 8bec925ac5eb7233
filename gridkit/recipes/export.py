"""The papers that go with a plan, and the plan in other programs' formats."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from gridkit import atomic
from gridkit.atomic import STDOUT
from gridkit.catalog import deliveries
from gridkit.errors import GridkitWarning, UsageError
from gridkit.face import face
from gridkit.language.phrases import joined, series
from gridkit.recipes.refresh import current, refreshed
from gridkit.render import delivery
from gridkit.render import export as formats
from gridkit.render.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan


@face("export")
def export(
    plan: Plan,
    path: str | Path = "grids.geojson",
    *,
    format: str = "",
    table: str = "grids",
    scheme: str = "",
    overwrite: bool = False,
) -> dict[str, str]:
    """Write the grids or units of a plan in the format that the file's ending names; return the columns renamed.

    By a scheme it is a folder instead: the data as a data centre takes them in, a dictionary of the fields, and a list
    of the delivery; what each field holds is returned.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    format
        The format by its ending, such as geojson or csv, where the file's name does not say it.
    table
        grids, units, borders, districts, labels (unit to grid), a layer, or LAYER:TABLE.
    scheme
        Hand over to a data centre by this scheme: cn-unit, cn-social, cn-social-gpkg, cn-social-csv, or a .toml file;
        writes a folder. It holds the data, a dictionary of the fields, and a list with rows, digests, CRS, date and
        standing.
    path
        The file to write; by a scheme, the folder.
    overwrite
        Replace the output if it exists.
    """
    if scheme:
        return _delivered(plan, atomic.folder(path), scheme, table=table, form=format, overwrite=overwrite)
    return formats.export(refreshed(plan), path, table=table, form=format, overwrite=overwrite)


def _delivered(plan: Plan, folder: Path, name: str, *, table: str, form: str, overwrite: bool) -> dict[str, str]:
    """Write the delivery that a scheme describes, warn of what is to be known, and return what fields hold."""
    if form or table != "grids":
        raise UsageError("the scheme says which table and which format", where="scheme", mend="leave these out")
    if formats.ending_of(folder) in FORMATS or str(folder) == STDOUT:
        raise UsageError(
            "a delivery is a folder of files", where=folder, mend="name a folder with -o, such as -o delivery"
        )
    done = delivery.deliver(current(plan), deliveries.scheme(name), folder, overwrite=overwrite)
    if done.empty:
        fields = series(f"{field} ({count})" for field, count in done.empty.items())
        warnings.warn(GridkitWarning("empty in so many grids, for want of data: {fields}", fields=fields), stacklevel=3)
    if done.notes:
        warnings.warn(GridkitWarning("{notes}", notes=joined(done.notes)), stacklevel=3)
    return dict(done.fields)
