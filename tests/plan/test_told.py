"""What a command found is shown by its facts: lines in sentences, tables by their rows, on a screen or in notebooks."""

from __future__ import annotations

import pandas as pd

from gridkit.measure.share import Share, listed
from gridkit.plan.told import Told


def test_lines_are_told_in_sentences_before_the_other_facts():
    facts = {"known": 3, "lines": listed({"proposals_answered": Share(2, 55, "proposals.csv", "2019-08-31")})}
    said = Told("participation", facts).said()
    assert list(said) == ["lines", "known"]
    (line,) = said["lines"]
    assert str(line["told"]) == "2 of 55 (3.6%, 1.0% to 12.3%); proposals.csv, to 2019-08-31"


def test_without_lines_there_is_no_empty_list_of_them():
    assert Told("survival", {"known": 3, "lines": []}).said() == {"known": 3}


def test_it_is_shown_by_plain_facts_and_the_rows_of_its_tables():
    rows = pd.DataFrame({"grid_id": ["<b>7</b>", "8"]})
    made = Told("survival", {"known": 3, "deep": {"a": 1}}, {"grids": rows})
    text = repr(made)
    assert text.startswith("<Survival")
    assert [line.split() for line in text.rstrip(">").splitlines()[1:]] == [["known", "3"], ["grids", "2"]]
    page = made._repr_html_()
    assert "&lt;b&gt;7" in page
    assert "<b>7" not in page
    assert "deep" not in Told("survival", made.facts)._repr_html_()
