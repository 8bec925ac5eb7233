"""The corpus: what offices bring, with the right values, made by code."""

from worlds import facilities, incidents, people, totals
from worlds.world import World, faults

WORLDS: tuple[World, ...] = (*totals.WORLDS, *people.WORLDS, *incidents.WORLDS, *facilities.WORLDS)

__all__ = ["WORLDS", "World", "faults"]
