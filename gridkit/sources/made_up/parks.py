"""Parks: lawns, paths that lead to the streets, groves, and one lake with an island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry import LineString, Point, Polygon

from gridkit.sources.made_up import names, plots
from gridkit.sources.made_up.features import Feature

if TYPE_CHECKING:
    from gridkit.sources.made_up.plots import Site


def park(site: Site) -> list[Feature]:
    """Return a park with a round walk and paths to the streets around."""
    name = site.stems.draw() + names.Name("公园", "Park")
    round_walk = plots.largest(site.plot.buffer(-22.0))
    features = [Feature(site.plot, {"leisure": "park", **name.tags()})]
    if round_walk.is_empty:
        return features
    ring = LineString(round_walk.simplify(1.0).exterior.coords)
    features.append(Feature(ring, {"highway": "footway", "surface": "paving_stones"}))
    features.extend(entries(ring, site))
    features.extend(groves(round_walk, site.rng))
    toilet = round_walk.exterior.interpolate(0.37, normalized=True).buffer(9.0).centroid
    features.append(Feature(Point(toilet.x + 6.0, toilet.y), {"amenity": "toilets", "wheelchair": "yes"}))
    return features


def entries(ring: LineString, site: Site) -> list[Feature]:
    """Return up to four paths from the round walk to a street."""
    paths = []
    middle = Polygon(ring).centroid
    for share in (0.06, 0.31, 0.56, 0.81):
        start = ring.interpolate(share, normalized=True)
        heading = np.subtract(start.coords[0], middle.coords[0])
        edge = np.add(start.coords[0], heading / np.hypot(*heading) * 1.0)
        way_out = site.streets.reach(start.coords[0], (float(edge[0]), float(edge[1])))
        if way_out is not None:
            paths.append(Feature(way_out, {"highway": "footway", "surface": "paving_stones"}))
    return paths


def groves(ground: Polygon, rng: np.random.Generator) -> list[Feature]:
    """Return a few groves of trees."""
    west, bottom, east, top = ground.bounds
    made = []
    for _ in range(5):
        spot = Point(rng.uniform(west, east), rng.uniform(bottom, top))
        grove = plots.largest(
            shapely.intersection(spot.buffer(float(rng.uniform(14, 26)), quad_segs=3), ground.buffer(-6))
        )
        if grove.area > 200 and all(not grove.intersects(other.geometry) for other in made):
            made.append(Feature(grove, {"natural": "wood"}))
    return made


def lake_park(site: Site) -> list[Feature]:
    """Return a park around a lake with an island and a tea house on it."""
    name = site.stems.draw()
    shore = plots.largest(site.plot.buffer(-52.0)).buffer(20.0).simplify(3.0)
    middle = shore.representative_point()
    island = shapely.affinity.scale(middle.buffer(24.0, quad_segs=4), 1.5, 0.8)
    lake = Polygon(shore.exterior.coords, [island.exterior.coords])
    inner_walk = LineString(plots.largest(shore.buffer(9.0).simplify(1.5)).exterior.coords)
    causeway = LineString([middle, inner_walk.interpolate(inner_walk.project(Point(middle.x, middle.y + 500.0)))])
    features = [
        Feature(site.plot, {"leisure": "park", **(name + names.Name("湖公园", "Lake Park")).tags()}),
        Feature(lake, {"natural": "water", "water": "lake", **(name + names.Name("湖", "Lake")).tags()}),
        Feature(inner_walk, {"highway": "footway", "surface": "paving_stones"}),
        Feature(causeway, {"highway": "footway", "bridge": "yes", "layer": "1"}, 1),
        Feature(
            plots.rectangle(middle.x - 30, middle.y - 7, middle.x - 14, middle.y + 5),
            {"building": "yes", "amenity": "cafe"},
        ),
        Feature(Point(inner_walk.coords[3]), {"amenity": "toilets"}),
    ]
    return features + entries(inner_walk, site)
