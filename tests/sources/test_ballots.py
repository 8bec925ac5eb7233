"""Ballots of participatory budgets: the projects are kept, the voters only counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gridkit.errors import SourceError, TableError
from gridkit.sources import ballots

REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data")) / "pabulib"
TEXT = """META
key;value
date_end;19.09.2026
PROJECTS
project_id;cost;votes;name;selected
A/1;100;2;Benches;1
A/2;200;1;"Trees; and more";0
A/3;200;0;Lamps;2
VOTES
voter_id;vote;sex
1;A/1,A/2;F
2;A/1;M
"""


@pytest.fixture
def written(tmp_path):
    def write(text=TEXT):
        file = tmp_path / "town.pb"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_projects_are_kept_with_their_fate_and_voters_are_counted(written):
    found = ballots.read(written())
    assert found.projects["id"].tolist() == ["A/1", "A/2", "A/3"]
    assert found.projects["state"].tolist() == ["selected", "not selected", "2"]
    assert found.projects["name"][1] == "Trees; and more"
    assert set(found.projects["date"]) == {"19.09.2026"}
    assert found.count == 2
    assert "sex" not in found.projects
    assert len(found.notes) == 1


def test_votes_that_the_ballots_have_not_are_said(written):
    [_, said] = ballots.read(written(TEXT.replace("A/1;100;2", "A/1;100;7"))).notes
    assert "A/1" in str(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.replace("PROJECTS", "PROYECTOS"), "no section of it is called PROJECTS"),
        (TEXT.replace('"Trees; and more"', "Trees; and more"), "'A/2' has 6 cells, their head has 5"),
        ("", "no section"),
    ],
)
def test_what_is_no_file_of_ballots_is_told_so(written, text, said):
    with pytest.raises(TableError, match=said):
        ballots.read(written(text))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        ballots.read(tmp_path / "none.pb")


@pytest.mark.skipif(not REAL.is_dir(), reason="pabulib is not there")
@pytest.mark.parametrize(
    ("name", "projects", "count"),
    [
        ("poland_katowice_2021_zawodzie", 8, 1367),
        ("poland_katowice_2021_koszutka", 13, 1081),
        ("poland_warszawa_2018_muranow", 8, 882),
        ("poland_warszawa_2019_sadul", 2, 110),
    ],
)
def test_real_files_of_two_versions_hold_what_they_say(name, projects, count):
    found = ballots.read(REAL / f"{name}.pb")
    assert (len(found.projects), found.count) == (projects, count)
    assert len(found.notes) == 1, "the votes of each are those of its ballots"
