"""Of a file of places of all sorts a layer takes its own, where the kinds are those of OpenStreetMap's exports."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources import place_kinds

CLINICS = {"amenity": ("clinic", "doctors"), "healthcare": ("centre",)}
OSM = pd.DataFrame(
    {
        "osm_id": [1, 2, 3, 4],
        "amenity": ["clinic", "school", None, "doctors;pharmacy"],
        "healthcare": [None, None, "centre", None],
    }
)


@pytest.mark.parametrize(
    ("rows", "mine"),
    [
        (OSM, [True, False, True, True]),
        (pd.DataFrame({"osm_id": [1, 2], "fclass": ["doctors", "school"]}), [True, False]),
        (pd.DataFrame({"kind": ["amenity=clinic", "place=rink"]}), [True, False]),
        (pd.DataFrame({"name": ["A", "B"], "office": ["north", "south"]}), None),
        (pd.DataFrame({"kind": ["诊所", "卫生院"]}), None),
    ],
)
def test_the_kinds_of_an_export_tell_a_layer_s_places(rows: pd.DataFrame, mine: list[bool] | None) -> None:
    found = place_kinds.of_layer(rows, CLINICS, "file")
    assert (found and found[0].tolist()) == mine


def test_a_file_without_one_is_refused_with_what_it_holds() -> None:
    with pytest.raises(TableError, match="none of its places is what the layer is of: they are school"):
        place_kinds.of_layer(pd.DataFrame({"osm_id": [1, 2], "fclass": ["school", "school"]}), CLINICS, "file")
    assert place_kinds.of_layer(OSM, {}, "file") is None, "a layer without tags takes every row"
