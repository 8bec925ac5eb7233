"""The set of papers: what each is called, which way up it lies, and what draws it.

::

    drawn(name, setting, material) -> bytes | None      one paper as PDF; None where there is nothing to put on it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase, template
from gridkit.plan.numbering import numbering
from gridkit.plan.segments import walk_code
from gridkit.render.papers.atlas import atlas
from gridkit.render.papers.board import board
from gridkit.render.papers.code_table import Before, code_table
from gridkit.render.papers.grid_list import grid_list
from gridkit.render.papers.opinions import opinions, replies
from gridkit.render.papers.proposal import proposal
from gridkit.render.papers.scheme import Grounds, scheme
from gridkit.render.papers.setting import closed, document, finished
from gridkit.render.papers.sheet import feet
from gridkit.render.papers.slips import slips
from gridkit.render.papers.visits import visits
from gridkit.render.papers.walk_sheets import walk_sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from fpdf import FPDF

    from gridkit.plan.audit.audit import Audit
    from gridkit.render.papers.setting import Setting


@dataclass(frozen=True)
class Material:
    """What papers need beside the plan: its check, and the grids of before where they are known."""

    audit: Audit
    before: Before | None = None


@dataclass(frozen=True)
class Paper:
    """One paper.

    Attributes
    ----------
    title
        What it is called.
    landscape
        Whether it lies on its side.
    needs
        ``before``, ``comments`` or ``harmony``, where it is nothing without them.
    public
        Whether it may leave the office: it tells no count, or leaves its counts out.
    code
        The check code at its foot, where it is not that of the grids.
    """

    title: str
    draw: Callable[[FPDF, Setting, Material], None]
    landscape: bool = False
    needs: str = ""
    public: bool = False
    code: Callable[[Setting], str] | None = None


def _attached(setting: Setting, material: Material) -> tuple[str, ...]:
    """Return the titles of the papers that go with the scheme: those of the set that can be written."""
    return tuple(
        paper.title for name, paper in PAPERS.items() if name != "scheme" and not lacks(name, setting, material)
    )


def _scheme(pdf: FPDF, setting: Setting, material: Material) -> None:
    scheme(pdf, setting, Grounds(material.audit, material.before, _attached(setting, material)))


def _codes(pdf: FPDF, setting: Setting, material: Material) -> None:
    if material.before is not None:
        code_table(pdf, setting, material.before)


PAPERS: dict[str, Paper] = {
    "scheme": Paper(template("Division scheme"), _scheme),
    "list": Paper(
        template("List of grids"), lambda pdf, setting, _: grid_list(pdf, setting), landscape=True, public=True
    ),
    "atlas": Paper(template("Atlas of grids"), lambda pdf, setting, _: atlas(pdf, setting), public=True),
    "board": Paper(template("Notice boards"), lambda pdf, setting, _: board(pdf, setting), public=True),
    "codes": Paper(template("Old and new codes"), _codes, landscape=True, needs="before"),
    "opinions": Paper(
        template("Opinions and what became of them"),
        lambda pdf, setting, _: opinions(pdf, setting),
        landscape=True,
        needs="comments",
    ),
    "replies": Paper(
        template("Replies to those who commented"), lambda pdf, setting, _: replies(pdf, setting), needs="comments"
    ),
    "slips": Paper(
        template("Comment slips"),
        lambda pdf, setting, _: slips(pdf, setting),
        public=True,
        code=lambda setting: numbering(setting.plan).code,
    ),
    "walk": Paper(
        template("Sheets for walking the lines"),
        lambda pdf, setting, _: walk_sheets(pdf, setting),
        code=lambda setting: walk_code(setting.plan),
    ),
    "proposal": Paper(
        template("Proposal: departments' nets and the grids"),
        lambda pdf, setting, _: proposal(pdf, setting),
        landscape=True,
        needs="harmony",
    ),
    "visits": Paper(template("Ledger of visits"), lambda pdf, setting, _: visits(pdf, setting), landscape=True),
}
"""Every paper by its name, in the order of the set."""

MISSING = {
    "before": Phrase("there is nothing to compare with: name the grids of before with --against"),
    "comments": Phrase("nobody has commented yet"),
    "harmony": Phrase("no net was moved to these grids: gridkit departments harmonise PLAN NETS"),
    "office": Phrase("it tells counts or names, and stays in the office"),
}
"""Why a paper of the set is left out."""


def lacks(name: str, setting: Setting, material: Material) -> str:
    """Return the key of :data:`MISSING` for what a paper cannot do without; nothing where it can be drawn."""
    paper = PAPERS[name]
    if setting.public and not paper.public:
        return "office"
    comments = setting.plan.records.get("comments")
    there = {
        "": True,
        "before": material.before is not None,
        "comments": comments is not None and len(comments) > 0,
        "harmony": "harmony_ways" in setting.plan.records,
    }
    return "" if there[paper.needs] else paper.needs


def drawn(name: str, setting: Setting, material: Material) -> bytes:
    """Return a paper as PDF."""
    paper = PAPERS[name]
    pdf = document(setting, setting.said(paper.title), landscape=paper.landscape)
    try:
        paper.draw(pdf, setting, material)
        if name != "board":
            feet(pdf, setting, code=paper.code(setting) if paper.code else "")
        return finished(pdf)
    finally:
        closed(pdf)


def proposed(setting: Setting) -> bytes:
    """Return the proposal of a plan whose nets were harmonised as PDF, by itself."""
    pdf = document(setting, setting.said(PAPERS["proposal"].title), landscape=True)
    try:
        proposal(pdf, setting)
        feet(pdf, setting)
        return finished(pdf)
    finally:
        closed(pdf)
