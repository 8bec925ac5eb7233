"""What stands on every paper: its head with the stage of the plan, its foot with whoever fills it in, page numbers.

The stages are those of offices: a draft for comment (征求意见稿); for approval (送审稿), once everything that was said
about it is answered; approved (批准稿); issued (印发稿).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase
from gridkit.plan.standing import DRAFT, ISSUED
from gridkit.render.papers.pen import (
    INK,
    MARGIN,
    QUIET,
    blank,
    centred,
    fitted,
    folded,
    right,
    rule,
    stroke,
    width_of,
    write,
)

if TYPE_CHECKING:
    from fpdf import FPDF

    from gridkit.plan.plan import Plan
    from gridkit.render.papers.setting import Setting

WARN = "#a33a12"
_STAGES = {
    "comment": Phrase("draft for comment"),
    "approval": Phrase("for approval"),
    "approved": Phrase("approved version"),
    ISSUED: Phrase("issued version"),
}


def stage(plan: Plan) -> Phrase:
    """Return at which stage a plan is, as its papers say it."""
    standing = plan.standing.stage
    if standing != DRAFT:
        return _STAGES[standing]
    comments = plan.records.get("comments")
    answered = comments is not None and len(comments) > 0 and not (comments["status"] == "open").any()
    return _STAGES["approval" if answered else "comment"]


@dataclass(frozen=True)
class Body:
    """Where the contents of a page stand: left, top, width and bottom, in millimetres."""

    left: float
    top: float
    width: float
    bottom: float

    @property
    def height(self) -> float:
        """From the top to the bottom."""
        return self.bottom - self.top

    def below(self, top: float) -> Body:
        """Return what is left below a height."""
        return Body(self.left, top, self.width, self.bottom)


def page(pdf: FPDF, setting: Setting, title: str, under: str = "", *, staged: bool = True) -> Body:
    """Add a page with its head, and return where its contents stand.

    Parameters
    ----------
    title
        What the paper is called; the stage of the plan stands behind it.
    under
        A line below it: the code of a grid, whom it is for.
    """
    pdf.add_page()
    return head(pdf, setting, title, under, staged=staged)


def head(pdf: FPDF, setting: Setting, title: str, under: str = "", *, staged: bool = True) -> Body:
    """Write the head of a page, and return where its contents stand."""
    plan, wide = setting.plan, pdf.w - 2 * MARGIN
    stamp = (
        setting.said("Map approval no. {number}", number=setting.approval)
        if setting.approval
        else setting.said("For office use, not for publication")
    )
    standing = plan.standing
    side = " · ".join(part for part in (standing.body, standing.span(setting.lang), stamp) if part)
    right_of = fitted(pdf, side, 8.5, wide * 0.62)
    right(pdf, pdf.w - MARGIN, 10, right_of, 8.5, QUIET if setting.approval else WARN)
    write(pdf, MARGIN, 10, fitted(pdf, setting.title, 8.5, wide - width_of(pdf, right_of, 8.5) - 5), 8.5, QUIET)
    whole = Phrase("{title} ({stage})", title=title, stage=stage(plan)).said(setting.lang) if staged else title
    y = 16.5
    size = next((each for each in (18.0, 16, 14, 12) if width_of(pdf, whole, each) <= wide), 12.0)
    for line in folded(pdf, whole, size, wide, 2):
        centred(pdf, pdf.w / 2, y, line, size, INK)
        y += size * 0.5
    if under:
        centred(pdf, pdf.w / 2, y, fitted(pdf, under, 9.5, wide), 9.5, QUIET)
        y += 5.5
    return Body(MARGIN, y + 2, wide, pdf.h - MARGIN - 6)


def signatures(pdf: FPDF, setting: Setting, y: float) -> None:
    """Write the foot of a table that an office hands in: who filled it in, who checked it, when."""
    names = [
        setting.said("Reporting body (seal)"),
        setting.said("Filled in by"),
        setting.said("Checked by"),
        setting.said("Date of filling in"),
    ]
    wide = (pdf.w - 2 * MARGIN) / len(names)
    for at, name in enumerate(names):
        blank(pdf, (MARGIN + at * wide, y, wide - 5), name, setting.plan.standing.body if at == 0 else "")


def feet(pdf: FPDF, setting: Setting, *, code: str = "") -> None:
    """Write the foot of every page: whose data it is, when the plan was made, its check code, page and pages."""
    made = setting.said("Data as of {day}", day=setting.day) if setting.made else ""
    check = setting.said("Check code {code}", code=code or setting.plan.digest[:8])
    left = " · ".join(part for part in (made, setting.source, check) if part)
    for number in range(1, pdf.pages_count + 1):
        pdf.page = number
        # A page that was left has a font, a colour and a width of its own: others make the document say them anew.
        pdf.set_font_size(1)
        stroke(pdf, INK)
        pdf.set_line_width(0.1)
        rule(pdf, pdf.h - MARGIN - 1.5)
        said = setting.said("Page {page} of {pages}", page=number, pages=pdf.pages_count)
        right(pdf, pdf.w - MARGIN, pdf.h - MARGIN, said, 8, QUIET)
        wide = pdf.w - 2 * MARGIN - width_of(pdf, said, 8) - 4
        write(pdf, MARGIN, pdf.h - MARGIN, fitted(pdf, left, 8, wide), 8, QUIET)
