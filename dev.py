#!/usr/bin/env python3
"""The project's own commands on a bare machine: make the environment, then run the demo, the tests or the checks in it.

Python and pip are enough: nothing is to be installed first, and this file needs the standard library only. The
environment is made once, from the hashes of uv.lock, with the first of these that works here: uv, python -m venv,
virtualenv (which pip brings into a temporary folder). It is made again when the lock, the package's metadata or the
Python changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from ctypes.util import find_library
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
LOCKED = ROOT / "requirements" / "dev.txt"
BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
STAMP = "gridkit-stamp.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

USAGE = """\
usage: python3 dev.py COMMAND [ARGUMENT ...]

  demo [ARGUMENT ...]     draw a made-up district, split it and map it (into out/demo)
  test [ARGUMENT ...]     run the tests on every core, the slow ones in CI or with --slow; the arguments are pytest's
  test --lowest [...]     the same with the lowest versions that pyproject.toml allows
  check                   lint, format, types, import rules, words and page scripts, as CI runs them
  words [--check]         find every message, and write what is new into the catalogues
  gridkit [ARGUMENT ...]  the command line, from any folder
  python [ARGUMENT ...]   Python in the project's environment, from any folder
  docs [--run]            build the site (into out/docs), warnings being errors; --run also runs every page as typed
  bundle [--platform P]   what an office without a network installs from (into out/bundle): wheels and a script
  audit                   hold the locked dependencies against the known vulnerabilities, where those can be reached
  sbom                    write the bill of materials of the lock (into out/sbom.json)
  man [FOLDER]            write the man pages, English and Chinese (into out/man)
  options                 write the public functions' signatures anew from gridkit/options
  lock [ARGUMENT ...]     resolve the dependencies anew (uv.lock and requirements/)
  release [--dry-run]     check that all is ready, build, and set the tag; --dry-run only says what would be done
  clean                   remove the environments, caches and builds

The environment is .venv, or the folder that GRIDKIT_ENV names.
GRIDKIT_ENV_BY=uv|venv|virtualenv picks the tool that makes it.
"""


class TroubleError(Exception):
    """An expected failure: the message is all that the reader needs."""


class RungError(Exception):
    """A way of making the environment that this machine does not offer."""


# ------------------------------------------------------------------ saying and running
def say(text: str) -> None:
    """Print a line of progress on stderr: stdout belongs to the command that is run."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def run(command: Sequence[object], env: dict[str, str] | None = None, *, quiet: bool = False) -> bool:
    """Run a command in the project's folder, what it says on stderr or nowhere; return whether it succeeded."""
    words = [str(word) for word in command]
    out, err = (subprocess.DEVNULL, subprocess.DEVNULL) if quiet else (sys.stderr, None)
    try:
        return subprocess.call(words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err) == 0
    except OSError as error:
        say(f"{words[0]}: {error}")
        return False


def become(command: Sequence[object], env: dict[str, str]) -> int:
    """Run a command where the caller stands, with his stdin and stdout, and return its exit code."""
    return subprocess.call([str(word) for word in command], env=env)


# ------------------------------------------------------------------ the environment
def base_python() -> str:
    """Return the Python to build on: this one, or a newer one on PATH when this one is too old."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise TroubleError(
        f"gridkit needs Python 3.{OLDEST[1]} or newer; this is {sys.version.split()[0]} ({sys.executable}) "
        "and no newer one is on PATH"
    )


def python_in(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")


def main_folder() -> Path:
    """Return the folder of the environment for everyday work."""
    return Path(os.environ.get("GRIDKIT_ENV") or ROOT / ".venv").resolve()


def activated(folder: Path) -> dict[str, str]:
    """Return the variables of a shell in which the environment is active."""
    path = str(folder / SCRIPTS) + os.pathsep + os.environ.get("PATH", "")
    env = dict(os.environ, VIRTUAL_ENV=str(folder), PATH=path)
    env.pop("PYTHONHOME", None)
    return env


def uv_variables(folder: Path) -> dict[str, str]:
    """Return the variables under which uv fills an environment and never fetches a Python."""
    return dict(os.environ, UV_PROJECT_ENVIRONMENT=str(folder), UV_PYTHON_DOWNLOADS="never", VIRTUAL_ENV=str(folder))


def fill_by_uv(folder: Path, python: str) -> None:
    """Fill the environment by uv, from uv.lock."""
    uv = shutil.which("uv")
    if uv is None:
        raise RungError("uv is not installed")
    if not run([uv, "sync", "--frozen", "--quiet", "--python", python], env=uv_variables(folder)):
        raise RungError("uv sync failed")


def fill_by_venv(folder: Path, python: str) -> None:
    """Fill the environment by Python's own venv."""
    if not run([python, "-c", "import ensurepip, venv"], quiet=True):
        raise RungError("this Python has no ensurepip")
    if not run([python, "-m", "venv", "--clear", folder]):
        raise RungError("python -m venv failed")
    fill_by_pip(folder)


