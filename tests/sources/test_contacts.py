"""Whom a resident turns to, from an office's table."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit import ledger
from gridkit.errors import TableError
from gridkit.sources import contacts

GRIDS = pd.Index(["101", "102", "201"], name="grid_id")
PARENTS = [("1", "知砚社区"), ("1", "知砚社区"), ("2", "临霞社区")]


def test_a_chinese_table_is_read_by_its_usual_names():
    frame = pd.DataFrame(
        {"社区": ["知砚社区"], "岗位": ["专职网格员"], "办公电话": ["025-84000001"], "热线": ["12345"]}
    )
    assert contacts.read(frame).to_dict("records") == [
        {"parent": "知砚社区", "post": "专职网格员", "phone": "025-84000001", "hotline": "12345"}
    ]


@pytest.mark.parametrize("own", ["13912345678", "+86 139-1234-5678", "32010619900101123X", "值班手机 15912345678"])
def test_what_belongs_to_a_person_is_left_out_and_counted(own):
    frame = pd.DataFrame({"grid": ["101", "102"], "phone": [own, "84000001"]})
    read = contacts.read(frame)
    assert read["phone"].isna().tolist() == [True, False]
    assert any("1 mobile" in str(note) for account in ledger.of(read).accounts for note in account.notes)


def test_what_is_said_of_a_grid_goes_before_what_is_said_of_its_community_and_of_all():
    table = contacts.read(
        pd.DataFrame(
            {
                "grid": [None, None, "102"],
                "community": [None, "知砚社区", None],
                "post": [None, "社区工作者", "专职网格员"],
                "hotline": ["12345", None, None],
            }
        )
    )
    found = contacts.by_grid(table, GRIDS, PARENTS)
    assert found["hotline"].tolist() == ["12345"] * 3
    assert found["post"].iloc[:2].tolist() == ["社区工作者", "专职网格员"]
    assert pd.isna(found["post"].iloc[2])


def test_a_table_about_nobody_and_a_row_of_an_unknown_grid_are_refused():
    with pytest.raises(TableError, match="no column says whom"):
        contacts.read(pd.DataFrame({"grid": ["101"], "colour": ["red"]}))
    with pytest.raises(TableError, match="999"):
        contacts.by_grid(contacts.read(pd.DataFrame({"grid": ["999"], "post": ["x"]})), GRIDS, PARENTS)
