"""Rows that web services hand out as JSON are a table like any other."""

from __future__ import annotations

import json

import pytest

from gridkit.errors import SourceError
from gridkit.sources.coordinates import points
from gridkit.sources.files import kind
from gridkit.sources.tables import read, records

ROWS = [
    {"id": "007", "name": "映杏", "people": 14000, "lon": "120.5705", "lat": "32.5505", "open": True},
    {"id": "008", "name": "柳舟", "people": None, "lon": "120.5805", "lat": "32.5605", "open": False},
]
FORMS = {
    "a list": json.dumps(ROWS, ensure_ascii=False),
    "one a line": "\n".join(json.dumps(row) for row in ROWS),
    "an answer": json.dumps({"code": 0, "data": {"total": 2, "list": ROWS}}),
    "places in objects": json.dumps(
        [{**{k: v for k, v in row.items() if k not in ("lon", "lat")}, "at": {"lon": row["lon"], "lat": row["lat"]}}
         for row in ROWS]
    ),
    "places as shapes": json.dumps(
        [{**{k: v for k, v in row.items() if k not in ("lon", "lat")},
          "location": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}} for row in ROWS]
    ),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_records_is_one_table(form, encoding, tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(form.encode(encoding))
    assert kind.kind(path) == "json"
    frame = read.read(path)
    assert frame["id"].tolist() == ["007", "008"]
    assert frame["people"].sum() == 14_000
    placed = points.read(path)
    assert placed.geometry.x.tolist() == [120.5705, 120.5805]
    assert placed.geometry.y.tolist() == [32.5505, 32.5605]


def test_numbers_keep_the_digits_they_were_written_with(tmp_path):
    (tmp_path / "a.json").write_text('[{"case_id": 320105199001010012345, "v": 0.10000000000000000001}]')
    frame, _ = records.read(tmp_path / "a.json")
    assert frame["case_id"].tolist() == ["320105199001010012345"]
    assert frame["v"].tolist() == ["0.10000000000000000001"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}, {"a": ]', "breaks off at line 1, column 18"),
        ('{"a": 1}\n{"a": }', "breaks off at line"),
        ('{"code": 500, "data": []}', "there are no rows in it"),
        ("[" + '{"a":' * 100_000, "no JSON that can be read|breaks off"),
    ],
)
def test_what_is_no_table_is_one_clear_line(text, said, tmp_path):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SourceError, match=said):
        records.read(tmp_path / "a.json")
