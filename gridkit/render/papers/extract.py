"""The workbook that goes with a public page: its columns and no other, withheld numbers marked as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from gridkit.language.catalogue import languages
from gridkit.language.phrases import Phrase, spoken
from gridkit.render.page.payload import HIDDEN
from gridkit.render.papers.note import HEADING, headed, sentences
from gridkit.render.papers.worksheet import SheetColumn, clean, fit_paper, number_form, put_table, sheet_name
from gridkit.store.sheets import saved

if TYPE_CHECKING:
    from gridkit.render.papers.note import Column, Facts

KEPT = "*"
"""What stands in the cell of a number that is withheld, so that no sum takes it for nought."""


def workbook(told: Facts, lang: str) -> bytes:
    """Return the extract as the bytes of an .xlsx file.

    Parameters
    ----------
    told
        What the edition says of itself.
    lang
        The language of its headings.
    """
    place = languages().index(lang)

    def said(message: str, **given: object) -> str:
        return Phrase(message, **given).said(lang)

    book = Workbook()
    book.remove(book.active)
    book.properties.title = clean(spoken(told.title, lang))
    book.properties.creator = "gridkit"
    heads = [
        SheetColumn(said("Code"), "@", 22),
        SheetColumn(Phrase("Name", "page").said(lang), "@", 22),
        SheetColumn(said("Community"), "@", 18),
        *(SheetColumn(headed(each, place), _form(each), 16) for each in told.columns),
    ]
    columns = [[_cell(each, value) for value in each.values] for each in told.columns]
    sheet = book.create_sheet(sheet_name(book, said("List of grids")))
    names, parents = ([each[place] for each in said] for said in (told.names, told.parents))
    put_table(sheet, heads, zip(told.codes, names, parents, *columns, strict=True))
    sheet.freeze_panes = "B2"
    about = book.create_sheet(sheet_name(book, HEADING.said(lang)))
    starred = said("{mark} stands for a number that is withheld.", mark=KEPT)
    lines = [[starred], *([each.said(lang)] for each in sentences(told))]
    put_table(about, [SheetColumn(HEADING.said(lang), "@", 110)], lines)
    tally = book.create_sheet(sheet_name(book, said("Column by column")))
    counted = [SheetColumn(said(each), "#,##0", 12) for each in ("Shown", "Withheld", "No data")]
    rows = [[headed(each, place), each.shown, each.withheld, each.unknown] for each in told.columns]
    put_table(tally, [SheetColumn(said("Column"), "@", 60), *counted], rows)
    for each in book.worksheets:
        fit_paper(each)
    return saved(book)


def _form(column: Column) -> str:
    return f"0.{'0' * column.digits}%".replace(".%", "%") if column.percent else number_form(column.digits)


def _cell(column: Column, value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return a number in the unit of its heading, as the page says it."""
    return KEPT if value == HIDDEN else None if value is None else value * column.factor
