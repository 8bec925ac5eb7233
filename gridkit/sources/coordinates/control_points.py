"""Local city systems tied to a known CRS by control points: an affine fit, its residuals printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from gridkit.crs import LONLAT, is_metric, named
from gridkit.errors import TableError
from gridkit.language.phrases import series, template
from gridkit.sources.tables import names, quantities
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST = 3
"""Control points that an affine fit takes; a fourth is the first that checks it."""

_FLAT = 1e-9


@dataclass(frozen=True)
class Tie:
    """The way from a local system to a metric CRS, and how well its control points agree with it.

    Attributes
    ----------
    matrix
        Shape (2, 3): ``east, north = matrix @ (x, y, 1)``.
    crs
        The metric CRS it leads to.
    residuals_m
        How far each control point comes out from where it should, in metres.
    """

    matrix: NDArray[np.float64]
    crs: CRS
    residuals_m: pd.Series

    @property
    def rms_m(self) -> float:
        """Return the root mean square of the residuals, in metres."""
        return float(np.sqrt((self.residuals_m**2).mean()))

    @property
    def scale(self) -> float:
        """Return how much longer a metre of the local system comes out; far from 1 is a wrong point or a wrong unit."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    def placed(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a frame of local coordinates in the known CRS; whatever CRS it names is not believed."""
        moved = shapely.transform(shapely.force_2d(frame.geometry.to_numpy()), self._moved)
        return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=self.crs))

    def _moved(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(at @ self.matrix[:, :2].T + self.matrix[:, 2])


def is_table(crs: object) -> bool:
    """Return whether what was given for a CRS is a table of control points."""
    return isinstance(crs, str | Path) and Path(crs).suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")


def fit(local: ArrayLike, known: ArrayLike, crs: CRS, *, names: list[str] | None = None, where: object = "") -> Tie:
    """Return the affine map that takes local points nearest to where they are known to be (least squares).

    Parameters
    ----------
    local, known
        Coordinates of the same points, shape (n, 2), n at least 3: in the local system, and in ``crs`` (metres).
    names
        Of the points, for the residuals.

    Raises
    ------
    TableError
        When there are too few points, or they lie on one line.

    Examples
    --------
    >>> tie = fit([[0, 0], [100, 0], [0, 100]], [[500, 900], [600, 900], [500, 1000]], CRS(4549))
    >>> tie.matrix.round(6).tolist()[1], round(tie.rms_m, 6)
    ([0.0, 1.0, 900.0], 0.0)
    """
    here, there = (np.asarray(each, dtype=float).reshape(-1, 2) for each in (local, known))
    if len(here) < LEAST:
        raise TableError(
            template("{count} control point is too few", "{count} control points are too few"),
            where=where,
            mend="give 4 or more",
            count=len(here),
        )
    middle, goal = here.mean(axis=0), there.mean(axis=0)
    near, far = here - middle, there - goal
    if np.linalg.svd(near, compute_uv=False)[-1] <= _FLAT * max(1.0, float(np.abs(near).max())):
        raise TableError("the control points lie on one line", where=where, mend="add one beside it")
    linear, *_ = np.linalg.lstsq(near, far, rcond=None)
    matrix = np.column_stack([linear.T, goal - linear.T @ middle])
    off = np.hypot(*(far - near @ linear).T)
    labels = names or [str(at + 1) for at in range(len(here))]
    return Tie(matrix, crs, pd.Series(off, index=pd.Index(labels, name="control_point"), name="residual_m"))


def read(path: str | Path, *, crs: CRS | str | None = None) -> Tie:
    """Return the tie that a table of control points gives: ``x``, ``y`` (local) and ``lon``, ``lat`` (WGS 84).

    Parameters
    ----------
    path
        A CSV or Excel file with one control point a row.
    crs
        The metric CRS to lead to; the UTM zone of the points when None.
    """
    frame = tables.read(path)
    found = {role: names.column_for(frame, names.COORDINATES[role]) for role in ("x", "y", "lon", "lat")}
    missing = [role for role, name in found.items() if name is None]
    if missing:
        raise TableError(
            "control points need x, y, lon and lat; there is no {missing}", where=path, missing=series(missing)
        )
    values = {
        role: quantities.read(frame[name], where=path).to_numpy() for role, name in found.items() if name is not None
    }
    target = named(crs) if crs is not None else _utm(values["lon"], values["lat"])
    if not is_metric(target):
        raise TableError("the CRS {crs} is not in metres", where=path, crs=target.name)
    known = Transformer.from_crs(LONLAT, target, always_xy=True).transform(values["lon"], values["lat"])
    return fit(np.column_stack([values["x"], values["y"]]), np.column_stack(known), target, where=path)


def _utm(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> CRS:
    return gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=LONLAT).estimate_utm_crs()
