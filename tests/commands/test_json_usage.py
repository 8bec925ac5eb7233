"""What every command takes, as JSON that a form can be built from."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from gridkit import cli
from gridkit.options.catalogue import options_of

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
TEXTS = {"type": "array", "items": TEXT}
OPTION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": TEXT,
        "written": {"type": "array", "items": {"type": "string", "pattern": "^-"}},
        "value": {"enum": ["text", "number", "integer", "boolean", "file", "plan", "input"]},
        "many": FLAG,
        "required": FLAG,
        "default": {"type": ["string", "number", "boolean", "null"]},
        "choices": TEXTS,
        "metavar": TEXT,
        "group": TEXT,
        "common": FLAG,
        "help": {"type": "string", "minLength": 3},
    },
}
OPTION["required"] = list(OPTION["properties"])
COMMAND = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("name", "task", "function", "help"), TEXT),
        "examples": TEXTS,
        "options": {"type": "array", "items": OPTION},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["schema", "version", "gridkit", "commands"],
    "properties": {"commands": {"type": "array", "minItems": 30, "items": COMMAND}},
}


@pytest.fixture(params=["en", "zh"])
def usage(request, capsys):
    assert cli.run(["--lang", request.param, "--json-usage"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_follows_its_schema(usage):
    Draft202012Validator(SCHEMA).validate(usage)


def test_it_names_every_command_and_every_option_that_help_shows(usage):
    assert {each["name"] for each in usage["commands"]} == set(cli.RUN)
    for each in usage["commands"]:
        shown = [option.name for option in options_of(each["name"], where="command") if not option.hidden]
        assert [option["name"] for option in each["options"]] == shown


def test_it_speaks_the_readers_language(capsys):
    cli.run(["--lang", "zh", "--json-usage"])
    said = json.loads(capsys.readouterr().out)
    assert {each["name"]: each["task"] for each in said["commands"]}["split"] == "划分"


def test_it_is_plain_ascii_for_any_console(capsys):
    cli.run(["--lang", "zh", "--json-usage"])
    assert capsys.readouterr().out.isascii()
