"""The rules by which lines cut a district into units, each a documented default that a planner may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rules:
    """What cuts, what is too thin or too small to stand alone, and what joins.

    Attributes
    ----------
    least_road
        The least road class of :data:`gridkit.tables.FEATURES` that cuts; ``"service"`` or ``"path"`` cut finer.
    walls
        Kinds of wall that cut (OSM's barrier values).
    sliver_m
        A face of the street network with a mean width (2 x area / perimeter) up to this is street area, not a block:
        parallel footways, doubled lines, the space between tracks. Metres.
    median_m
        The same for a face between the carriageways of one road, which may lie further apart. Metres.
    verge_m
        The same for a face between the walls of compounds and the street: it goes to the compounds behind it. Metres.
    strip_m, strip_long_m
        A face up to this wide and at least this long is a strip: where no building stands on it, it goes to the blocks
        beside it as a median or a verge does. Metres.
    interchange_m2
        A face among slip roads and motorways up to this where no building stands is part of the interchange. Square
        metres.
    roundabout_m2
        A face inside a roundabout up to this is street area. Square metres.
    corner_m2
        A face cut off by a slip road up to this is part of the block at the corner. Square metres.
    least_m2
        A smaller block joins the neighbour with the longest ordinary border. Square metres.
    water
        ``"wide"``: the sea and lakes wider than ``stream_m`` are units of kind water, where nobody lives; narrower ones
        are shared out to their banks, so that borders follow the middle of a stream, and so are wide rivers, whose area
        does not count; ``"part"``: all are shared out; ``"unit"``: all are units.
    stream_m
        Water of a mean width (2 x area / outline) up to this is narrow. Metres.
    least_water_m2
        A smaller water area is part of the block it lies in. Square metres.
    parks
        ``"label"``: a block mostly under green is of kind park; ``"cut"``: the outlines of green areas cut as well.
    least_park_m2
        With ``parks="cut"``, a smaller green area does not cut. Square metres.
    compound_m2
        A larger compound is a quarter, not something to be kept whole. Square metres.
    fill
        Blocks (not compounds) with more people than this share of what a grid may hold are divided, so that grids can
        be filled evenly; 1 divides only what no grid could hold. Dimensionless.
    straight
        Ground where nothing is to be seen is cut by straight lines only where it holds more people than this share of
        what a grid may hold; less than that where all grids must hold nearly as many. Dimensionless.
    closed
        Features that a border follows without joining its two sides, unless a road crosses.
    joint_m
        Two units are joined by an ordinary border of at least this, or by a way that leads over. Metres.
    islands
        ``"join"``: parts of one parent that nothing joins are linked by their shortest gap, of which it is said that
        it is one; ``"apart"``: they stay so.
    footbridges
        A way for walkers alone joins what a closed feature separates.
    gap_m
        A line that ends this near to another one without meeting it is led on to it. Metres.
    gate_m
        A wall that ends is led across a gap up to this wide to the other side of its gate, so that it encloses what it
        was built around: two lanes of 3.5 m, a footway on either side and the posts. Metres.
    """

    least_road: str = "street"
    walls: tuple[str, ...] = ("wall", "city_wall")
    sliver_m: float = 10.0
    median_m: float = 26.0
    verge_m: float = 24.0
    strip_m: float = 60.0
    strip_long_m: float = 300.0
    interchange_m2: float = 100_000.0
    roundabout_m2: float = 5_000.0
    corner_m2: float = 3_000.0
    least_m2: float = 1_000.0
    water: Literal["wide", "part", "unit"] = "wide"
    stream_m: float = 40.0
    least_water_m2: float = 2_000.0
    parks: Literal["label", "cut"] = "label"
    least_park_m2: float = 20_000.0
    compound_m2: float = 250_000.0
    fill: float = 0.45
    straight: float = 0.45
    closed: tuple[str, ...] = ("motorway", "rail", "canal", "river")
    joint_m: float = 20.0
    islands: Literal["join", "apart"] = "join"
    footbridges: bool = True
    gap_m: float = 1.0
    gate_m: float = 12.0
