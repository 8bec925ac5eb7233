"""The site: ``python3 dev.py docs`` builds it into out/docs, with warnings as errors and no network.

Pages are Markdown (MyST); notebooks are Markdown as well and are run when the site is built (MyST-NB). The reference is
written when the build begins, from what ``gridkit/options`` declares and from the docstrings (numpydoc), into
docs/_made. Pages that live beside what they are about (layers/README.md, ARCHITECTURE.md ...) are taken in from there.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

from reference import write  # noqa: E402 - it stands beside this file

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "gridkit"
copyright = "the gridkit authors, MIT licence"  # noqa: A001 - Sphinx's name
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "sphinx.ext.mathjax"]
exclude_patterns = ["_made/README.md"]
html_theme = "furo"
html_title = "gridkit"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
mathjax_path = "none.js"  # formulas stand as text: a page asks no host
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = os.environ.get("GRIDKIT_NOTEBOOKS", "cache")
nb_execution_cache_path = str(ROOT / "out" / "docs-cache")
nb_execution_in_temp = True
nb_execution_timeout = 1200
nb_execution_raise_on_error = True
nb_merge_streams = True
suppress_warnings = ["myst-nb.lexer"] if nb_execution_mode == "off" else []  # the kernel names its language
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
nitpicky = False
MADE = HERE / "_made"

TAKEN = {
    "layers/README.md": "layers",
    "maps/README.md": "maps",
    "gridkit/presets/README.md": "presets",
    "gridkit/deliveries/README.md": "deliveries",
    "ARCHITECTURE.md": "architecture",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
    "SECURITY.md": "security",
    "CODE_OF_CONDUCT.md": "conduct",
    **{f"benchmarks/{path.name}": f"benchmarks-{path.stem.lower()}" for path in sorted(ROOT.glob("benchmarks/*.md"))},
}
"""Pages from beside what they are about, and what they are called here."""
_LINK = re.compile(r"(?<!!)\[([^\]\[]*(?:\[[^\]]*\][^\]\[]*)*)\]\(([^)\s]+)\)")


def begin(_app: Sphinx) -> None:
    """Write the reference and take pages in, before anything is read."""
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir()
    write(MADE)
    for origin, name in TAKEN.items():
        if (ROOT / origin).exists():
            (MADE / f"{name}.md").write_text((ROOT / origin).read_text(encoding="utf-8"), encoding="utf-8")


def leads_somewhere(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Let links that leave this folder lead to the page taken in from there; where there is none, only name it."""
    own = next((origin for origin, name in TAKEN.items() if docname == f"_made/{name}"), f"docs/{docname}.md")
    beside = (ROOT / own).parent
    here = (HERE / docname).parent

    def led(found: re.Match[str]) -> str:
        text, target = found.groups()
        path, mark, anchor = target.partition("#")
        if "://" in target or not path or target.startswith("mailto:"):
            return found.group()
        wanted = (beside / path).resolve()
        if not wanted.is_relative_to(ROOT):
            return found.group()
        name = str(wanted.relative_to(ROOT))
        if wanted.is_dir() and f"{name}/README.md" in TAKEN:
            name = f"{name}/README.md"
        if name in TAKEN and wanted.exists():
            return f"[{text}]({os.path.relpath(MADE / TAKEN[name], here)}.md)"
        if wanted.is_relative_to(HERE) and wanted.suffix == ".md" and wanted.exists():
            return f"[{text}]({os.path.relpath(wanted, here)}{mark}{anchor})"
        return f"{text} (`{name}`)" if text.strip("`") != name else f"`{name}`"

    pictures = re.sub(
        r"!\[([^\]]*)\]\((?!\w+://)([^)\s]+)\)",
        lambda found: f"![{found[1]}]({os.path.relpath((beside / found[2]).resolve(), here)})",
        source[0],
    )
    source[0] = _LINK.sub(led, pictures)


def as_typed(_app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    """Let patterns of files stand as they are typed: a lone star would begin emphasis."""
    lines[:] = [re.sub(r"(?<![`*\w])\*(\.\w+)", r"``*\1``", line) for line in lines]
    # ... and FILE:LAYER is no address on the web.
    lines[:] = [re.sub(r"(?<![`=\w])FILE(\[?:[\]\[:A-Z]+)", r"``FILE\1``", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Hang all of them in."""
    app.connect("autodoc-process-docstring", as_typed, priority=400)
    app.connect("builder-inited", begin)
    app.connect("source-read", leads_somewhere)
