"""Centralisation among bodies, by hand."""

from __future__ import annotations

import pandas as pd

from gridkit.measure.participation.bodies import centralisation


def ties(*pairs):
    return pd.DataFrame(pairs, columns=["one", "other"])


def test_a_star_is_wholly_centralised_and_falls_apart_without_its_core():
    star = ties(("office", "a"), ("office", "b"), ("c", "office"), ("office", "c"))
    found, left = centralisation(star), centralisation(star, without=["office"])
    assert (found["bodies"], found["ties"], found["above"], found["below"]) == (4, 3, 6, 6)
    assert (found["cores"], found["alone"]) == (1, 0)
    assert (left["bodies"], left["ties"], left["above"], left["alone"]) == (3, 0, 0, 3)


def test_a_ring_and_a_whole_are_not_centralised():
    ring = centralisation(ties(("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")))
    whole = centralisation(ties(("a", "b"), ("b", "c"), ("c", "a")))
    assert ring["above"] == whole["above"] == 0
    assert (whole["ties"], whole["possible"]) == (3, 3)


def test_of_two_bodies_nothing_is_told():
    found = centralisation(ties(("a", "b"), ("a", "a")))
    assert found["above"] is None
    assert found["below"] is None
    assert found["cores"] is None
