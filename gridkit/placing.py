"""How files that were written beside others are put in their place: one, a folder of parts, or several as one act.

::

    exchange(written, target)      one file or one folder in a single step
    several(folder, targets)       all files of a temporary folder, or none of them
    finish(folder)                 the rest of an act whose process ended in the middle of it

Several names cannot be changed in one step. So what is to be done is written down first, in a journal within the
temporary folder; from then on the new files hold, and whoever next reads or writes there does what is left to do.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit import lock
from gridkit.lock import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JOURNAL = ".journal"
"""The file in a temporary folder that says which of its files go where; it is there only once all of them are whole."""
KEPT = ".old-"
"""How the names begin under which the files that are replaced are kept until all are."""


def stamp(path: Path | str) -> str:
    """Return what tells one state of a file from another: the SHA-256 of its bytes; nothing where there is no file."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return ""


def sync(folder: Path) -> None:
    """Let the names in a folder reach the disk: without it a crash may bring old ones back."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# ------------------------------------------------------------------ one
def exchange(written: Path, target: Path) -> None:
    """Put a file or a folder in the place of another, or of none."""
    if written.is_file() and not target.is_dir():
        written.replace(target)
        return
    if written.is_dir():
        written.chmod(stat.S_IMODE(target.parent.stat().st_mode))
    if not target.exists():
        written.rename(target)
        return
    if not swapped(written, target):
        # Where the system cannot exchange two names, the old one stands aside for the moment between two renames.
        target.rename(written.with_name(f"{written.name}.old"))
        written.rename(target)


def swapped(one: Path, other: Path) -> bool:
    """Exchange two names in one step, as renameat2(2) of Linux does; return whether the system could."""
    if sys.platform != "linux":
        return False
    exchange, here = 2, -100
    # Python has no call for it, and glibc has it since 2.28 only.
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


# ------------------------------------------------------------------ several
def several(folder: Path, targets: Sequence[Path]) -> None:
    """Put the files of a temporary folder in the places of others of the same names, all or none.

    Parameters
    ----------
    folder
        The temporary folder, with a file of the name of each target, whole and synced.
    targets
        The files that are replaced, all in the folder that holds the temporary one; nobody else may be writing them.

    Raises
    ------
    OSError
        When one of them cannot be replaced; those that were are as before.
    """
    there = [target for target in targets if target.exists()]
    for target in there:
        _second_name(target, folder / f"{KEPT}{target.name}")
    _note(folder, {target.name: target.name for target in targets}, {each.name: stamp(each) for each in targets})
    try:
        _carry_out(folder)
    except OSError:
        # Taking back is an act of several files as well.
        _note(folder, {each.name: f"{KEPT}{each.name}" if each in there else "" for each in targets}, {})
        _carry_out(folder)
        raise


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # network drives and exFAT have no second names
        shutil.copy2(file, name)


def _note(folder: Path, places: Mapping[str, str], were: Mapping[str, str]) -> None:
    """Write down what goes where: by name, the file in the temporary folder that takes it; none is taken away.

    Parameters
    ----------
    were
        The :func:`stamp` of each file that may be replaced: what somebody wrote there since is not.
    """
    draft = folder / f"{JOURNAL}-"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"places": dict(places), "were": dict(were)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / JOURNAL)
    sync(folder)


def _carry_out(folder: Path) -> None:
    """Do what the journal of a temporary folder says, as far as it is not done; then the journal has done its work."""
    try:
        said = json.loads((folder / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    for name, source in said["places"].items():
        target, were = folder.parent / name, said["were"].get(name)
        if not source:
            target.unlink(missing_ok=True)
        elif (folder / source).exists() and (were is None or stamp(target) == were):
            with suppress(FileNotFoundError):  # another process finishes the same act
                (folder / source).replace(target)
    sync(folder.parent)
    (folder / JOURNAL).unlink(missing_ok=True)


# ------------------------------------------------------------------ what ended processes left
def finish(folder: Path) -> None:
    """Do the rest of every act in a folder whose process ended in the middle of it."""
    for left in folder.glob(f"{PREFIX}*-*"):
        if (left / JOURNAL).exists() and lock.ended(left.name):
            with suppress(OSError):  # a folder that only others may write
                _carry_out(left)


def close(folder: Path) -> None:
    """Remove a temporary folder; an act that was begun in it is done first."""
    with suppress(OSError):  # what cannot be done now is left to the next process
        _carry_out(folder)
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Finish and remove what processes that have ended left; that of other machines and containers stays."""
    finish(folder)
    for left in folder.glob(f"{PREFIX}*-*"):
        if lock.ended(left.name) and not (left / JOURNAL).exists():
            shutil.rmtree(left, ignore_errors=True)
    for mark in folder.glob(f"{PREFIX}*.lock"):
        owner = lock.signed(mark)
        if owner is not None and owner.gone:
            lock.take_over(mark, owner)
    # A lock that was being taken over when its taker ended.
    for left in folder.glob(f"{PREFIX}*.lock-*"):
        owner = lock.signed(left)
        if owner is not None and owner.gone:
            left.unlink(missing_ok=True)
