"""Tables of a database laid down as files of the run, so that they pass the same readers, checks and accounts."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely
from pyarrow import feather

from gridkit import errors
from gridkit.atomic import slug
from gridkit.database import tables
from gridkit.database.address import Address, address
from gridkit.database.connection import connected
from gridkit.database.listing import Listed, listing
from gridkit.database.once import kept

if TYPE_CHECKING:
    from collections.abc import Sequence


def laid(source: str | Path | Address) -> str:
    """Return ``FILE[:COLUMN]`` of an Arrow file with the rows of a table; messages go on calling it by its address.

    Raises
    ------
    SourceError
        When the database cannot be reached or does not let the table be read.
    TableError
        When it is not there, or it is not plain which table or column of shapes is meant.
    """
    asked = address(source)
    known = kept()
    key = f"{asked.uri}:{asked.rest}"
    if key not in known:
        known[key] = _laid(asked)
    return known[key]


def window(source: str | Path | Address, lonlat: Sequence[float]) -> tuple[gpd.GeoDataFrame | None, str, str]:
    """Return the rows of a table whose boxes touch one in degrees, what the table is called, and the column asked for.

    None for the rows where the table tells no place.

    Raises
    ------
    SourceError
        When the database cannot be reached or does not let the table be read.
    TableError
        When it is not there, or it is not plain which table or column of shapes is meant.
    """
    with connected(address(source)) as connection:
        table, column = tables.found(connection, address(source).rest)
        if not table.shape:
            return None, str(table), column or ""
        rows, crs = tables.read(connection, table, lonlat)
        rows = tables.on_its_clock(connection, rows)
    if crs is None:
        return None, str(table), column or ""
    shapes = shapely.from_wkb(rows[table.shape].to_numpy(zero_copy_only=False))
    plain = rows.drop_columns([table.shape]).to_pandas()
    return gpd.GeoDataFrame(plain, geometry=shapes, crs=crs), str(table), column or ""


def listed(source: str | Path | Address) -> list[Listed]:
    """Return what there is in a database, or in the schema that is named, where an address names no table of it.

    Nothing where it names a table, or there is but one.

    Raises
    ------
    SourceError
        When the database cannot be reached.
    """
    asked = address(source)
    with connected(asked) as connection:
        if asked.rest and any(asked.rest in each.called for each in tables.tables(connection)):
            return []
        found = listing(connection, asked.rest)
    return found if len(found) > 1 or any(each.plan for each in found) else []


def _laid(asked: Address) -> str:
    with connected(asked) as connection:
        table, column = tables.found(connection, asked.rest)
        rows, crs = tables.read(connection, table)
        rows = tables.on_its_clock(connection, rows)
    folder = Path(tempfile.mkdtemp(prefix="gridkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / f"{slug(table.name)}.arrow"
    feather.write_feather(tables.geo(rows, table.shape, crs), str(file), compression="uncompressed")
    errors.call(file, f"{Address(asked.uri, str(table))}")
    return f"{file}:{column}" if column else str(file)
