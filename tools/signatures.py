"""Write the signatures and parameter sections of the public functions, and the fields of a project, from their options.

Run by ``python3 dev.py options``; with ``--check`` it says what is out of date and changes nothing.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.options.catalogue import options_of, project_options
from gridkit.options.commands import COMMANDS
from gridkit.options.wording import in_python

if TYPE_CHECKING:
    from gridkit.options.declaration import Option

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "gridkit"
WIDTH = 120
MOST = 6


def homes() -> dict[str, Path]:
    """Return the file of every public name, from the list of them."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    found = {}
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                path = PACKAGE.joinpath(*str(node.module).split("."))
                found[alias.asname or alias.name] = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return found


def parameter(option: Option) -> str:
    """Return an option as a parameter."""
    written = f"{option.name}: {option.annotation}"
    return written if option.required else f"{written} = {default(option)}"


def default(option: Option) -> str:
    """Return the default of an option as Python writes it."""
    return f'"{option.default}"' if isinstance(option.default, str) else repr(option.default)


def described(options: tuple[Option, ...], indent: str) -> list[str]:
    """Return the lines of a section that names every option and says what it is."""
    lines = []
    for each in options:
        said = in_python(each.help).replace("; may be repeated", "; one or several")
        text = " ".join(part for part in (said, each.more) if part)
        lines.append(indent + each.name)
        lines += textwrap.wrap(
            text, WIDTH, initial_indent=indent + "    ", subsequent_indent=indent + "    ", break_on_hyphens=False
        )
    return lines


def with_section(docstring: list[str], title: str, body: list[str], indent: str) -> list[str]:
    """Return the lines of a docstring with one section replaced, or put before the first one."""
    rules = [n for n, line in enumerate(docstring) if n and re.fullmatch(r"\s*-{3,}\s*", line)]
    heads = [n - 1 for n in rules]
    own = next((n for n in heads if docstring[n].strip() == title), None)
    end = len(docstring) - 1  # the closing quotes
    if own is None:
        start = stop = heads[0] if heads else end
        if not heads and docstring[-1].strip() != '"""':  # a docstring of one line
            docstring = [docstring[0].removesuffix('"""'), indent + '"""']
            start = stop = 1
    else:
        start, stop = own, next((n for n in heads if n > own), end)
    while start and not docstring[start - 1].strip():
        start -= 1
    after = docstring[stop:]
    section = ["", indent + title, indent + "-" * len(title), *body]
    return [*docstring[:start], *section, *([""] if after and after[0].strip() != '"""' else []), *after]


def function(lines: list[str], node: ast.FunctionDef, options: tuple[Option, ...]) -> list[str]:
    """Return the lines of a file with one function's signature and docstring written from its options."""
    places = [parameter(each) for each in options if each.place]
    named = [parameter(each) for each in options if not each.place]
    returns = ast.unparse(node.returns) if node.returns else "None"
    many = "  # noqa: PLR0913 - the public face" if len(options) > MOST else ""
    starred = ["*", *named] if named else []
    head = [f"def {node.name}({many}", *(f"    {each}," for each in [*places, *starred]), f") -> {returns}:"]
    docstring = node.body[0]
    old = lines[docstring.lineno - 1 : docstring.end_lineno]
    body = with_section(old, "Parameters", described(options, "    "), "    ") if options else old
    return [*lines[: node.lineno - 1], *head, *body, *lines[docstring.end_lineno :]]


def project_class(lines: list[str], node: ast.ClassDef, options: tuple[Option, ...]) -> list[str]:
    """Return the lines of a file with the fields of a project and their descriptions written from its options."""
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    docstring = node.body[0]
    old = lines[docstring.lineno - 1 : docstring.end_lineno]
    body = with_section(old, "Attributes", described(options, "    "), "    ")
    return [
        *lines[: docstring.lineno - 1],
        *body,
        "",
        *(f"    {held(each)}" for each in options),
        *lines[fields[-1].end_lineno :],
    ]


def held(option: Option) -> str:
    """Return an option as a field: the first may be empty, several are a tuple."""
    if option.required:
        return f'{option.name}: Source = ""'
    if option.kind == "files":
        return f"{option.name}: tuple[str | Path, ...] = ()"
    if option.kind == "pairs":
        return f"{option.name}: Mapping[str, Source] = field(default_factory=dict)"
    if option.kind == "words":
        return f"{option.name}: Mapping[str, str] = field(default_factory=dict)"
    return parameter(option)


def formatted(text: str, path: Path) -> str:
    """Return a source as the formatter writes it."""
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(path), "-"]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def written() -> dict[Path, str]:
    """Return every file that holds a public function or the project, as it should be."""
    sources: dict[Path, str] = {}
    home = homes()
    for command in COMMANDS.values():
        path = home[command.function]
        text = sources.get(path) or path.read_text(encoding="utf-8")
        node = next(n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == command.function)
        options = options_of(command.name, where="library")
        sources[path] = "\n".join(function(text.splitlines(), node, options)) + "\n"
    path = PACKAGE / "project.py"
    text = path.read_text(encoding="utf-8")
    node = next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == "Project")
    sources[path] = "\n".join(project_class(text.splitlines(), node, project_options())) + "\n"
    return {path: formatted(text, path) for path, text in sources.items()}


def main(arguments: list[str]) -> int:
    """Write what is out of date, or only name it; return whether anything was and stayed so."""
    stale = {path: text for path, text in written().items() if path.read_text(encoding="utf-8") != text}
    for path, text in stale.items():
        sys.stderr.write(f"{path.relative_to(ROOT)} does not follow gridkit/options\n")
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
