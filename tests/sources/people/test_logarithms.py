"""Logarithms of people are never summed as people without a word: they are asked about, and both answers work."""

from __future__ import annotations

import re

import numpy as np
import pytest
import rasterio

from gridkit.errors import TableError
from gridkit.sources.files import inspect
from gridkit.sources.people import logarithms, population

PEOPLE = np.linspace(2.5, 60.0, 100).reshape(10, 10)


@pytest.mark.parametrize(
    ("name", "tags", "values", "base"),
    [
        ("log_population", {}, np.log(PEOPLE), "e"),
        ("xyz_ln_2030", {}, np.log(PEOPLE), "e"),
        ("people_2030", {"long_name": "log10 of people"}, np.log10(PEOPLE), "10"),
        ("cityLog2Pop", {}, np.log2(PEOPLE), "2"),
        ("人口对数", {}, np.log1p(PEOPLE), "1p"),
    ],
)
def test_logarithms_are_asked_about_and_both_answers_work(raster, square, name, tags, values, base):
    path = raster(values, f"{name}.tif", dtype="float64")
    with rasterio.open(path, "r+") as file:
        file.update_tags(**tags)
    with pytest.raises(TableError, match="those of logarithms") as asked:
        population.read(path, square)
    assert re.search(r"log=e \(or 10, 2, 1p\).*log=none", str(asked.value))
    assert [each["code"] for each in inspect.look(path)["raster"]["suspicions"]] == ["logarithms"]
    people, notes = population.read(f"{path}:log={base}", square)
    assert np.nansum(people.values) == pytest.approx(PEOPLE.sum())
    assert any(f"logarithms ({base})" in str(note) for note in notes)
    if values.min() >= 0:
        people, _ = population.read(f"{path}:1:log=none", square)
        assert np.nansum(people.values) == pytest.approx(values.sum())


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log_population", PEOPLE),
        ("log_population", np.round(PEOPLE / 10)),
        ("catalogue", PEOPLE / 10),
        ("logan", PEOPLE / 10),
        ("people", PEOPLE / 10),
    ],
)
def test_counts_are_not_taken_for_logarithms(raster, square, name, values):
    path = raster(values, f"{name}.tif", dtype="float64")
    people, _ = population.read(path, square)
    assert np.nansum(people.values) == pytest.approx(values.sum())
    assert not inspect.look(path)["raster"]["suspicions"]


def test_a_base_that_is_none_is_refused_as_any_other_word(raster, square):
    assert logarithms.base("log=7") is None
    with pytest.raises(TableError, match="there are 1 bands"):
        population.read(f"{raster(PEOPLE)}:log=7", square)
