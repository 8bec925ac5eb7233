import json
from importlib.resources import files

import jsonschema
import pytest

from gridkit.errors import SourceError, TableError
from gridkit.plan.life.edits_file import Comment, Hold, Settling, Wish, read, schema

HEAD = {"schema": "gridkit-edits", "version": 2, "plan": "p"}


def undescribed(value):
    """Return a schema without the descriptions, which not every pydantic takes from docstrings alike."""
    if isinstance(value, dict):
        return {key: undescribed(each) for key, each in value.items() if key != "description" or isinstance(each, dict)}
    return [undescribed(each) for each in value] if isinstance(value, list) else value


def test_the_schema_that_ships_is_the_one_that_is_read():
    shipped = json.loads(files("gridkit.plan.life").joinpath("edits.schema.json").read_text("utf-8"))
    assert undescribed(shipped) == undescribed(json.loads(json.dumps(schema())))
    assert set(shipped["required"]) == {"schema", "version", "plan"}
    assert "from" in shipped["$defs"]["Wish"]["properties"]


def test_a_log_is_read_act_by_act(tmp_path):
    acts = [
        {"id": "k3x9q2aa-1", "time": "t", "act": "move", "unit_id": "u", "from": "a", "to": "b", "author": "Pan"},
        {"id": "k3x9q2aa-2", "time": "t", "act": "lock", "grid_id": "a", "locked": False},
        {"id": "k3x9q2aa-3", "time": "t", "act": "comment", "text": "hm", "lon": 1, "lat": 2},
        {"id": "k3x9q2aa-4", "time": "t", "act": "status", "of": "k3x9q2aa-3", "status": "accepted"},
        {"id": "k3x9q2aa-5", "time": "t", "act": "undo", "of": ["k3x9q2aa-1"]},
    ]
    document = {**HEAD, "author": "Pan", "exported": "t", "acts": acts}
    jsonschema.validate(document, schema())
    (tmp_path / "e.json").write_text(json.dumps(document), "utf-8")
    sheet = read(tmp_path / "e.json")
    assert [each.act for each in sheet.acts] == ["move", "lock", "comment", "status", "undo"]
    assert sheet.acts[0] == Wish(id="k3x9q2aa-1", author="Pan", time="t", unit_id="u", was="a", to="b")
    assert sheet.source == "e.json"


def test_the_old_form_is_told_as_acts_whose_ids_are_always_the_same(tmp_path):
    old = {
        **HEAD,
        "version": 1,
        "author": "Pan",
        "moves": [{"unit_id": "u", "from": "a", "to": "b"}],
        "locks": [{"grid_id": "a"}],
        "comments": [{"id": "c1", "text": "hm", "author": "Ren", "status": "declined"}],
    }
    (tmp_path / "e.json").write_text(json.dumps(old), "utf-8")
    acts = read(tmp_path / "e.json").acts
    assert acts == read(tmp_path / "e.json").acts
    assert [type(each) for each in acts] == [Wish, Comment, Settling, Hold]
    assert [each.author for each in acts] == ["Pan", "Ren", "Pan", "Pan"]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", SourceError, "not JSON"),
        ("{", SourceError, "not JSON"),
        ("[" * 100_000, SourceError, "not JSON"),
        ("<html><body>no</body></html>", SourceError, "no edits"),
        ("[]", TableError, "schema"),
        ('{"schema": "other", "version": 1, "plan": "x"}', TableError, "schema"),
        ('{"schema": "gridkit-edits", "version": 3, "plan": "x"}', TableError, "version"),
        ('{"schema": "gridkit-edits", "version": 2, "plan": "x", "acts": [{"id": "a"}]}', TableError, "acts.0"),
        (
            '{"schema": "gridkit-edits", "version": 2, "plan": "x", "acts": [{"id": "a", "act": "x"}]}',
            TableError,
            "acts.0",
        ),
        (
            '{"schema": "gridkit-edits", "version": 1, "plan": "x", "moves": [{"unit_id": "a", "to": "b"}]}',
            TableError,
            "moves.0.from",
        ),
        ('{"schema": "gridkit-edits", "version": 1, "plan": "x", "extra": 1}', TableError, "extra"),
        (
            '{"schema": "gridkit-edits", "version": 1, "plan": "x", "comments": [{"id": "c", "text": "", "lon": 500}]}',
            TableError,
            "lon",
        ),
    ],
)
def test_what_is_no_edits_file_is_named_in_one_line(tmp_path, text, error, said):
    path = tmp_path / "edits.json"
    path.write_text(text, "utf-8")
    with pytest.raises(error, match=said):
        read(path)


def test_a_missing_or_binary_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "gone.json")
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="UTF-8"):
        read(tmp_path / "x.json")
