"""A look into any file: its layers, CRS, encoding, counts and columns, and what in it is suspicious."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from pyproj import CRS
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds

from gridkit.crs import LONLAT, is_metric, unit_of
from gridkit.database.address import names_database
from gridkit.errors import GridkitError, SourceError, TableError, UsageError, called, called_within
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, series, template
from gridkit.ledger import Account, Ledger
from gridkit.sources.coordinates import checks, guesses, points
from gridkit.sources.files import containers, uses, vectors
from gridkit.sources.files import kind as files
from gridkit.sources.files.sketch import sketch
from gridkit.sources.osm import contents as osm
from gridkit.sources.osm.normal_form import THROUGH_DELETED
from gridkit.sources.people import logarithms, no_data, rasters
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, dates, personal, read
from gridkit.sources.tables.encodings import UncertainEncodingError
from gridkit.tables import LINES, POLYGONS, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridkit.database.listing import Listed

    Look = dict[str, Any]

EXAMPLES = 3
_YEARS = re.compile(
    r"\byears?\b|年份|年度|^年$|\baño\b|\bano\b|\bannée\b|\bjahr\b|\btahun\b|\bnăm\b|\bгод\b"
    r"|سال|سنة|^ปี|พ\.ศ|साल",
    re.IGNORECASE,
)
"""Names of columns of years."""
PIXELS = 4_000_000
"""A raster of more pixels is looked at through every so-manieth only."""

SUSPICIONS: dict[str, str] = {
    "no_crs": template("It names no coordinate reference system; its bounds look like {looks}: name it with --crs."),
    "web_mercator": template(
        "Web Mercator stretches lengths by {stretch:.2f} here; it is reprojected before anything is measured."
    ),
    "coordinates": template("The coordinates cannot be right: {error}"),
    "no_table": template("There is no table in it: {error}"),
    "encoding": template("Before it is used: {error}. Shown here as text in {shown}."),
    "datum": template(
        "Taken as {said}, {inside:.0%} of its points lie in the district; as {best}, {more:.0%}: then say {option}."
    ),
    "no_geometry": template(
        "{count} row has no geometry: it is left out.",
        "{count} rows have no geometry: they are left out, more than 10 % by --accept shapeless.",
    ),
    "no_place": template(
        "{count} row has no place: it counts in the sums, and in no grid.",
        "{count} rows have no place: they count in the sums, and in no grid.",
    ),
    "times": template("The times cannot be read as they stand: {error}"),
    "years": template("{said}: nothing is read from it."),
    "invalid": template(
        "{count} polygon is invalid; it is repaired on reading.",
        "{count} polygons are invalid; they are repaired on reading.",
    ),
    "mixed": template("The layer mixes {kinds}: each command takes those it can use, and counts the others."),
    "empty": template("The layer is empty."),
    "personal": template("Personal columns, dropped unless you keep them with --keep COLUMN: {columns}."),
    "density": template(
        "It says that it holds densities ({words}): then say --density km2 or ha, else --density none."
    ),
    "logarithms": template(
        "Its words ({words}) and values are those of logarithms: then name it as {name}:log=e (or 10, 2, 1p), "
        "else as {name}:log=none."
    ),
    "part": template(
        "Its name says that it counts some people only ({part}): as --people they would be taken for all."
    ),
    "negative": template(
        "{count:,} pixel is below zero ({low}): no data? Then name it as {name}:nodata={low}.",
        "{count:,} pixels are below zero (lowest {low}): no data? Then name it as {name}:nodata={low}.",
    ),
    "infinite": template("{count:,} pixel is infinite.", "{count:,} pixels are infinite."),
    "sentinel": template(
        "The value {value} stands in {count:,} pixel: no data? Then name it as {name}:nodata={value}, "
        "else as {name}:nodata=none.",
        "The value {value} stands in {count:,} pixels: no data? Then name it as {name}:nodata={value}, "
        "else as {name}:nodata=none.",
    ),
    "codes": template(
        "Column {column} holds codes whose last digits Excel has cut off, as in {cell}: export it as text."
    ),
    "deleted": template(
        "{count:,} way has nodes that are marked as deleted: the file holds what stood there on different days.",
        "{count:,} ways have nodes that are marked as deleted: the file holds what stood there on different days.",
    ),
    "clipped": template(
        "{count:,} way or relation lacks members: the extract was clipped.",
        "{count:,} ways or relations lack members: the extract was clipped.",
    ),
}
"""What may be wrong with a file, by a name that scripts can rely on."""


def look(
    source: str | Path | gpd.GeoDataFrame,
    *,
    district: gpd.GeoDataFrame | None = None,
    within: str | None = None,
    reading: Reading = AS_IT_SAYS,
) -> Look:
    """Return what is in a file, JSON-ready, without failing where part of it is wrong: that becomes a suspicion.

    Parameters
    ----------
    source
        Any vector, table, raster or OpenStreetMap file; ``FILE:LAYER`` to look at one layer; or a GeoDataFrame.
    district
        Where its points should lie: then ``hypotheses`` says under which datum they do.
    within
        What names the district in the command line to go on with.
    reading
        What its user says of it: the command lines say so too.

    Returns
    -------
    dict
        ``file``, ``kind``, ``bytes``, and per kind ``layers`` (name, geometry, count, crs, bounds, columns,
        suspicions), ``raster``, ``table`` or ``osm``. Suspicions are a
        ``code``, and a sentence in every language by its code (``en``, ``zh``).

    Raises
    ------
    SourceError
        When there is no such file, or nothing in it can be read.
    """
    return looked(source, district=district, within=within, reading=reading)[0]


def looked(
    source: str | Path | gpd.GeoDataFrame,
    *,
    district: gpd.GeoDataFrame | None = None,
    within: str | None = None,
    reading: Reading = AS_IT_SAYS,
) -> tuple[Look, list[uses.Use]]:
    """Return a look, and what the things in the file may be used as: with those of others they make one command."""
    if isinstance(source, gpd.GeoDataFrame):
        part, use = _drawn(source, containers.Spec(Path("FILE")), "", [], district, reading)
        held = int(source.memory_usage(deep=True).sum())
        out: Look = {"file": "GeoDataFrame", "kind": "GeoDataFrame", "bytes": held, "layers": [part]}
        return _gone_on(out, [use], within, reading)
    spec = vectors.parse(source)
    kind = files.kind(spec.path)
    size = sum(each.stat().st_size for each in spec.path.rglob("*")) if spec.path.is_dir() else spec.path.stat().st_size
    known = called(str(spec.path))  # a table of a database is called by its address
    out = {"file": known if names_database(known) else spec.path.name, "kind": kind, "bytes": size}
    if names_database(known):
        out["kind"] = "postgresql"
    every = [containers.place_of(spec.path, spec.layer, shaped=False)] if _names_one(spec, kind) else None
    found: list[uses.Use | None] = []
    for place in every or containers.places(spec.path):
        name, part, use = _part(place, spec.path, district, reading)
        found.append(use)
        part, _ = _gone_on(part, [use], within, reading)
        if name in ("layers", "tables"):
            out.setdefault(name, []).append(part)
        elif name in out:
            out.setdefault("others", []).append({"name": place.name, **part})
        else:
            out[name] = part
    return _gone_on(out, found, within, reading)


def listed(name: str, found: Sequence[Listed]) -> Look:
    """Return a look at what there is in a database: names, about how many rows, shapes and CRS; no table is read.

    Parameters
    ----------
    name
        Its address, without the table.
    found
        What there is, at least one.
    """
    parts: list[Look] = []
    for each in found:
        if each.plan:
            parts.append({"name": each.name, "role": word("plan")})
            continue
        parts.append({"name": each.name, "rows_about": each.rows, "type": each.type or None, "crs": _crs(each.crs)})
    first = next((each for each in found if each.type and not each.plan), found[0])
    command = "map" if first.plan else "inspect"
    line = f"gridkit {command} {shlex.quote(f'{name}:{first.name}')}"
    return {"file": name, "kind": "postgresql", "tables": parts, "go_on": [line]}


def _gone_on(
    part: Look, found: Sequence[uses.Use | None], within: str | None, reading: Reading
) -> tuple[Look, list[uses.Use]]:
    """Return a part with the command lines to go on with, and what it may be used as."""
    there = [use for use in found if use is not None]
    lines = [called_within(line) for line in uses.commands(there, within, reading)]
    return (part | {"go_on": lines} if there else part), there


def _names_one(spec: containers.Spec, kind: files.Kind) -> bool:
    return spec.layer is not None and kind not in ("tiff", "text")


def _part(
    place: containers.Place, path: Path, district: gpd.GeoDataFrame | None, reading: Reading
) -> tuple[str, Look, uses.Use | None]:
    """Return one thing in a file, and what it is: a layer, a table, a raster or a map of OpenStreetMap."""
    file = place.file
    alone = len(containers.places(path)) == 1
    named = str(path) if alone else str(containers.Spec(path, place.name))
    if place.kind == "tiff" or (place.kind == "text" and file.suffix.lower() == ".asc"):
        use = uses.Use("people", named, ("--people", named))
        return "raster", {**_raster(file, path.name), "role": word("people")}, use
    if place.kind in ("pbf", "osm") or (place.kind in ("gzip", "bzip2", "unknown") and ".osm" in file.name):
        return "osm", _osm(file), uses.Use("osm", named)
    if place.shaped:
        return "layers", *_layer(path, place.name, district, reading)
    return "tables", *_table(place, path, district, reading)


def sentences(look: Look, lang: str = "en") -> list[str]:
    """Return every suspicion of a look as a sentence in one language."""
    parts = [look, *look.get("layers", ()), *look.get("tables", ()), look.get("raster", {}), look.get("osm", {})]
    return [said[lang] for part in parts for said in part.get("suspicions", ())]


def _suspicion(code: str, **facts: object) -> dict[str, str]:
    return {"code": code, **Phrase(SUSPICIONS[code], **facts).by_language()}


# ---------------------------------------------------------------- vectors


def _layer(path: Path, name: str, district: gpd.GeoDataFrame | None, reading: Reading) -> tuple[Look, uses.Use | None]:
    suspicions: list[dict[str, str]] = []
    spec, encoding = vectors.Spec(path, name), reading.encoding
    try:
        frame = vectors.read(spec, crs=reading.crs, encoding=encoding, datum=reading.datum, swap_xy=reading.swap_xy)
    except TableError as error:
        suspicions.append(_suspicion("coordinates", error=error.phrase()))
        try:
            frame = vectors.read(spec, crs="EPSG:3857", encoding=encoding)
        except GridkitError:
            return {"name": name, "suspicions": suspicions}, None
        frame = checks.unnamed(frame)
    where = vectors.Spec(path, name if len(containers.places(path)) > 1 else None)
    return _drawn(frame, where, name, suspicions, district, reading)


def _drawn(
    frame: gpd.GeoDataFrame,
    where: containers.Spec,
    name: str,
    suspicions: list[dict[str, str]],
    district: gpd.GeoDataFrame | None,
    reading: Reading,
) -> tuple[Look, uses.Use | None]:
    """Return a layer as it was read, and what it may be used as."""
    use = uses.use(frame, where, reading)
    notes = [*frame.attrs.get("notes", []), *_times(frame, suspicions, reading)]
    out = {"name": name, "count": len(frame), "notes": notes}
    told = _geometry(frame) | {"columns": _columns(frame, reading)} | _doubts(frame, use, district, suspicions, reading)
    return out | _used(use) | told | {"ledger": _account(frame, str(where), use)}, use


def _used(use: uses.Use | None) -> Look:
    """Return what a table may be used as, where its columns or shapes tell."""
    return {"role": word(use.role)} if use is not None else {}


def _counts_unplaced(use: uses.Use | None) -> bool:
    """Return whether rows without a place count all the same: an incident is one wherever it was."""
    return use is not None and use.role in ("incidents", "departments' orders")


def _account(frame: pd.DataFrame, where: str, use: uses.Use | None) -> list[dict[str, Any]]:
    """Return what becomes of the rows: those left out when it was read, and those without a place."""
    rows, lost = len(frame), dict(frame.attrs.get("lost", {}))
    if isinstance(frame, gpd.GeoDataFrame) and not _counts_unplaced(use):
        lost["shapeless"] = int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    gone = sum(frame.attrs.get("lost", {}).values())
    account = Account(where, "", "rows", rows + gone, rows - lost.get("shapeless", 0), lost)
    (row,) = Ledger((account,)).rows()
    amounts = {"read": account.read, "used": account.used}
    # As phrases they are text to JSON, and are said in any language all the same.
    said = {name: Phrase("{count:,} row", "", "{count:,} rows", count=int(amount)) for name, amount in amounts.items()}
    return [{**said, "lost": row["lost"]}]


def _geometry(frame: gpd.GeoDataFrame) -> Look:
    kinds = Counter(frame.geom_type.dropna().astype(TEXT).tolist())
    out: Look = {"geometry": dict(kinds), "crs": _crs(frame.crs)}
    there = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if len(there):
        out["bounds"] = [float(value) for value in there.total_bounds]
        if frame.crs is not None:
            out["sketch"] = "\n" + sketch(there.geometry)
            out["bounds_lonlat"] = [round(float(value), 6) for value in there.to_crs(LONLAT).total_bounds]
    return out


def _crs(crs: CRS | None) -> Look | None:
    if crs is None:
        return None
    return {"name": crs.name, "epsg": crs.to_epsg(), "metric": is_metric(crs), "coordinate_unit": unit_of(crs)}


def _columns(frame: pd.DataFrame, reading: Reading) -> list[Look]:
    """Return name, type, role, empties and a few examples of each column, persons masked; of a personal one none."""
    personal_ones, found = personal.columns(frame), uses.roles(frame, reading)
    out = []
    for name in frame.columns:
        if name == getattr(frame, "_geometry_column_name", None):
            continue
        blank, role = np.asarray(cells.blanks(frame[name])), found.get(str(name))
        values = frame[name][~blank]
        column: Look = {"name": str(name), "type": str(frame[name].dtype), "empty": int(blank.sum())}
        if role is not None:
            column["role"] = word(role)
        if str(name) in personal_ones:
            column["personal"] = personal_ones[str(name)]
        else:
            seen = dict.fromkeys(personal.masked(str(cell)[:60]) for cell in values.iloc[:1000])
            column["examples"] = [*seen][:EXAMPLES]
        numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        if numeric and len(values) and str(name) not in personal_ones:
            column |= {"least": float(values.min()), "most": float(values.max())}
            # Identifiers and coordinates are numbers in name only.
            column |= {"sum": float(values.sum())} if uses.is_summed(str(name), role) else {}
        out.append(column)
    return out


def _times(frame: pd.DataFrame, suspicions: list[dict[str, str]], reading: Reading) -> list[str]:
    """Return how the times of a table are read; what is to be asked of them becomes a suspicion."""
    notes: list[str] = []
    roles = uses.roles(frame, reading)
    columns = {name: frame[name] for name in uses.times(frame, roles) if not dates.only_clock(frame[name])}
    for name, own in dates.readings(columns, reading).items():
        taken = dates.of_events if roles.get(name) == "time" else dates.known
        try:
            notes += taken(frame[name], reading=own).attrs["notes"]
        except (TableError, UsageError) as error:  # as that a zone is to be named
            suspicions.append(_suspicion("times", error=error.phrase()))
    for name in frame.columns:
        if _YEARS.search(str(name)) and name != getattr(frame, "_geometry_column_name", None):
            asked = dates.odd_years(frame[name])
            suspicions += [_suspicion("years", said=asked)] if asked is not None else []
    return [*dict.fromkeys(notes)]


def _doubts(
    frame: gpd.GeoDataFrame,
    use: uses.Use | None,
    district: gpd.GeoDataFrame | None,
    suspicions: list[dict[str, str]],
    reading: Reading,
) -> Look:
    """Return what is suspicious in a layer, and the hypotheses of its points when a district is given."""
    shapes = np.asarray(frame.geometry, dtype=object)
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if not len(frame):
        suspicions.append(_suspicion("empty"))
    if missing.any():
        gone = "no_place" if _counts_unplaced(use) else "no_geometry"
        suspicions.append(_suspicion(gone, count=int(missing.sum())))
    families = {shape.geom_type.removeprefix("Multi") for shape in shapes[~missing]}
    if len(families) > 1:
        suspicions.append(_suspicion("mixed", kinds=series(sorted(families))))
    invalid = int((~shapely.is_valid(shapes[~missing])).sum())
    if invalid:
        suspicions.append(_suspicion("invalid", count=invalid))
    if frame.crs is not None and frame.crs.to_epsg() == 3857 and (~missing).any():  # noqa: PLR2004 - Web Mercator
        latitude = float(np.mean(frame.to_crs(LONLAT).total_bounds[[1, 3]]))
        suspicions.append(_suspicion("web_mercator", stretch=1 / np.cos(np.deg2rad(latitude))))
    if masked := personal.columns(frame):
        suspicions.append(_suspicion("personal", columns=series(masked)))
    out: Look = {"suspicions": suspicions}
    if district is not None and (~missing).any():
        spots = shapely.get_coordinates(shapely.point_on_surface(shapes[~missing]))
        out["hypotheses"] = _hypotheses(spots, district, suspicions, reading)
    return out


def _hypotheses(
    spots: Any,  # noqa: ANN401 - coordinates
    district: gpd.GeoDataFrame,
    suspicions: list[dict[str, str]],
    reading: Reading,
) -> list[Look]:
    table = guesses.shares(spots, district)
    said = "WGS 84" if "WGS 84" in table.index else str(table.index[0])
    best = guesses.better(table, said)
    if best is not None:
        inside, more = float(table["inside"][said]), float(table["inside"][best])
        how = guesses.option(table[table.index == best].iloc[0], reading)
        suspicions.append(_suspicion("datum", said=said, inside=inside, best=best, more=more, option=how))
    kept = table[table["inside"] > 0]
    return [
        {str(key): value for key, value in row.items()} for row in kept.reset_index().astype(object).to_dict("records")
    ]


# ---------------------------------------------------------------- tables


def _table(
    place: containers.Place, path: Path, district: gpd.GeoDataFrame | None, reading: Reading
) -> tuple[Look, uses.Use | None]:
    suspicions = []
    try:
        frame = read.read(place.file, sheet=place.layer, reading=reading)
    except UncertainEncodingError as asked:
        # What is to be settled is said, and the rest is shown as one of the encodings reads it.
        shown = str(asked.facts["example"])
        suspicions.append(_suspicion("encoding", error=asked.phrase(), shown=shown))
        frame = read.read(place.file, sheet=place.layer, reading=replace(reading, encoding=shown))
    except TableError as error:
        if len(containers.places(path)) == 1:
            raise
        # A sheet of notes beside the table is no reason to show nothing of the table.
        none: Look = {"name": place.name, "count": 0, "notes": [], "columns": []}
        return none | {"suspicions": [_suspicion("no_table", error=error.phrase())]}, None
    if gone := personal.columns(frame):
        suspicions.append(_suspicion("personal", columns=series(gone)))
    for name in frame.columns:
        if frame[name].dtype != object and not pd.api.types.is_string_dtype(frame[name]):
            continue
        cut = next(
            (
                str(cell)
                for cell in dict.fromkeys(map(str, frame[name].dropna()))
                if "E+" in str(cell).upper() and cells.code(cell) is None
            ),
            None,
        )
        if cut is not None:
            suspicions.append(_suspicion("codes", column=name, cell=cut))
    where = containers.Spec(path, place.name if len(containers.places(path)) > 1 else None)
    notes = [*frame.attrs.get("notes", []), *_times(frame, suspicions, reading)]
    out: Look = {"name": place.name, "count": len(frame), "notes": notes, "columns": _columns(frame, reading)}
    try:
        placed = points.from_table(frame, reading=reading, district=district, where=path)
    except TableError as error:
        if not error.what.startswith("there are no coordinates"):
            suspicions.append(_suspicion("coordinates", error=error.phrase()))
        use = uses.use(frame, where, reading)
        account = {"ledger": _account(frame, str(where), use)}
        return _used(use) | out | account | {"suspicions": suspicions}, use
    use = uses.use(placed if placed.geom_type.isin(list(POLYGONS | LINES)).any() else frame, where, reading)
    out = _used(use) | out | {"ledger": _account(placed, str(where), use)}
    return out | _geometry(placed) | _doubts(placed[[placed.geometry.name]], use, district, suspicions, reading), use


# ---------------------------------------------------------------- rasters


def _raster(path: Path, name: str) -> Look:
    try:
        with rasterio.open(path, driver="AAIGrid" if path.suffix.lower() == ".asc" else "GTiff") as file:
            step = max(1, int(np.sqrt(file.width * file.height / PIXELS)))
            shape = (max(1, file.height // step), max(1, file.width // step))
            values = file.read(1, masked=True, out_shape=shape).astype(float).filled(np.nan)
            out: Look = {
                "bands": file.count,
                "columns": file.width,
                "rows": file.height,
                "pixel": [abs(file.transform.a), abs(file.transform.e)],
                "crs": _crs(CRS.from_wkt(file.crs.to_wkt()) if file.crs else None),
                "bounds": [float(value) for value in file.bounds],
                "nodata": None if file.nodata is None else float(file.nodata),
                "type": str(file.dtypes[0]),
                "scale": float(file.scales[0]),
                "offset": float(file.offsets[0]),
                "sampled_every": step,
            }
            worded, logs = _worded(file, path), logarithms.words(file, 1, path)
            crs = file.crs.to_wkt() if file.crs else None
            first, across, down = (file.transform[at : at + 6 : 3] for at in (2, 0, 1))  # c and f, a and d, b and e
            corners = np.add(first, [(0, 0), np.multiply(across, file.width), np.multiply(down, file.height)])
    except RasterioError as error:
        raise SourceError("cannot be read as a raster: {error}", where=path, mend="get it again", error=error) from None
    if crs is not None and not CRS.from_wkt(crs).is_engineering:  # a city's own grid lies nowhere on the globe
        out["bounds_lonlat"] = [
            round(float(value), 6) for value in transform_bounds(crs, LONLAT.to_wkt(), *out["bounds"])
        ]
    suspicions = []
    if out["crs"] is None:
        suspicions.append(_suspicion("no_crs", looks=checks.looks_like(out["bounds"])))
    if found := no_data.sentinel(values, np.dtype(str(out["type"]))):
        suspicions.append(_suspicion("sentinel", value=no_data.shown(found[0]), count=found[1], name=name))
    suspicions += worded
    values = values * out["scale"] + out["offset"]
    finite = values[np.isfinite(values)]
    if np.isinf(values).any():
        suspicions.append(_suspicion("infinite", count=int(np.isinf(values).sum())))
    suspicions += _too_low(values, logs, name)
    if crs is not None:
        out["sketch"] = "\n" + _drawn_pixels(values, corners, crs)
    if len(finite):
        out |= {"least": float(finite.min()), "most": float(finite.max()), "valid": len(finite)}
        if step == 1:
            out["sum"] = float(finite.sum())
    return out | {"suspicions": suspicions}


def _too_low(values: NDArray[np.float64], logs: str | None, name: str) -> list[dict[str, str]]:
    """Return that values are those of logarithms, where words say so too, else that some are below zero."""
    if logs is not None and logarithms.looks(values):
        return [_suspicion("logarithms", words=logs, name=name)]
    below = values[values < 0]
    return [_suspicion("negative", count=len(below), low=no_data.shown(below.min()), name=name)] if len(below) else []


def _drawn_pixels(values: NDArray[np.float64], corners: NDArray[np.float64], crs: str) -> str:
    """Return a small map of a raster: its frame, and the pixels that hold more than the mean of those above nothing.

    Parameters
    ----------
    values
        Shape (rows, columns).
    corners
        The first one of the first row, the last one of it, and the first one of the last row. Shape (3, 2).
    crs
        Its CRS as WKT.
    """
    above = values[np.isfinite(values) & (values > 0)]
    row, column = np.nonzero(values >= (above.mean() if len(above) else np.inf))
    across, down = corners[1] - corners[0], corners[2] - corners[0]
    frame = shapely.LineString(corners[0] + np.array([0 * across, across, across + down, down, 0 * across]))
    rows, columns = values.shape
    east, south = (column[:, None] + 0.5) / columns, (row[:, None] + 0.5) / rows
    dense = shapely.multipoints(corners[0] + east * across + south * down)
    return sketch(gpd.GeoSeries(np.array([frame, dense], dtype=object), crs=CRS.from_wkt(crs)))


def _worded(file: Any, path: Path) -> list[dict[str, str]]:  # noqa: ANN401 - rasterio's datasets
    """Return what the words of a raster, its name among them, say against its values being all people."""
    part, density = rasters.says_part(path), rasters.says_density(file, 1, path)
    said = [_suspicion("part", part=part)] if part else []
    return [*said, _suspicion("density", words=density)] if density else said


# ---------------------------------------------------------------- OpenStreetMap


def _osm(path: Path) -> Look:
    held, header = osm.contents(path), osm.header(path)
    box = header.box()
    out: Look = {
        "nodes": held.letters["n"],
        "ways": held.letters["w"],
        "relations": held.letters["r"],
        "tagged": {key: held.keys[key] for key in osm.KEYS if held.keys[key]},
        "generator": header.get("generator"),
        "snapshot": header.get("osmosis_replication_timestamp"),
        "bounds": [box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat]
        if box.valid()
        else None,
        "crs": _crs(LONLAT),
    }
    if out["bounds"] is not None:
        out["bounds_lonlat"] = out["bounds"]
    if held.lines:
        out["sketch"] = "\n" + sketch(gpd.GeoSeries(list(held.lines), crs=LONLAT))
    # Ways through nodes that are marked as deleted lack them for that reason, and not because the file was cut.
    if through := held.left_out[THROUGH_DELETED]:
        return out | {"suspicions": [_suspicion("deleted", count=through)]}
    return out | {"suspicions": [_suspicion("clipped", count=held.clipped)] if held.clipped else []}
