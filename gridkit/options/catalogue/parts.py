"""What the parts alone take: blocks, people, borders, labels, coverage, hot spots, compactness."""

from __future__ import annotations

from gridkit.options.declaration import Option

OPTIONS: tuple[Option, ...] = (
    Option("area", "handed", ..., "The area: any polygons; they are dissolved.", "", ("blocks",), place="python"),
    Option(
        "polygons",
        "handed",
        ...,
        "Any polygons, in any CRS, on any index.",
        "",
        ("people", "borders", "labels", "hot-spots", "compactness"),
        place="python",
        more="A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one, whatever its columns are.",
    ),
    Option(
        "lines",
        "handed",
        ...,
        "The lines that cut: any lines, outlines of areas, or a graph of streets.",
        "",
        ("blocks",),
        place="python",
        more="All of them cut, but for tunnels, which separate nothing. A column ``kind`` or ``highway`` with classes "
        "of OpenStreetMap tells streets from slip roads and paths, and a column ``feature`` names rivers, railways or "
        "walls (:data:`gridkit.tables.FEATURES`).",
    ),
    Option(
        "source",
        "handed",
        ...,
        "Where people are: a raster, areas or points with a count.",
        "",
        ("people",),
        place="python",
        more="A path, (array, transform, crs), what rasterio or xarray opened, a GeoDataFrame, or a table with "
        "coordinates.",
    ),
    Option(
        "lines",
        "handed",
        None,
        "The lines that run along the borders, as of blocks.",
        "",
        ("borders",),
        place="python",
        more="See :func:`gridkit.blocks`. Borders are of the feature ``none`` without them.",
    ),
    Option("places", "handed", ..., "Where people start from: points, or areas.", "", ("coverage",), place="python"),
    Option("facilities", "handed", ..., "Where they go to: points, or areas.", "", ("coverage",), place="python"),
    Option(
        "network",
        "handed",
        None,
        "The streets: lines, or a graph of osmnx or networkx.",
        "",
        ("coverage",),
        place="python",
        more="Its classes of OpenStreetMap (``kind``, ``highway``) say which are walked or driven and how fast. "
        "They meet where they share a vertex, as OpenStreetMap's do; a bridge shares none with what it crosses. "
        "Where most share none, all that cross meet, but for bridges and tunnels (columns ``bridge``, ``tunnel``). "
        "Without it the way is straight, and 1.3 times as long as the crow flies.",
    ),
    Option(
        "counts",
        "values",
        ...,
        "The column of the polygons that counts incidents, or the counts themselves.",
        "",
        ("hot-spots",),
        place="python",
    ),
    Option(
        "base",
        "values",
        None,
        "What incidents may happen to (people, households): a column or values.",
        "",
        ("hot-spots",),
        place="python",
        more="Every polygon alike when not given.",
    ),
    Option("column", "text", None, "The column that counts people.", "", ("people",), more="Found by its usual names."),
    Option("parents", "text", None, "Column whose boundaries must not be crossed.", "", ("blocks", "labels")),
    Option(
        "by",
        "values",
        None,
        "What is balanced: a column of the polygons, or values.",
        "",
        ("labels",),
        more="Every polygon counts as 1 when not given.",
    ),
    Option(
        "profile",
        "text",
        "walk",
        "How one moves.",
        "",
        ("coverage",),
        among=("walk", "cycle", "drive"),
    ),
)
