"""Base maps from the network: which a page may ask for, from which hosts, and what its script needs of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

import folium

from gridkit.errors import UsageError
from gridkit.sources.coordinates.datums import gcj02_from_wgs84

WEB = ("http", "https")
"""The only kinds of address that a page may load pictures from."""


@dataclass(frozen=True)
class Tiles:
    """A base map from the network, for a page that may ask for one.

    Attributes
    ----------
    url
        With ``{x}``, ``{y}``, ``{z}``, maybe ``{s}``, and ``{key}`` where the service wants one.
    attribution
        What the service wants to be said.
    subdomains
        The values of ``{s}``, one letter each.
    key
        Written into the page when it is given; else the page asks its reader for one and forgets it.
    gcj02
        The tiles are drawn in GCJ-02, as those of Chinese map services are, and are moved to where they belong.
    deepest
        The deepest zoom that the service has.
    """

    url: str
    attribution: str
    subdomains: str = "abc"
    key: str = ""
    gcj02: bool = False
    deepest: int = 18

    def __post_init__(self) -> None:
        """Refuse an address that is not one of the web: a page runs what a javascript: address holds."""
        address = urlsplit(self.url.strip())
        if address.scheme.lower() not in WEB or not address.netloc:
            raise UsageError(
                "tiles come from an http or https address, not from {url!r}",
                where="--tiles",
                mend="write an address that begins with https://",
                url=self.url,
            )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that the page may load pictures from."""
        return (_host(self.url),)


TIANDITU = Tiles(
    "https://t{s}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default"
    "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}",
    "天地图",
    subdomains="01234567",
)
"""The national service, drawn in CGCS2000; it wants a key of the reader's own."""


def told(tiles: Tiles, bounds: list[float]) -> dict[str, Any]:
    """Return what the page needs of its tiles: the key only when it was given, the datum as a shift in degrees."""
    west, south, east, north = bounds
    middle = ((west + east) / 2, (south + north) / 2)
    there = [float(each) for each in gcj02_from_wgs84(*middle)] if tiles.gcj02 else middle
    return {
        "url": tiles.url.replace("{key}", tiles.key) if tiles.key else tiles.url,
        "attribution": escape(tiles.attribution),
        "subdomains": tiles.subdomains,
        "maxNativeZoom": tiles.deepest,
        "shift": [round(there[0] - middle[0], 6), round(there[1] - middle[1], 6)],
    }


def hosts_of(element: Any) -> list[str]:  # noqa: ANN401 - any folium element
    """Return the hosts of tiles that a user's own element loads, as the page's policy names them."""
    inner = [host for child in element._children.values() for host in hosts_of(child)]  # noqa: SLF001 - branca keeps them so
    if not isinstance(element, folium.TileLayer):
        return inner
    return [_host(element.tiles), *inner]


def _host(url: str) -> str:
    """Return the source that a policy names for tiles; a host that turns (``t{s}.a.org``) becomes ``*.a.org``."""
    address = urlsplit(url)
    return f"{address.scheme}://{re.sub(r'^[^.]*{s}[^.]*', '*', address.netloc)}"
