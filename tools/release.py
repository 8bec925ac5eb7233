"""What a release needs: the version said alike everywhere, a changelog, a true lock, a clean tree, wheels that work.

``python3 dev.py release --dry-run`` checks, builds, and says what would be done; without ``--dry-run`` it sets the tag
as well. Nothing is ever pushed or uploaded from here: the last lines say how.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
UV = str(Path(sys.executable).with_name("uv"))
HELD = (
    "gridkit/py.typed",
    "gridkit/__init__.pyi",
    "gridkit/layers/incidents.toml",
    "gridkit/maps/official.toml",
    "gridkit/presets/cn-social.toml",
)
"""One file of each kind that a wheel must hold beside the modules; :func:`lacking` compares the rest one by one."""
DATA = (".toml", ".po", ".mo", ".js", ".css", ".html", ".json", ".typed", ".pyi")


def text(name: str, root: Path = ROOT) -> str:
    """Return a file of the project as text."""
    return (root / name).read_text(encoding="utf-8")


def version(root: Path = ROOT) -> str:
    """Return the version that pyproject.toml names."""
    return str(tomllib.loads(text("pyproject.toml", root))["project"]["version"])


def disagreements(root: Path = ROOT) -> Iterator[str]:
    """Yield what keeps the texts of the project from being released, one sentence each."""
    own = version(root)
    cited = re.search(r"^version: (\S+)$", text("CITATION.cff", root), re.MULTILINE)
    if cited is None or cited[1] != own:
        yield f"CITATION.cff says version {cited[1] if cited else '(none)'}, pyproject.toml {own}"
    top = re.search(r"^## (\S+), (.+)$", text("CHANGELOG.md", root), re.MULTILINE)
    if top is None or top[1] != own:
        yield f"the first section of CHANGELOG.md is not of {own}"
    elif not re.fullmatch(r"\d{4}-\d{2}-\d{2}", top[2]):
        yield f"CHANGELOG.md says {own} is {top[2]!r}: give its date, as in '## {own}, 2026-01-31'"


def state(root: Path = ROOT) -> Iterator[str]:
    """Yield what keeps the checkout from being released."""
    if said("git", "status", "--porcelain", root=root):
        yield "the tree is not clean: commit or remove what git status lists"
    if said("git", "tag", "--list", f"v{version(root)}", root=root):
        yield f"there is a tag v{version(root)} already: raise the version in pyproject.toml and CITATION.cff"
    if subprocess.run([UV, "lock", "--check", "--quiet"], cwd=root, check=False, capture_output=True).returncode:
        yield "uv.lock is not what pyproject.toml asks for: python3 dev.py lock"


def said(*command: str, root: Path = ROOT) -> str:
    """Return what a command prints, without the blanks around it."""
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def built(folder: Path, root: Path = ROOT) -> list[Path]:
    """Return the sdist, and the wheel made from that sdist alone."""
    subprocess.run([UV, "build", "--quiet", "--out-dir", str(folder), str(root)], check=True)
    return sorted(path for path in folder.iterdir() if path.suffix in (".gz", ".whl"))


def lacking(wheel: Path, root: Path = ROOT) -> list[str]:
    """Return what a wheel should hold and does not: every module, and every file of data of the checkout."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {*HELD}
    for file in said("git", "ls-files", "gridkit", "layers", "maps", root=root).splitlines():
        if Path(file).suffix in (".py", *DATA):
            wanted.add(file if file.startswith("gridkit/") else f"gridkit/{file}")
    return sorted(wanted - held)


def main(arguments: list[str]) -> int:
    """Check, build and say what would be done, or do it; return the exit code."""
    if set(arguments) - {"--dry-run"}:
        print("usage: python3 dev.py release [--dry-run]", file=sys.stderr)
        return 2
    own, dry = version(), "--dry-run" in arguments
    faults = [*disagreements(), *state()]
    with tempfile.TemporaryDirectory() as name:
        made = built(Path(name))
        for path in made:
            print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
            if path.suffix == ".whl":
                faults += [f"{path.name} lacks {file}" for file in lacking(path)]
    for fault in faults:
        print(f"not ready: {fault}")
    steps = [
        f"git tag --annotate v{own} --message 'gridkit {own}'",
        f"git push origin v{own}",
        "uv build",
        "uv publish",
    ]
    if dry:
        print("would be done: " + "; ".join(steps))
    elif not faults:
        subprocess.run(["git", "tag", "--annotate", f"v{own}", "--message", f"gridkit {own}"], cwd=ROOT, check=True)  # noqa: S607
        print("the tag is set; by hand now: " + "; ".join(steps[1:]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
