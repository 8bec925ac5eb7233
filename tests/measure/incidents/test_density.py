"""Densities add up to what happened."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from lattices import lattice

from gridkit.measure.access.network import build
from gridkit.measure.access.reach import Stops, snap
from gridkit.measure.incidents.density import on_network, on_plane


def test_the_density_on_the_plane_adds_up_to_the_incidents(rng):
    at = np.stack(np.meshgrid(np.arange(-300.0, 1300, 10), np.arange(-300.0, 1300, 10)), axis=-1).reshape(-1, 2)
    density = on_plane(rng.random((7, 2)) * 1000, at, 250.0)
    assert density.sum() * 100 / 1e6 == pytest.approx(7, rel=1e-3)


def test_the_density_along_streets_adds_up_where_no_street_ends():
    # A ring of streets: nothing is lost at dead ends.
    network = build(lattice(6))
    middle = snap(network, shapely.points([(230, 200), (250, 300)]))
    pieces = on_network(network, middle, 150.0, step=2.0)
    assert (pieces["per_km"] * pieces.length / 1000).sum() == pytest.approx(2, rel=2e-3)
    assert pieces.length.sum() == pytest.approx(network.length.sum())


def test_the_density_along_streets_adds_up_at_dead_ends_and_on_short_pieces(cross, rng):
    network = build(cross.iloc[:2])  # four dead ends
    spots = snap(network, shapely.points(rng.random((141, 2)) * 200))
    for bandwidth in (150.0, 30.0, 1.0):
        pieces = on_network(network, spots, bandwidth)
        assert (pieces["per_km"] * pieces.length / 1000).sum() == pytest.approx(141)


def test_the_density_on_a_coarse_lattice_gives_every_incident_one(rng):
    at = np.stack(np.meshgrid(np.arange(50.0, 1000, 100), np.arange(50.0, 1000, 100)), axis=-1).reshape(-1, 2)
    for bandwidth in (200.0, 20.0):
        density = on_plane(rng.random((30, 2)) * 1000, at, bandwidth, cell_m=100.0)
        assert density.sum() / 100 == pytest.approx(30)


def test_a_junction_splits_what_passes_it(cross):
    network = build(cross.iloc[:2])
    pieces = on_network(network, Stops(*(snap(network, shapely.points([(90, 100)])).__dict__.values())), 50.0, step=5.0)
    behind = pieces[pieces.intersects(shapely.Point(97, 100))]["per_km"].iloc[0]
    ahead = pieces[pieces.intersects(shapely.Point(103, 100))]["per_km"].iloc[0]
    aside = pieces[pieces.intersects(shapely.Point(100, 103))]["per_km"].iloc[0]
    assert ahead == pytest.approx(aside)
    assert behind / ahead == pytest.approx(3 * (1 - (7.5 / 50) ** 2) ** 2 / (1 - (12.5 / 50) ** 2) ** 2)
