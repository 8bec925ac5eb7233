"""The parts of national files that districts need, cut once and kept: a worker reads no more than its own.

Points and rows go to one district alone, the first that holds them; lines and areas to every district whose box, a
margin wider, they touch; pixels likewise, their values untouched. A table without places goes by a column that names
what the districts' own areas are named by. Files that tell no place go to every district whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import rasterio
import shapely
from pyproj import CRS
from rasterio import Affine
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from gridkit import atomic
from gridkit.crs import LONLAT
from gridkit.database.address import names_database
from gridkit.dispatch import extract
from gridkit.errors import GridkitError
from gridkit.inputs import READ, files
from gridkit.language.phrases import Phrase
from gridkit.options.catalogue import options_of
from gridkit.project import LAID, SPELT
from gridkit.provenance import fingerprint
from gridkit.sources.coordinates import points
from gridkit.sources.files import databases, vectors
from gridkit.sources.files import kind as kinds
from gridkit.sources.reading import Reading
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gridkit.dispatch.districts import District

    Cut = tuple[dict[str, Path], dict[str, int]]

MARGIN_DEG = 0.01
"""How far beyond a district's box lines, areas and pixels are taken: about a kilometre, more than datums differ."""
PIXELS, HAIR = 2, 1e-6
_COUNTED = ("people", "households", "units", "offices", "dedicated", "old", "events")
"""Areas of these are a district's where they lie in it, not merely near it."""
_BRANCHES = (
    *("units", "osm", "people", "households", "totals", "lines", "offices", "dedicated", "old", "features"),
    "events",
)
_OSM, _RASTERS = ("pbf", "osm", "xml", "bz2", "gz"), ("tiff",)
_TABLES = ("text", "workbook", "xlsx", "xls", "ods")
_MOST_NAMED = 0.9
"""So many rows of a table must bear a district's name, before it is taken apart by them."""


