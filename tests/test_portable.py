"""What only POSIX has is asked for behind a guard, so that the package runs where offices work: on Windows."""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path

import pytest

from gridkit.commands.console import Console
from gridkit.errors import SourceError

PACKAGE = Path(__file__).resolve().parents[1] / "gridkit"
POSIX_MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "posix", "syslog", "curses", "crypt"}
POSIX_CALLS = {
    "os": {
        *(
            "fork",
            "forkpty",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "getgroups",
            "setuid",
            "setgid",
            "chown",
            "lchown",
        ),
        *("fchown", "fchmod", "chroot", "nice", "wait", "waitid", "killpg", "getpgid", "setpgid", "setsid", "uname"),
        *("mkfifo", "mknod", "statvfs", "fstatvfs", "sched_getaffinity", "sched_setaffinity", "getloadavg", "sysconf"),
        *(
            "confstr",
            "getxattr",
            "setxattr",
            "sync",
            "pathconf",
            "posix_fallocate",
            "posix_fadvise",
            "openpty",
            "ttyname",
        ),
        *("kill", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"),
    },
    "signal": {
        *("SIGKILL", "SIGHUP", "SIGPIPE", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGTSTP", "SIGCHLD", "SIGXFSZ"),
        *("alarm", "setitimer", "pause", "sigwait", "pthread_sigmask", "pthread_kill"),
    },
    "time": {"tzset", "clock_gettime", "CLOCK_BOOTTIME"},
}
WORDS = ("win32", '"nt"', "'nt'", "hasattr", "getattr", "sys.platform", "os.name", "geteuid")


def guarded(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether an if, a conditional, a boolean, a try or a return before it asks which system this is."""
    here = node
    while here in parents:
        above = parents[here]
        if isinstance(above, ast.If | ast.IfExp | ast.BoolOp) and any(word in ast.unparse(above) for word in WORDS):
            return True
        if isinstance(above, ast.Try) and any(
            "AttributeError" in ast.unparse(each.type) or "ImportError" in ast.unparse(each.type)
            for each in above.handlers
            if each.type is not None
        ):
            return True
        body = getattr(above, "body", None)
        if isinstance(body, list) and here in body:
            before = body[: body.index(here)]
            if any(
                isinstance(each, ast.If)
                and any(word in ast.unparse(each.test) for word in WORDS)
                and isinstance(each.body[-1], ast.Return | ast.Raise | ast.Continue)
                for each in before
            ):
                return True
        here = above
    return False


def unguarded(text: str) -> list[str]:
    """Return what only POSIX has and is asked for without a guard, with its line."""
    tree = ast.parse(text)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names if each.name.partition(".")[0] in POSIX_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module:
            own = POSIX_CALLS.get(node.module, set())
            names = [node.module] if node.module in POSIX_MODULES else [e.name for e in node.names if e.name in own]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [node.attr] if node.attr in POSIX_CALLS.get(node.value.id, set()) else []
        if names and not guarded(node, parents):
            found += [f"{name}, line {node.lineno}" for name in names]
    return found


@pytest.mark.slow
def test_nothing_that_only_posix_has_is_asked_for_unguarded():
    found = {
        str(path.relative_to(PACKAGE)): unguarded(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")
    }
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("import os\nos.fork()\n", 1),
        ("import fcntl\n", 1),
        ("import os\nx = os.getuid() if os.name != 'nt' else 0\n", 0),
        ("import os, sys\ndef f():\n    if sys.platform == 'win32':\n        return\n    os.kill(1, 0)\n", 0),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None\n", 0),
        ("import os\nx = hasattr(os, 'nice') and os.nice(1)\n", 0),
    ],
    ids=["call", "module", "conditional", "early-return", "try", "hasattr"],
)
def test_the_check_finds_what_it_is_for(text, count):
    assert len(unguarded(text)) == count


def test_no_text_file_is_opened_in_the_encoding_of_the_machine():
    """A Chinese Windows would read and write GBK where UTF-8 is meant."""
    loose = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("read_text", "write_text"):
                named = {each.arg for each in node.keywords}
                places = len(node.args) - (node.func.attr == "write_text")
                if "encoding" not in named and places < 1:
                    loose.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert loose == []


@pytest.mark.parametrize("encoding", ["gbk", "cp936", "cp437", "ascii"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_console_of_another_code_page_is_written_to(monkeypatch, encoding, lang):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding=encoding))
    Console(lang=lang).fail(SourceError("there is no such file", where="Q区\u2014São Paulo €.gpkg"))
    sys.stderr.flush()
    text = raw.getvalue().decode(encoding)
    assert text.rstrip().endswith("[GK301]")
    assert ("错误" in text) == (lang == "zh" and encoding in ("gbk", "cp936"))
