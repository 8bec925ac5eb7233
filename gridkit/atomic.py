"""Writing that leaves a whole old file or a whole new one, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.errors import GridkitError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PREFIX = ".gridkit-"


def refuse(path: Path | str, *, overwrite: bool, inputs: Iterable[Path | str] = ()) -> Path:
    """Return ``path`` when it may be written; raise :class:`OutputError` when it exists, is an input or a folder."""
    path = Path(path)
    if any(path.resolve() == Path(source).resolve() for source in inputs):
        raise OutputError("an input is never an output", where=path, mend="name another file with -o")
    if path.is_dir():
        raise OutputError("this is a folder", where=path, mend="name a file in it with -o")
    if path.exists() and not overwrite:
        raise OutputError("the file exists", where=path, mend="add --overwrite, or name another file with -o")
    return path


def slug(name: str) -> str:
    """Return a file name for a name from data: no folder, no sign a system reserves, and never that of another name.

    Examples
    --------
    >>> slug("东门街道"), slug("../../etc")
    ('东门街道', 'etc-74ccf3c5')
    """
    kept = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII if name.isascii() else 0).strip("-.")[:80]
    reserved = kept.upper() in {"", "CON", "PRN", "AUX", "NUL"} or re.fullmatch(r"(?i)(com|lpt)\d", kept)
    if kept == name and not reserved:
        return name
    return f"{kept or 'x'}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}"


@contextmanager
def replacing(path: Path | str, *, overwrite: bool = True) -> Iterator[Path]:
    """Yield a path of the same name in a temporary folder beside ``path``; on leaving well, put the file in place.

    The temporary file is synced, then renamed over the target, then the folder is synced, so that a crash, a full disk
    or a kill leaves the old file whole. Folders left behind by processes that died are removed on the way in.

    Raises
    ------
    OutputError
        When the target exists and ``overwrite`` is false, or the system cannot write it.
    """
    target = refuse(path, overwrite=overwrite)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=target.parent))
    except OSError as error:
        raise _failed(target, error) from error
    try:
        yield folder / target.name
        _settle(folder / target.name, target)
    except OSError as error:
        if isinstance(error, GridkitError) or not _is_ours(error, folder):
            raise
        raise _failed(target, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settle(written: Path, target: Path) -> None:
    if not written.exists():
        raise OutputError("nothing was written", where=target)
    with written.open("rb+") as handle:
        os.fsync(handle.fileno())
    written.replace(target)
    if os.name == "posix":
        handle_ = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle_)
        finally:
            os.close(handle_)


def _is_ours(error: OSError, folder: Path) -> bool:
    """Whether the system failed on the file being written (a full disk names no file), not on some input."""
    return error.filename is None or str(folder) in str(error.filename)


def _failed(target: Path, error: OSError) -> OutputError:
    return OutputError(
        "cannot be written: {why}",
        where=target,
        mend="check the folder's rights and free space",
        why=error.strerror or error,
    )


def _sweep(folder: Path) -> None:
    """Remove temporary folders whose process is gone."""
    for left in folder.glob(f"{PREFIX}*-*"):
        pid = left.name[len(PREFIX) :].split("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True  # os.kill would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
