"""GDAL without the drivers that follow links: set before its first import, so that a file is data and nothing else."""

from __future__ import annotations

import os

SKIPPED_RASTERS = ("VRT", "WMS", "WCS", "WMTS", "STACIT", "STACTA", "PLMosaic", "EEDAI", "DAAS")
SKIPPED_VECTORS = (
    "OGR_VRT", "WFS", "OAPIF", "OGCAPI", "CSW", "HTTP", "NGW", "Carto", "AmigoCloud", "Elasticsearch", "PLSCENES",
    "EEDA", "GPSBabel", "ADBC", "GDALG",
)  # fmt: skip
"""Drivers that open other files, call servers or run programs on behalf of the file they are given."""

SETTINGS: dict[str, str] = {
    "GDAL_SKIP": ",".join(SKIPPED_RASTERS),
    "OGR_SKIP": ",".join(SKIPPED_VECTORS),
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{noext}.none",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
}
"""What GDAL and PROJ read from the environment when they are first imported."""


def harden() -> None:
    """Set the environment so that GDAL, once imported, opens no links and asks no server.

    What the user has set in the environment already stays: it is his machine. A GDAL that is imported already keeps the
    drivers it has; :func:`gridkit.sources.files.kind.kind` refuses links by their first bytes all the same.
    """
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