def fill_by_virtualenv(folder: Path, python: str) -> None:
    """Fill the environment by virtualenv, which pip puts into a temporary folder: nothing of the system is touched."""
    if not run([python, "-m", "pip", "--version"], quiet=True):
        raise RungError("this Python has no pip (on Debian: apt-get install python3-pip)")
    with tempfile.TemporaryDirectory(prefix="gridkit-") as target:
        env = dict(os.environ, PYTHONPATH=target, PIP_ROOT_USER_ACTION="ignore")
        pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", target]
        if not run([*pip, "--requirement", BOOTSTRAP], env=env):
            raise RungError("pip could not bring virtualenv")
        if not run([python, "-m", "virtualenv", "--quiet", "--clear", "--no-download", folder], env=env):
            raise RungError("virtualenv failed")
    fill_by_pip(folder)


def fill_by_pip(folder: Path) -> None:
    """Install what the lock names, hash by hash, and gridkit itself as an editable install."""
    pip = [python_in(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if not run([*pip, "--require-hashes", "--requirement", LOCKED], env=activated(folder)):
        raise RungError("pip could not install requirements/dev.txt")
    if not run([*pip, "--no-build-isolation", "--editable", ROOT], env=activated(folder)):
        raise RungError("pip could not install gridkit")


LADDER = {"uv": fill_by_uv, "venv": fill_by_venv, "virtualenv": fill_by_virtualenv}


def fill_from_lock(folder: Path, python: str) -> str:
    """Fill the environment by the first rung of the ladder that holds, and return its name."""
    asked = os.environ.get("GRIDKIT_ENV_BY")
    if asked and asked not in LADDER:
        raise TroubleError(f"GRIDKIT_ENV_BY={asked} is none of {', '.join(LADDER)}")
    say(f"making {folder} from uv.lock (once; a minute or so)")
    for name in [asked] if asked else LADDER:
        try:
            LADDER[name](folder, python)
        except RungError as reason:
            say(f"not with {name}: {reason}")
        else:
            return name
    raise TroubleError(
        "no environment could be made; the lines above say why (no network? a mirror is set by PIP_INDEX_URL)"
    )


def fill_with_lowest(folder: Path, python: str) -> str:
    """Fill an environment with the lowest versions of the direct dependencies, by the uv of the main environment."""
    uv = python_in(ready(main_folder(), fill_from_lock)).with_name("uv")
    env = uv_variables(folder)
    say(f"making {folder} with the lowest versions (once; a minute or so)")
    install = [uv, "pip", "install", "--quiet", "--resolution", "lowest-direct", "--group", "dev", "--editable", ROOT]
    if not (run([uv, "venv", "--quiet", "--clear", "--python", python, folder], env=env) and run(install, env=env)):
        raise TroubleError("the lowest versions could not be installed")
    return "uv"


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def stamp_of(folder: Path, python: str) -> str:
    """Return what an environment hangs on, as text to compare: it is used again while this stays the same."""
    probe = [python, "-c", "import sys; print(sys.version, sys.base_prefix)"]
    version = subprocess.run(probe, capture_output=True, text=True, check=False).stdout.strip()
    # The tools' settings, from the first [tool.] table on, change nothing that is installed.
    metadata = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.")[0]
    lock_file = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hashes = {"metadata": digest(metadata), "lock": digest(lock_file)}
    return json.dumps({"folder": str(folder), "python": version, **hashes}, indent=1)


def ready(folder: Path, fill: Callable[[Path, str], str]) -> Path:
    """Return the folder with a filled environment in it: the one that is there, or a new one when it is out of date."""
    python = base_python()
    stamp, wanted = folder / STAMP, stamp_of(folder, python)
    if stamp.is_file() and stamp.read_text() == wanted and python_in(folder).exists():
        return folder
    ours = (folder / "pyvenv.cfg").exists() and (stamp.exists() or ROOT in folder.parents)
    if folder.exists() and any(folder.iterdir()) and not ours:
        raise TroubleError(
            f"{folder} is not an environment of dev.py: empty it, or let GRIDKIT_ENV name another folder"
        )
    start = time.monotonic()
    name = fill(folder, python)
    stamp.write_text(wanted)
    say(f"{folder} is ready, by {name} in {time.monotonic() - start:.0f} s")
    return folder


# ------------------------------------------------------------------ the browser, and the database
SERVERS = Path("/usr/lib/postgresql")
"""Where Debian puts the programs of PostgreSQL: the tests start a server of their own with them, on loopback."""


def missing() -> list[str]:
    """Return the Debian packages that the tests of maps, papers and databases want and this machine has not got."""
    packages = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    # Playwright's driver comes in its wheel, but for this one library.
    if sys.platform == "linux" and find_library("atomic") is None:
        packages.append("libatomic1")
    if not sets_chinese():
        packages.append("fonts-noto-cjk")
    return packages if has_postgis() else [*packages, "postgresql", "postgresql-postgis"]


def has_postgis() -> bool:
    """Return whether a server of PostgreSQL is installed that has PostGIS."""
    versions = [folder.parent.name for folder in SERVERS.glob("*/bin")]
    extension = "/usr/share/postgresql/{}/extension/postgis.control"
    return any(Path(extension.format(version)).exists() for version in versions)


def sets_chinese() -> bool:
    """Return whether a font with Chinese is installed."""
    try:
        fonts = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, check=False)
    except OSError:
        return False
    return bool(fonts.stdout.strip())


def bring_browser() -> None:
    """Install what those tests want, as root on Debian; where that fails say it loudly."""
    packages = missing()
    if not packages:
        return
    names = " ".join(packages)
    reason = "this is not root" if getattr(os, "geteuid", lambda: 1)() else install(packages)
    if reason:
        bar = "!" * 78
        say(bar)
        say(f"not here, and could not be brought ({reason}): {names}")
        say("tests of maps, papers and databases will be SKIPPED, or FAIL where this is CI; the mend:")
        say(f"apt-get install {names}")
        say(bar)


def install(packages: list[str]) -> str:
    """Install Debian packages; return why that failed, or nothing."""
    if shutil.which("apt-get") is None:
        return "this machine has no apt-get"
    say(f"bringing {' '.join(packages)} for the tests of maps, papers and databases (once; a minute or so)")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3"]
    for pause in (0, 5, 20):
        time.sleep(pause)
        # A package list that is partly out of reach may still hold them.
        run([*apt, "update"], env=env)
        if run([*apt, "install", "-y", "--no-install-recommends", *packages], env=env):
            return ""
    return "apt-get install failed"


# ------------------------------------------------------------------ the commands
def in_environment(program: str, arguments: Sequence[object]) -> int:
    """Run a program of the environment where the caller stands."""
    folder = ready(main_folder(), fill_from_lock)
    return become([folder / SCRIPTS / program, *arguments], activated(folder))


def demo(arguments: list[str]) -> int:
    """Run the whole main job on a made-up district."""
    return in_environment("gridkit", ["demo", *(arguments or ["--output", str(ROOT / "out" / "demo"), "--overwrite"])])


def test(arguments: list[str]) -> int:
    """Run the tests, pytest's line last."""
    lowest = "--lowest" in arguments
    folder = ready(ROOT / ".venv-lowest", fill_with_lowest) if lowest else ready(main_folder(), fill_from_lock)
    bring_browser()
    words = [word for word in arguments if word != "--lowest"]
    if not any(word.startswith(ALONE) or (ROOT / word.partition("::")[0]).exists() for word in words):
        words = [*PARALLEL, *words]
    return subprocess.call([str(python_in(folder)), "-m", "pytest", *words], cwd=ROOT, env=activated(folder))


PARALLEL = ["--numprocesses", "auto", "--maxprocesses", "8", "--dist", "loadfile"]
"""A file's tests share what they make, so that a whole file goes to one process."""
ALONE = ("-n", "--numprocesses", "--dist", "--pdb", "-s", "--capture", "--collect-only", "--co")
"""With these of pytest's arguments the caller decides himself, or wants to look on; named files run in one process."""

CHECKS = {
    "lint": ["ruff", "check"],
    "format": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-cache"],
    "unused": ["vulture"],
    "words": ["python", "tools/words.py", "--check"],
}
PAGE_TOOLS = ROOT / "tools" / "page"
"""What reads the page's own scripts, from npm: eslint and TypeScript, as package-lock.json has them by hash."""
SCRIPT_CHECKS = {
    "scripts": ["npm", "--prefix", PAGE_TOOLS, "exec", "--", "eslint", "gridkit/render/page/assets"],
    "typed": ["npm", "--prefix", PAGE_TOOLS, "exec", "--", "tsc", "--project", PAGE_TOOLS / "tsconfig.json"],
}


def check(arguments: list[str]) -> int:
    """Run every check, all of them even when one fails, and sum up."""
    if arguments:
        raise TroubleError("check takes no arguments")
    folder = ready(main_folder(), fill_from_lock)
    commands: dict[str, list[object]] = {
        name: [folder / SCRIPTS / command[0], *command[1:]] for name, command in CHECKS.items()
    }
    if (npm := shutil.which("npm")) and run([npm, "ci", "--prefix", PAGE_TOOLS, "--no-audit", "--no-fund"], quiet=True):
        commands |= {name: [npm, *command[1:]] for name, command in SCRIPT_CHECKS.items()}
    else:
        say("!" * 78)
        said = "npm could not bring its tools" if npm else "npm is missing"
        say(f"the scripts of the maps are NOT checked here: {said}; the mend: npm ci --prefix tools/page")
        say("!" * 78)
    verdicts = {}
    for name, command in commands.items():
        say("{}: {}".format(name, " ".join([Path(str(command[0])).stem, *map(str, command[1:])])))
        verdicts[name] = run(command, env=activated(folder))
    for name, passed in verdicts.items():
        say(f"{name:8} {'passed' if passed else 'FAILED'}")
    return 0 if all(verdicts.values()) else 1


def words(arguments: list[str]) -> int:
    """Find every message and write what is new into the catalogues."""
    return in_environment("python", [ROOT / "tools" / "words.py", *arguments])


def gridkit(arguments: list[str]) -> int:
    """Run the command line."""
    return in_environment("gridkit", arguments)


def python(arguments: list[str]) -> int:
    """Run Python."""
    return in_environment("python", arguments)


def options(arguments: list[str]) -> int:
    """Write the signatures and docstrings of the public functions from what gridkit/options declares."""
    folder = ready(main_folder(), fill_from_lock)
    return subprocess.call(
        [str(python_in(folder)), "tools/signatures.py", *arguments],
        cwd=ROOT,
        env=dict(activated(folder), PYTHONPATH=str(ROOT)),
    )


def man(arguments: list[str]) -> int:
    """Write the man pages."""
    return in_environment("python", [ROOT / "tools" / "manpages.py", *arguments])


def docs(arguments: list[str]) -> int:
    """Build the site, offline, with warnings as errors; run every page where that is asked for."""
    if arguments not in ([], ["--run"]):
        raise TroubleError("docs takes nothing but --run")
    folder = ready(main_folder(), fill_from_lock)
    env = dict(activated(folder), PYTHONPATH=str(ROOT))
    sphinx = [
        python_in(folder),
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "docs",
        ROOT / "out" / "docs",
    ]
    if not run(sphinx, env=env):
        raise TroubleError("the site has faults: the lines above name them")
    say(f"the site is {ROOT / 'out' / 'docs' / 'index.html'}")
    if not arguments:
        return 0
    return subprocess.call(
        [str(python_in(folder)), "-m", "pytest", "tests/docs", "-v"], cwd=ROOT, env=dict(env, GRIDKIT_DOCS="all")
    )


def bundle(arguments: list[str]) -> int:
    """Gather the wheels, and the script, that an office without a network installs from."""
    return in_environment("python", [ROOT / "tools" / "bundle.py", *arguments])


def audit(arguments: list[str]) -> int:
    """Hold what is locked against the known vulnerabilities; what could not be asked about is said loudly."""
    if arguments:
        raise TroubleError("audit takes no arguments")
    folder = ready(main_folder(), fill_from_lock)
    command = [str(folder / SCRIPTS / "pip-audit"), "--require-hashes", "--disable-pip", "-r", str(LOCKED)]
    done = _audited([*command, "--strict"])
    missed = ""
    if done.returncode and any(word in done.stderr for word in UNREACHED):
        missed, done.returncode = "none of them: the data is out of reach", 0
    elif done.returncode and UNKNOWN in done.stderr:
        # Strict, it ends at the first package that the server of the data does not know: the others are asked about.
        done = _audited([*command, "--format", "json"])
        found = json.loads(done.stdout or '{"dependencies": []}')["dependencies"]
        names = [each["name"] for each in found if "skip_reason" in each]
        missed = f"{len(found) - len(names)} of {len(found)}; not known there: {', '.join(names[:5])} ..."
        for each in found:
            for fault in each.get("vulns", ()):
                print(each["name"], each["version"], fault["id"], *fault.get("fix_versions", ()))
    else:
        print(done.stdout, end="")
        print(done.stderr, end="", file=sys.stderr)
    if missed:
        bar = "!" * 78
        for line in (bar, f"held against known vulnerabilities: {missed}", bar):
            say(line)
    return 1 if missed and os.environ.get("GRIDKIT_AUDIT") == "strict" else done.returncode


def _audited(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


UNREACHED = ("ConnectionError", "Max retries", "Failed to resolve", "Temporary failure", "ProxyError", "ServiceError")
"""Words of pip-audit where it could ask nobody."""
UNKNOWN = "not found on PyPI"
"""What it says of a package that the server does not know."""


def sbom(arguments: list[str]) -> int:
    """Write the bill of materials (CycloneDX 1.5) of what is locked, without what only development needs."""
    if arguments:
        raise TroubleError("sbom takes no arguments")
    uv = shutil.which("uv") or ready(main_folder(), fill_from_lock) / SCRIPTS / "uv"
    file = ROOT / "out" / "sbom.json"
    file.parent.mkdir(exist_ok=True)
    words = ["export", "--frozen", "--quiet", "--no-dev", "--all-extras", "--format", "cyclonedx1.5"]
    if not run([uv, *words, "--output-file", file], env=dict(os.environ, UV_PYTHON_DOWNLOADS="never")):
        raise TroubleError("uv export failed: it needs uv 0.9.11 or newer")
    say(f"{file} is written")
    return 0


def lock(arguments: list[str]) -> int:
    """Resolve the dependencies anew and write the lock, and for pip what the lock says."""
    uv = shutil.which("uv") or ready(main_folder(), fill_from_lock) / SCRIPTS / "uv"
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    if not run([uv, "lock", "--python", base_python(), *arguments], env=env):
        raise TroubleError("uv lock failed")
    export = [uv, "export", "--frozen", "--quiet", "--no-annotate", "--no-header"]
    for file, which in ((LOCKED, ["--no-emit-project", "--group", "dev"]), (BOOTSTRAP, ["--only-group", "bootstrap"])):
        file.parent.mkdir(exist_ok=True)
        if not run([*export, *which, "--output-file", file], env=env):
            raise TroubleError("uv export failed")
    return 0


def release(arguments: list[str]) -> int:
    """Check that all is ready for a release, and set its tag."""
    return in_environment("python", [ROOT / "tools" / "release.py", *arguments])


def clean(arguments: list[str]) -> int:
    """Remove what dev.py and its tools have made, but for the results in out/."""
    if arguments:
        raise TroubleError("clean takes no arguments")
    for name in (
        ".venv",
        ".venv-lowest",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        "build",
        "dist",
    ):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in [*ROOT.glob("gridkit/**/__pycache__"), *ROOT.glob("tests/**/__pycache__")]:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def usage(_arguments: list[str]) -> int:
    """Print what there is."""
    print(USAGE, end="")
    return 0


COMMANDS = {
    "demo": demo,
    "test": test,
    "check": check,
    "words": words,
    "docs": docs,
    "bundle": bundle,
    "audit": audit,
    "sbom": sbom,
    "man": man,
    "gridkit": gridkit,
    "python": python,
    "options": options,
    "lock": lock,
    "release": release,
    "clean": clean,
    "help": usage,
    "--help": usage,
    "-h": usage,
}


def main(arguments: list[str]) -> int:
    """Run the command that the arguments name, and return the exit code."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if name not in COMMANDS:
        say(f"no command {name!r}; `python3 dev.py help` lists them")
        return 2
    try:
        return COMMANDS[name](rest)
    except TroubleError as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
