"""What a workbook is made from, and the language it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    import pandas as pd

    from gridkit.plan.audit.audit import Audit
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan


@dataclass(frozen=True)
class Contents:
    """What a workbook is made from."""

    plan: Plan
    lang: str
    audit: Audit | None = None
    comparison: Comparison | None = None
    extra: tuple[tuple[Phrase, pd.DataFrame], ...] = ()

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the workbook's language."""
        return Phrase(message, **facts).said(self.lang)
