"""How long something took, in the unit that cell, row, heading or title says."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.sources.tables import durations, read


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["90分钟", "2小时", "30"], [90.0, 120.0, 30.0]),
        (["90 min", "2 h", "30 min"], [90.0, 120.0, 30.0]),
        (["90 мин", "45 мин", "30 мин"], [90.0, 45.0, 30.0]),
        (["2 horas", "1 hora", "3 horas"], [120.0, 60.0, 180.0]),
    ],
)
def test_cells_of_a_file_keep_their_unit(tmp_path, cells, minutes):
    file = tmp_path / "a.csv"
    file.write_text("\n".join(["name,took", *(f"n{at},{cell}" for at, cell in enumerate(cells))]), encoding="utf-8")
    assert durations.minutes(read.read(file)["took"], where="a.csv").tolist() == minutes


@pytest.mark.parametrize("name", ["单位", "Unit", "Unidade", "ед. изм."])
def test_a_column_of_units_says_of_each_row_what_it_counts(name):
    frame = pd.DataFrame({"took": [90.0, 2.0, 3.0], name: ["min", "h", None]})
    heading = durations.headed(frame, "took")
    assert durations.hours(frame["took"], where="t", heading=heading).tolist() == [1.5, 2.0, 3.0]
    assert durations.unit_column(frame.assign(**{name: ["some firm", "another", None]})) is None
