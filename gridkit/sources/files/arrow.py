"""Files of Arrow and Parquet: their table, their schema, and which column holds shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow.ipc
from pyarrow import feather

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow.parquet as pq


def arrow_table(path: Path) -> pyarrow.Table:
    """Return the table of an Arrow or Feather file, or of a stream of Arrow that was kept as a file."""
    if is_stream(path):
        with pyarrow.OSFile(str(path)) as file, pyarrow.ipc.open_stream(file) as stream:
            table = stream.read_all()
    else:
        table = feather.read_table(str(path), memory_map=False)
    table.validate(full=True)  # Arrow trusts the offsets of a file: damaged ones would end the whole process
    return table


def arrow_schema(path: Path) -> pyarrow.Schema:
    """Return the schema of an Arrow file, its rows left alone."""
    if is_stream(path):
        with pyarrow.OSFile(str(path)) as file, pyarrow.ipc.open_stream(file) as stream:
            return stream.schema
    try:
        with pyarrow.OSFile(str(path)) as file, pyarrow.ipc.open_file(file) as opened:
            return opened.schema
    except pyarrow.ArrowInvalid:  # Feather's first version
        return feather.read_table(str(path), memory_map=False).schema


def is_stream(path: Path) -> bool:
    """Return whether an Arrow file is a stream that was kept: it begins with a message, not with its name."""
    with path.open("rb") as handle:
        return handle.read(4) == b"\xff\xff\xff\xff"


def geometry_column(schema: pyarrow.Schema, own: pq.ParquetSchema | None = None) -> str | None:
    """Return the column of shapes of a Parquet or Arrow file, None where there is none."""
    if b"geo" in (schema.metadata or {}):
        return str(json.loads(schema.metadata[b"geo"]).get("primary_column", "geometry"))
    for name in schema.names:
        said = (schema.field(name).metadata or {}).get(b"ARROW:extension:name", b"")
        if said.startswith(b"geoarrow.") or said == b"ogc.wkb":
            return str(name)
    columns = [own.column(at) for at in range(len(own))] if own is not None else []
    return next(
        (str(each.path) for each in columns if str(each.logical_type).startswith(("Geometry", "Geography"))), None
    )
