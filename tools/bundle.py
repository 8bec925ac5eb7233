"""What an office without a network installs from: every wheel of the lock, gridkit's own, and a script.

::

    python3 dev.py bundle                                     for this system and Python
    python3 dev.py bundle --platform win_amd64 --python 3.12  for another, from anywhere

It is written into out/bundle-PLATFORM. ``install.sh`` (or ``install.bat``) makes an environment beside itself, by the
Python that is there, from the wheels alone: pip is told of no index, and holds each file to its hash.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("papers", "plots", "h3", "rounds")
MANYLINUX = ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64")

SH = """#!/bin/sh
# Install gridkit from the wheels beside this file, without a network. ./install.sh [FOLDER of the environment]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-"$here/gridkit"}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (@MAJOR@, @MINOR@))' || {
  echo "this bundle is for Python @MAJOR@.@MINOR@; name it: PYTHON=python@MAJOR@.@MINOR@ ./install.sh" >&2; exit 2; }
# Debian's Python has no ensurepip: the pip in here makes the environment instead.
"$python" -m venv --without-pip "$target"
pip=$(ls "$here"/wheels/pip-*.whl)
"$target/bin/python" "$pip/pip" install --quiet --no-index --find-links "$here/wheels" --require-hashes --no-deps \\
  --requirement "$here/requirements.txt"
"$target/bin/gridkit" --version
echo "gridkit is $target/bin/gridkit"
"""
BAT = """@echo off\r
rem Install gridkit from the wheels beside this file, without a network: install.bat [FOLDER of the environment]\r
setlocal\r
set "here=%~dp0"\r
set "target=%~1"\r
if "%target%"=="" set "target=%here%gridkit"\r
set "python=py -@MAJOR@.@MINOR@"\r
where py >nul 2>nul || set "python=python"\r
%python% -c "import sys; sys.exit(sys.version_info[:2] != (@MAJOR@, @MINOR@))" || (\r
  echo This bundle is for Python @MAJOR@.@MINOR@, 64 bit.\r
  exit /b 2\r
)\r
%python% -m venv --without-pip "%target%" || exit /b 1\r
for %%p in ("%here%wheels\\pip-*.whl") do set "pip=%%~fp"\r
"%target%\\Scripts\\python.exe" "%pip%\\pip" install --quiet --no-index --find-links "%here%wheels" --require-hashes ^\r
  --no-deps --requirement "%here%requirements.txt" || exit /b 1\r
"%target%\\Scripts\\gridkit.exe" --version || exit /b 1\r
echo gridkit is %target%\\Scripts\\gridkit.exe\r
"""


def asked(arguments: list[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="dev.py bundle", description="Gather what is installed without a network.")
    parser.add_argument("--platform", default="", help="as pip calls it, such as win_amd64; this one when not given")
    parser.add_argument("--python", default=".".join(map(str, sys.version_info[:2])), help="3.11 to 3.14")
    parser.add_argument("--output", type=Path, help="the folder to write to")
    return parser.parse_args(arguments)


def script(text: str, python: str) -> str:
    """Return a script for one version of Python."""
    major, minor = python.split(".")
    return text.replace("@MAJOR@", major).replace("@MINOR@", minor)


def requirements() -> str:
    """Return what is locked, with hashes: gridkit's own needs and all its extras, nothing of development."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    words = ["export", "--frozen", "--quiet", "--no-annotate", "--no-header", "--no-dev", "--no-emit-project", *extras]
    return subprocess.run([uv, *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def download(needs: Path, wheels: Path, platform: str, python: str) -> None:
    """Bring the wheels of a platform and Python, held to their hashes."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", wheels]
    chosen = (platform,) if platform else ()
    if platform.startswith(("manylinux", "linux")):
        chosen = MANYLINUX
    told = [word for each in chosen for word in ("--platform", each)] + ["--only-binary", ":all:"]
    told += ["--python-version", python] if platform or python != ".".join(map(str, sys.version_info[:2])) else []
    subprocess.run([*pip, *told, "--no-deps", "--require-hashes", "--requirement", needs], check=True)
    # pip itself makes the environment, on a Python that brings none.
    subprocess.run([*pip, "--no-deps", "--only-binary", ":all:", "pip"], check=True)


def own(wheels: Path) -> str:
    """Build gridkit's wheel among the others, and return the line that asks for it with its hash."""
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", *words, "--wheel-dir", wheels, ROOT], check=True)
    (wheel,) = wheels.glob("governance_grids-*.whl")
    told = subprocess.run(
        [sys.executable, "-m", "pip", "hash", wheel], check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    return f"governance-grids=={wheel.name.split('-')[1]} {told}\n"


def main(arguments: list[str]) -> Path:
    """Write a bundle and return its folder."""
    wanted = asked(arguments)
    name = wanted.platform or sysconfig.get_platform().replace("-", "_")
    folder = wanted.output or ROOT / "out" / f"bundle-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    needs = folder / "requirements.txt"
    text = applicable(requirements(), wanted.platform, wanted.python)
    needs.write_text(text, encoding="utf-8")
    download(needs, wheels, wanted.platform, wanted.python)
    needs.write_text(text + own(wheels), encoding="utf-8")
    if wanted.platform.startswith("win"):
        (folder / "install.bat").write_bytes(script(BAT, wanted.python).encode("ascii"))
    else:
        (folder / "install.sh").write_text(script(SH, wanted.python), encoding="ascii")
        (folder / "install.sh").chmod(0o755)
    size = sum(path.stat().st_size for path in wheels.iterdir())
    print(f"{folder}: {len(list(wheels.iterdir()))} wheels, {size / 1e6:,.0f} MB")
    return folder


def applicable(text: str, platform: str, python: str) -> str:
    """Return the requirements that hold on a platform: pip judges markers by the machine that downloads."""
    from packaging.markers import Marker

    system = {"win": ("nt", "win32", "Windows"), "mac": ("posix", "darwin", "Darwin")}.get(
        platform[:3], ("posix", "linux", "Linux")
    )
    there = {
        "os_name": system[0],
        "sys_platform": system[1],
        "platform_system": system[2],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "AMD64" if system[0] == "nt" else "arm64" if "arm64" in platform else "x86_64",
    }
    kept = []
    for entry in re.split(r"\n(?=\S)", text.strip()):
        marker = re.search(r" ; (.*?)(?: \\|$)", entry, flags=re.MULTILINE)
        if marker is None or Marker(marker[1]).evaluate(there):
            kept.append(re.sub(r" ; .*?(?= \\|$)", "", entry, count=1, flags=re.MULTILINE))
    return "\n".join(kept) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