@dataclass
class Parts:
    """The parts of a project's inputs for districts of one layer.

    Attributes
    ----------
    folder
        Where the parts go, a folder for each district.
    districts
        All of them: what is cut for one is cut for all in the same pass.
    counted
        Rows read of each file, and how many lie in a district.
    """

    folder: Path
    districts: Sequence[District]
    progress: Callable[[str, float | None], None]
    counted: dict[str, dict[str, int]] = field(default_factory=dict)
    _cut: dict[tuple[str, str], dict[str, Path]] = field(default_factory=dict)

    def of(self, district: District, held: Mapping[str, Any], beside: Path) -> dict[str, Any]:
        """Return what a project holds with its files replaced by their parts for one district.

        Parameters
        ----------
        beside
            The folder that its files are named from.
        """
        if district.rows is None:
            return dict(held)
        made = dict(held)
        for name in _BRANCHES:
            if name in made:
                made[name] = self._value(name, made[name], district, held, beside)
        for step in LAID:
            given = made.get(step)
            every = given if isinstance(given, list) else [given]
            if given:
                laid = [self._step(step, each, district, held, beside) for each in every]
                made[step] = laid if isinstance(given, list) else laid[0]
        return made

    def _step(self, step: str, given: Any, district: District, held: Mapping[str, Any], beside: Path) -> Any:  # noqa: ANN401 - TOML
        """Return the options of what is laid on a plan, with the parts of the files that they name."""
        if not isinstance(given, dict):
            return given
        own = {**{name: held[name] for name in ("crs", "encoding") if name in held}, **given}
        named = {each.name for each in options_of(SPELT.get(step, step)) if each.kind in READ}
        return {
            name: self._value(name, value, district, own, beside) if name in named else value
            for name, value in given.items()
        }

    def _value(self, name: str, value: Any, district: District, held: Mapping[str, Any], beside: Path) -> Any:  # noqa: ANN401 - TOML
        if isinstance(value, dict):
            return {key: self._value(key, each, district, held, beside) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(name, each, district, held, beside) for each in value]
        in_database = names_database(value)
        if not isinstance(value, str) or "{" in value or ("://" in value and not in_database):
            return value
        if in_database:
            return self._of_database(name, value, district)
        text = str(beside / value)
        file = next(files(text), None)
        if file is None or not file.is_file():
            return value
        rest = text[len(str(file)) :]
        if (text, name) not in self._cut:
            self._cut[text, name] = self._made(name, text, file, held)
        part = self._cut[text, name].get(district.id)
        return value if part is None else f"{part}{self._kept(rest, part, file)}"

    @staticmethod
    def _kept(rest: str, part: Path, file: Path) -> str:
        """Return what of ``:LAYER:COLUMN`` still names something in a part, which has one layer."""
        if part.suffix == file.suffix or not rest:
            return rest
        try:
            spec = vectors.parse(f"{file}{rest}")
        except GridkitError:
            return rest
        return f":{spec.column}" if spec.column else ""

    def _of_database(self, name: str, value: str, district: District) -> str:
        """Return the part of a table of a database, by its index; it has no digest, so that it is read for each run."""
        at = next(at for at, each in enumerate(self.districts) if each.id == district.id)
        frame, table, column = databases.window(value, self._boxes[at])
        if frame is None:
            return value
        frame = frame.loc[self._chosen(frame, at, counted=name in _COUNTED)]
        path = self._path(district, f"{name}-{atomic.slug(table)}", ".parquet")
        with atomic.replacing(path) as draft:
            frame.reset_index(drop=True).to_parquet(draft)
        return f"{path}:{column}" if column else str(path)

    # -------------------------------------------------------------- one file, for all districts
    def _made(self, name: str, text: str, file: Path, held: Mapping[str, Any]) -> dict[str, Path]:
        """Return the part of a file for each district; nothing where it tells no place."""
        stamp = {"source": fingerprint("", file).sha256, "as": text[len(str(file)) :], "areas": self._areas}
        target = f"{name}-{atomic.slug(file.stem)}"
        record = self.folder / f"{target}.json"
        if (known := _known(record, stamp, self.folder)) is not None:
            self.counted[file.name] = known[1]
            return known[0]
        self.progress(
            Phrase(
                "cutting {name} for {count} district",
                "",
                "cutting {name} for {count} districts",
                name=file.name,
                count=len(self.districts),
            ),
            None,
        )
        what, counted = kinds.kind(file), dict[str, int]()
        if what in _OSM:
            made = self._osm(file, target)
        elif what in _RASTERS:
            made = self._raster(file, target)
        else:
            made, counted = self._rows(name, text, target, held)
        self.counted[file.name] = counted
        self.folder.mkdir(parents=True, exist_ok=True)
        names = {key: path.relative_to(self.folder).as_posix() for key, path in made.items()}
        with atomic.replacing(record) as draft:
            draft.write_text(json.dumps({**stamp, "parts": names, "counted": counted}), encoding="utf-8")
        return made

    def _path(self, district: District, target: str, end: str) -> Path:
        path = self.folder / district.slug / f"{target}{end}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    @cached_property
    def _shapes(self) -> NDArray[np.object_]:
        shapes = np.array([each.shape for each in self.districts], dtype=object)
        shapely.prepare(shapes)
        return shapes

    @cached_property
    def _areas(self) -> str:
        """The digest of the districts themselves: other borders, other parts."""
        whole = hashlib.sha256("\n".join(each.id for each in self.districts).encode())
        for shape in shapely.to_wkb(self._shapes):
            whole.update(shape or b"")
        return whole.hexdigest()

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        return np.asarray(shapely.bounds(self._shapes) + np.array([-1, -1, 1, 1]) * MARGIN_DEG, dtype=float)

    # -------------------------------------------------------------- pixels
    def _raster(self, file: Path, target: str) -> dict[str, Path]:
        """Cut windows of pixels, their values, no-data and scale as they are."""
        made = {}
        with rasterio.open(file) as source:
            if source.crs is None:
                return {}
            whole = Window(0, 0, source.width, source.height)
            for each, bounds in zip(self.districts, self._boxes, strict=True):
                box = transform_bounds(LONLAT, source.crs, *bounds, densify_pts=21)
                window = _window(source.transform, box, whole)
                if window is None:
                    continue
                path = self._path(each, target, ".tif")
                profile = {
                    **{name: source.profile[name] for name in ("dtype", "count", "nodata", "crs")},
                    "driver": "GTiff",
                    "width": int(window.width),
                    "height": int(window.height),
                    "transform": _shifted(source.transform, window),
                    "compress": "deflate",
                }
                with atomic.replacing(path) as draft, rasterio.open(draft, "w", **profile) as part:
                    part.write(source.read(window=window))
                    part.scales, part.offsets, part.descriptions = source.scales, source.offsets, source.descriptions
                    part.update_tags(**source.tags())
                made[each.id] = path
        return made

    # -------------------------------------------------------------- rows
    def _rows(
        self, name: str, text: str, target: str, held: Mapping[str, Any]
    ) -> tuple[dict[str, Path], dict[str, int]]:
        spec = vectors.parse(text)
        if kinds.kind(spec.path) in _TABLES or spec.path.suffix.lower() in (".csv", ".xlsx"):
            return self._table(spec, target, held)
        info = pyogrio.read_info(spec.path, layer=spec.layer) if spec.path.suffix != ".parquet" else None
        if info is not None and info["crs"] is None:
            return {}, {}
        read = pq.read_metadata(spec.path).num_rows if info is None else int(info["features"])
        made, inside = {}, 0
        windowed = _by_window(spec)
        for at, (each, bounds) in enumerate(zip(self.districts, self._boxes, strict=True)):
            frame = windowed(tuple(bounds))
            if frame.crs is None:
                return {}, {}
            frame = frame.loc[self._chosen(frame, at, counted=name in _COUNTED)]
            inside += len(frame)
            path = self._path(each, target, ".parquet")
            with atomic.replacing(path) as draft:
                frame.reset_index(drop=True).to_parquet(draft)
            made[each.id] = path
        return made, {"read": read, "inside": inside}

    def _chosen(self, frame: gpd.GeoDataFrame, at: int, *, counted: bool) -> NDArray[np.bool_]:
        """Return which rows of a window are a district's: its own points, and lines and areas near it, or in it."""
        shapes = np.asarray(frame.geometry, dtype=object)
        dimensions = shapely.get_dimensions(shapes)
        near = ~shapely.is_missing(shapes)
        if counted:
            # What two share by an edge alone shares, reprojected, a hair's breadth of area; along a straight edge of
            # ten kilometres it is two metres, so that both are compared where they were drawn.
            shared = shapely.area(shapely.intersection(self._area(at, frame.crs), shapely.make_valid(shapes)))
            near &= (dimensions < 2) | (shared > HAIR * shapely.area(shapes))  # noqa: PLR2004 - areas
        flat = dimensions == 0
        if flat.any():
            shapes = np.asarray(frame.geometry.to_crs(LONLAT), dtype=object)
        return np.asarray(np.where(flat, self._owner(shapes, flat) == at, near), dtype=bool)

    def _area(self, at: int, crs: CRS | None) -> BaseGeometry:
        """Return a district in a CRS, from its own."""
        rows = self.districts[at].rows
        drawn = gpd.GeoSeries([self._shapes[at]], crs=LONLAT) if rows is None else rows.geometry
        return shapely.union_all(
            shapely.make_valid(np.asarray(drawn if crs is None else drawn.to_crs(crs), dtype=object))
        )

    def _owner(self, shapes: NDArray[np.object_], asked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the number of the first district that holds each shape; -1 where none does."""
        owner = np.full(len(shapes), len(self.districts), dtype=np.int64)
        there = np.flatnonzero(asked & ~shapely.is_missing(shapes))
        if len(there):
            row, which = self._tree.query(shapes[there], predicate="intersects")
            np.minimum.at(owner, there[row], which)
        return np.where(owner == len(self.districts), -1, owner)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)

    def _table(self, spec: vectors.Spec, target: str, held: Mapping[str, Any]) -> Cut:
        """Take a table apart by the places of its rows, else by the names of the districts' areas."""
        known = ("crs", "encoding", "decimal", "thousands", "degrees")
        reading = Reading(**{each: held[each] for each in known if held.get(each) is not None})
        datum = str(held.get("datum", ""))
        reading = replace(reading, datum=datum if datum and "=" not in datum else None, columns=held.get("columns", {}))
        frame = tables.read(spec.path, sheet=spec.layer, reading=reading)
        frame.attrs = {}
        if points.located(frame, reading):
            placed = points.from_table(frame, reading=reading, where=spec.path)
            shapes = np.asarray(placed.geometry.to_crs(LONLAT), dtype=object)
            owner = self._owner(shapes, np.ones(len(shapes), dtype=bool))
        else:
            named = self._named(frame)
            if named is None:
                return {}, {}
            owner = named
        made = {}
        for at, each in enumerate(self.districts):
            path = self._path(each, target, ".parquet")
            with atomic.replacing(path) as draft:
                frame.loc[owner == at].reset_index(drop=True).to_parquet(draft)
            made[each.id] = path
        return made, {"read": len(frame), "inside": int((owner >= 0).sum())}

    def _named(self, frame: pd.DataFrame) -> NDArray[np.int64] | None:
        """Return the district of each row by the column that names most areas; None where none names them."""
        names: dict[str, int] = {}
        for at, each in enumerate(self.districts):
            plain = pd.DataFrame() if each.rows is None else pd.DataFrame(each.rows).drop(columns="geometry")
            for column in plain.columns:
                for value in plain[column].dropna().astype(TEXT):
                    # A name that two districts share tells none of them.
                    names[str(value)] = at if names.get(str(value), at) == at else -1
        best: NDArray[np.int64] | None = None
        most = 0.0
        for column in frame.columns:
            owner: Any = frame[column].astype(TEXT).map(names).fillna(-1).to_numpy(dtype=np.int64, copy=True)
            share = float((owner >= 0).mean()) if len(owner) else 0.0
            if share > most:
                best, most = owner, share
        return best if most >= _MOST_NAMED else None

    # -------------------------------------------------------------- OpenStreetMap
    def _osm(self, file: Path, target: str) -> dict[str, Path]:
        """Split an extract for all districts in the same passes."""
        made = {each.id: self._path(each, target, ".osm.pbf") for each in self.districts}
        extract.split(file, self._boxes, list(made.values()))
        return made


def _by_window(spec: vectors.Spec) -> Callable[[tuple[float, ...]], gpd.GeoDataFrame]:
    """Return what gives the rows of a layer whose boxes touch one in degrees: by its index, or its covering of boxes.

    GeoParquet without a covering passes over nothing: it is read whole, once for all districts.
    """
    if spec.path.suffix == ".parquet":
        return _of_parquet(spec.path)
    crs = pyogrio.read_info(spec.path, layer=spec.layer)["crs"]

    def rows(bounds: tuple[float, ...]) -> gpd.GeoDataFrame:
        box = transform_bounds(LONLAT, crs, *bounds, densify_pts=21)
        frame: Any = pyogrio.read_dataframe(spec.path, layer=spec.layer, bbox=box)
        return gpd.GeoDataFrame(frame)

    return rows


def _of_parquet(path: Path) -> Callable[[tuple[float, ...]], gpd.GeoDataFrame]:
    said = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    main = said.get("columns", {}).get(said.get("primary_column", ""), {})
    crs = CRS.from_user_input(main["crs"]) if main.get("crs") else CRS.from_user_input(LONLAT)
    whole = None if "covering" in main else gpd.read_parquet(path)

    def rows(bounds: tuple[float, ...]) -> gpd.GeoDataFrame:
        west, south, east, north = transform_bounds(LONLAT, crs, *bounds, densify_pts=21)
        if whole is None:
            return gpd.read_parquet(path, bbox=(west, south, east, north))
        return whole.cx[west:east, south:north]

    return rows


def _window(transform: Affine, box: tuple[float, ...], whole: Window) -> Window | None:
    """Return the window of whole pixels over a box, a few wider, within the raster; None where it lies outside."""
    west, south, east, north = box
    lay = np.array([[transform.a, transform.b], [transform.d, transform.e]])
    corners = np.array([[west, south], [west, north], [east, south], [east, north]]) - [transform.c, transform.f]
    columns, rows = np.linalg.solve(lay, corners.T)
    left, top = (max(int(np.floor(each.min())) - PIXELS, 0) for each in (columns, rows))
    right = min(int(np.ceil(columns.max())) + PIXELS, int(whole.width))
    bottom = min(int(np.ceil(rows.max())) + PIXELS, int(whole.height))
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _shifted(transform: Affine, window: Window) -> Affine:
    """Return the transform of a window."""
    east = transform.a * window.col_off + transform.b * window.row_off + transform.c
    north = transform.d * window.col_off + transform.e * window.row_off + transform.f
    return Affine(transform.a, transform.b, east, transform.d, transform.e, north)


def _known(record: Path, stamp: Mapping[str, str], folder: Path) -> Cut | None:
    """Return parts that were cut before from the same file for the same districts."""
    try:
        held = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    parts = {name: folder / path for name, path in held.get("parts", {}).items()}
    same = all(held.get(name) == value for name, value in stamp.items()) and all(
        path.exists() for path in parts.values()
    )
    return (parts, held["counted"]) if same else None
