"""Tables of offices of statistics as they are handed out: codes, names, headers and notes in their own manner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from gridkit.errors import TableError
from gridkit.sources.people import totals
from gridkit.sources.reading import AS_IT_SAYS
from gridkit.sources.tables import dates
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from pathlib import Path


def parents(ids: list[str], names: list[str]) -> gpd.GeoDataFrame:
    """Return districts side by side with these codes and names."""
    squares = [box(at, 0, at + 1, 1) for at in range(len(ids))]
    index = pd.Index(ids, name="district_id")
    return gpd.GeoDataFrame({"name": names}, geometry=squares, crs=32651, index=index)


def people(text: str, districts: gpd.GeoDataFrame, tmp_path: Path) -> dict[str, float]:
    """Return the people that a table tells of each parent."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return totals.read(str(path), districts, reading=AS_IT_SAYS)["people"].to_dict()


def test_codes_of_the_us_census_are_found_without_what_stands_before_them(tmp_path) -> None:
    text = (
        "GEO_ID,NAME,B01003_001E,B01003_001M\nGeography,Geographic Area Name,Estimate!!Total,Margin of Error!!Total\n"
        "1400000US06075010100,Census Tract 101,3456,210\n1400000US06075010200,Census Tract 102,4100,190\n"
    )
    ids = ["06075010100", "06075010200"]
    assert people(text, parents(ids, ["P", "Q"]), tmp_path) == {ids[0]: 3456, ids[1]: 4100}
    assert people(text, parents([f"1400000US{each}" for each in ids], ["P", "Q"]), tmp_path) == {
        f"1400000US{ids[0]}": 3456,
        f"1400000US{ids[1]}": 4100,
    }


@pytest.mark.parametrize("ids", [["28079", "28080"], ["a", "b"]])
def test_a_code_and_a_name_in_one_cell_name_a_parent_by_either(ids, tmp_path) -> None:
    text = "Municipios;Población\n28079 Madrid;3200\n28080 Majadahonda;70\n"
    assert people(text, parents(ids, ["Madrid", "Majadahonda"]), tmp_path) == {ids[0]: 3200, ids[1]: 70}


def test_what_a_place_lies_in_is_no_part_of_its_name_unless_it_tells_two_apart(tmp_path) -> None:
    text = "Município,População\nSão Paulo (SP),11000\nCampinas - SP,1200\n"
    assert people(text, parents(["a", "b"], ["São Paulo", "Campinas"]), tmp_path) == {"a": 11000, "b": 1200}
    twice = "Município,População\nAlvorada (RS),11\nAlvorada (TO),12\nCampinas (SP),5\n"
    with pytest.warns(Warning, match="Alvorada"):
        assert people(twice, parents(["a", "b"], ["Alvorada", "Campinas"]), tmp_path) == {"b": 5}


def test_a_year_of_two_figures_in_a_name_of_people_is_read_and_two_years_are_asked_about(tmp_path) -> None:
    where = parents(["75056", "13055"], ["Paris", "Marseille"])
    one = "CODGEO,LIBGEO,PMUN21,PTOT21\n75056,Paris,2100,2150\n13055,Marseille,870,880\n"
    assert people(one, where, tmp_path) == {"75056": 2100, "13055": 870}
    two = one.replace("PTOT21", "PMUN20")
    with pytest.raises(TableError, match="PMUN21, PMUN20"):
        people(two, where, tmp_path)


def test_pairs_of_a_title_over_a_table_are_no_header(tmp_path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(
        '"TS001 - Number of usual residents"\n"Crown Copyright"\n\n"Population","All usual residents"\n'
        '"Units","Persons"\n"Date","2021"\n\n"2021 output area","mnemonic","2021"\n"E01","E01",176\n"E03","E03",255\n'
        '\n"In order to protect against disclosure of personal information"\n',
        encoding="utf-8",
    )
    read = tables.read(path)
    assert read.columns.tolist() == ["2021 output area", "mnemonic", "2021"]
    assert read["2021"].tolist() == [176, 255]


def test_headers_of_dates_and_of_three_lines_are_read(tmp_path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text(
        "Tabelle: 12411-0015\nBevölkerung: Kreise;;;\nFortschreibung;;;\n;;31.12.2021;31.12.2022\n"
        "01001;Flensburg, Stadt;91113;92550\n01002;Kiel;246243;247717\n__________\n© Statistisches Amt\n",
        encoding="latin-1",
    )
    read = tables.read(path)
    assert read.columns.tolist()[2:] == ["31.12.2021", "31.12.2022"]
    assert read.iloc[:, 3].tolist() == [92550, 247717]
    deep = tmp_path / "deep.csv"
    deep.write_text(
        "Tabelle;;;;\n;;Bevölkerung;Bevölkerung;Bevölkerung\n;;Insgesamt;männlich;weiblich\n;;Anzahl;Anzahl;Anzahl\n"
        "01001;Flensburg;92;46;46\n01002;Kiel;247;120;127\n",
        encoding="utf-8",
    )
    found = totals.read(str(deep), parents(["01001", "01002"], ["Flensburg", "Kiel"]), reading=AS_IT_SAYS)
    assert found["people"].to_dict() == {"01001": 92, "01002": 247}


def test_dates_of_another_calendar_are_called_so() -> None:
    with pytest.raises(TableError, match="Solar Hijri"):
        dates.read(pd.Series(["1402/06/31", "1402/12/15", "1403/01/02"], name="t"))
