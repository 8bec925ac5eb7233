"""Clocks: offsets, zones by name and by place, and whose clock a column keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from gridkit.errors import UsageError
from gridkit.sources.tables.zones import at, clock, local_ms, minutes, named


def test_offsets_are_read_as_people_write_them():
    texts = pa.array(["z", "utc", "+08:00", "-0330", "gmt+8", "UTC-5", "", None], type=pa.string())
    found = minutes(texts)
    assert found[:6].tolist() == [0, 0, 480, -210, 480, -300]
    assert np.isnan(found[6:]).all()


def test_a_zone_is_named_by_place_or_offset_and_no_other_way():
    assert named("+08:00").utcoffset(None).total_seconds() == 8 * 3600
    assert str(named("Europe/Helsinki")) == "Europe/Helsinki"
    for zone in ("Mars/Olympus", "", "../etc", "Beijing time"):
        with pytest.raises(UsageError, match="no time zone"):
            named(zone)


def test_moments_are_shown_as_the_clock_shows_them_in_summer_and_winter():
    utc = pd.to_datetime(["2024-01-15 12:00", "2024-07-15 12:00"]).as_unit("ms").astype("int64").to_numpy(dtype=float)
    shown = local_ms(np.append(utc, np.nan), "Europe/Helsinki")
    assert pd.to_datetime(shown[:2], unit="ms").hour.tolist() == [14, 15]
    assert np.isnan(shown[2])


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [(120.6, 31.3, "Asia/Shanghai"), (24.9, 60.2, "Europe/Helsinki"), (-46.6, -23.5, "America/Sao_Paulo")],
)
def test_the_zone_of_a_place_is_that_of_the_nearest_chief_place(lon, lat, zone):
    assert at(lon, lat) == zone


# ------------------------------------------------------------------ whose clock
def asked(offsets, **said):
    zone, notes = clock(offsets, **{"mixed": False, "asked": None, "home": None, **said})
    return zone, " ".join(map(str, notes))


def test_what_the_user_names_counts():
    assert asked([0.0, 480.0], asked="+08:00", home="Asia/Shanghai") == (
        "+08:00",
        "times with offset +00:00, +08:00 put to the clock of +08:00",
    )


def test_one_clock_with_its_summer_time_is_kept():
    for offsets in ([480.0], [120.0, 180.0], [-210.0]):
        assert asked(offsets)[0] is None
    assert "(+02:00, +03:00)" in asked([120.0, 180.0])[1]
    assert "(Europe/Helsinki)" in asked([120.0], zone="Europe/Helsinki")[1]


def test_utc_in_a_district_that_keeps_another_clock_is_said():
    assert "timezone" in asked([0.0], home="Asia/Shanghai")[1]
    assert "timezone" not in asked([0.0], home="Africa/Abidjan")[1]


def test_several_clocks_are_put_to_the_districts_or_asked_about():
    assert asked([0.0, 480.0], home="Asia/Shanghai")[0] == "Asia/Shanghai"
    with pytest.raises(UsageError, match=r"several offsets: \+00:00, \+08:00"):
        asked([0.0, 480.0])
    with pytest.raises(UsageError, match="several offsets"):
        asked([0.0], mixed=True)
