"""Parks: lawns, paths that lead to the streets, groves, and one lake with an island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import shapely.affinity
from shapely.geometry import LineString, Point, Polygon, box

from gridkit.synthetic import names, shapes, streets
from gridkit.synthetic.features import Feature

if TYPE_CHECKING:
    import numpy as np

    from gridkit.synthetic.plots import Site

GROVES, LEAST_GROVE_M2 = 6, 200.0


def park(site: Site) -> list[Feature]:
    """Return a park with a round walk and paths to the streets around."""
    name = site.stems.draw() + names.Name("公园", "Park")
    round_walk = shapes.inset(site.plot.buffer(-30.0).buffer(8.0), 0.0, tolerance=1.0)
    features = [Feature(site.plot, {"leisure": "park", **name.tags()})]
    if round_walk.is_empty:
        return features
    ring = LineString(round_walk.exterior.coords)
    features.append(Feature(ring, {"highway": "footway", "surface": "paving_stones"}))
    features.extend(entries(ring, site))
    features.extend(groves(round_walk, site.rng))
    toilet = shapes.beside(ring, ring.length * 0.37, 5.0)
    features.append(Feature(toilet, {"amenity": "toilets", "wheelchair": "yes"}))
    return features


def entries(ring: LineString, site: Site) -> list[Feature]:
    """Return up to four paths from the round walk to a street."""
    middle = shapes.xy(Polygon(ring).centroid)
    paths = []
    for share in (0.06, 0.31, 0.56, 0.81):
        start = shapes.xy(ring.interpolate(share, normalized=True))
        street = site.streets.reach(start, shapes.beyond(middle, start, 1.0))
        if street is not None:
            paths.append(Feature(LineString([start, street]), {"highway": "footway", "surface": "paving_stones"}))
    return paths


def groves(ground: Polygon, rng: np.random.Generator) -> list[Feature]:
    """Return a few groves of trees."""
    west, bottom, east, top = ground.bounds
    made: list[Polygon] = []
    for _ in range(GROVES):
        spot = Point(rng.uniform(west, east), rng.uniform(bottom, top))
        wood = spot.buffer(float(rng.uniform(14, 26)), quad_segs=3)
        grove = shapes.largest(shapely.intersection(wood, ground.buffer(-6.0)))
        if grove.area > LEAST_GROVE_M2 and all(not grove.intersects(other) for other in made):
            made.append(grove)
    return [Feature(grove, {"natural": "wood"}) for grove in made]


def lake_park(site: Site) -> list[Feature]:
    """Return a park around a lake with an island and a tea house on it."""
    name = site.stems.draw()
    shore = shapes.largest(shapes.largest(site.plot.buffer(-52.0)).buffer(20.0).simplify(3.0))
    middle = shore.representative_point()
    island = shapely.affinity.scale(middle.buffer(24.0, quad_segs=4), 1.5, 0.8)
    walk = shapes.inset(shore, -9.0, tolerance=1.5)
    inner_walk = LineString(walk.exterior.coords)
    outer_walk = LineString(shapes.inset(site.plot, 12.0, tolerance=0.5).exterior.coords)
    links = [inner_walk.interpolate(share, normalized=True) for share in (0.1, 0.4, 0.7)]
    landing = LineString(shore.exterior.coords).interpolate(shore.exterior.project(Point(middle.x, middle.y + 500.0)))
    paved = {"highway": "footway", "surface": "paving_stones"}
    tea_house = box(middle.x - 30, middle.y - 7, middle.x - 14, middle.y + 5)
    lawn = shapes.largest(shapely.difference(site.plot.buffer(-8.0), walk.buffer(8.0)))
    return [
        Feature(site.plot, {"leisure": "park", **(name + names.Name("湖公园", "Lake Park")).tags()}),
        Feature(
            shapes.largest(shapely.difference(shore, island)),
            {"natural": "water", "water": "lake", **(name + names.Name("湖", "Lake")).tags()},
        ),
        Feature(inner_walk, paved),
        Feature(outer_walk, paved),
        *(Feature(shapely.shortest_line(link, outer_walk), paved) for link in links),
        Feature(shapely.shortest_line(landing, inner_walk), paved),
        Feature(LineString([landing, middle]), paved | streets.BRIDGE, 1),
        Feature(tea_house, {"building": "yes", "amenity": "cafe"}),
        Feature(Point(inner_walk.coords[3]), {"amenity": "toilets"}),
        *entries(outer_walk, site),
        *groves(lawn, site.rng),
    ]
