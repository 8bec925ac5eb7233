"""Writing that leaves a whole old file or a whole new one, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import sqlite3
import stat
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit import lock, placing
from gridkit.database.address import names_database
from gridkit.errors import GridkitError, OutputError, masked
from gridkit.lock import PREFIX
from gridkit.placing import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import FrameType

    from gridkit.database.address import Address

STDOUT = "-"
"""How standard output is named where a file is asked for."""
READER_LEFT = 141
"""The exit code when the reader of standard output (head, less) has all that it wanted."""
LEAST_FREE = 1 << 20
"""Bytes that must be free where something is to be written: less is a full disk, found before the work."""
LONGEST_NAME = 255
GRACE_S = 1.5
"""Seconds that a file being written is given to be whole after Ctrl-C: who pressed it waits for no more than two."""
_pressed: list[threading.Event] = []  # one, while something that is not to be stopped at once is being written
PLACED: list[Path | Address] = []
"""The files that this process has put in place, in order: what a command that is stopped says it has saved."""
WRITERS = ("pyogrio", "pyarrow", "rasterio", "zipfile")
"""Libraries whose own errors mean, while a file of ours is being written, that it could not be."""
GEOPACKAGE: dict[str, Any] = {"driver": "GPKG", "VERSION": "1.3"}
"""How pyogrio writes a GeoPackage: GDAL 3.6, which Debian 12 has, warns of every newer version as it opens it."""


# ------------------------------------------------------------------ what may be written
def refuse(path: Path | str, *, overwrite: bool, inputs: Iterable[Path | str] = ()) -> Path:
    """Return where a file may be written; say why not before the work begins rather than after it.

    Parameters
    ----------
    path
        The file to write; behind a symbolic link, the file the link leads to is the one that is replaced.
    overwrite
        Whether a file that is there may be replaced.
    inputs
        What the same job reads: none of them is ever written over, under whatever name or link.

    Raises
    ------
    OutputError
        When the file exists, is an input, a folder, a device or a pipe, when its name is too long or holds what no name
        may hold, when its folder cannot be written or its disk is full.
    """
    if names_database(path):
        raise OutputError(
            "a database takes plans, and this is none", where=masked(str(path)), mend="name a file with -o"
        )
    path = Path(path)
    if str(path) == STDOUT:
        raise OutputError("this cannot be written to standard output", mend="name a file with -o")
    try:
        return _refused(path, overwrite=overwrite, inputs=inputs)
    except (OSError, ValueError) as error:
        if isinstance(error, GridkitError):
            raise
        # No name at all: longer than the system takes, or with a NUL in it.
        raise OutputError(
            "cannot be written: {why}", where=_short(path), mend="choose another name", why=_why(error)
        ) from error


def folder(path: Path | str) -> Path:
    """Return the folder that several files are written to: what a symbolic link leads to, though nothing is there yet.

    Raises
    ------
    OutputError
        When it is standard output, a file, a device or a pipe.
    """
    if str(path) == STDOUT:
        raise OutputError("this cannot be written to standard output", mend="name a folder with -o")
    place = destination(path)
    if os.path.exists(place) and not os.path.isdir(place):  # noqa: PTH110, PTH112 - as in same()
        said = "{folder} is a file, not a folder"
        raise OutputError(said, where=_short(Path(path)), mend="name another folder", folder=_short(place))
    return place


def _refused(path: Path, *, overwrite: bool, inputs: Iterable[Path | str]) -> Path:
    target = destination(path)
    if any(same(target, source) for source in inputs):
        raise OutputError("an input is never an output", where=path, mend="name another file with -o")
    if any(mark in str(path) for mark in "\n\r\0"):
        raise OutputError("a line break cannot stand in a file's name", where=_short(path), mend="choose another name")
    if len(target.name.encode(errors="surrogatepass")) > LONGEST_NAME:
        raise OutputError(
            "the name is too long for a file", where=_short(path), mend="choose a name of at most 255 bytes"
        )
    if target.is_dir() and not holds_shapefile(target):
        raise OutputError("this is a folder", where=path, mend="name a file in it with -o")
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise OutputError("this is a device or a pipe, not a file", where=path, mend="name a file with -o")
    if target.exists() and not overwrite:
        raise OutputError("the file exists", where=path, mend="add --overwrite, or name another file with -o")
    _room(target, path)
    return path


def _room(target: Path, path: Path) -> None:
    """Refuse where the folder, or the nearest one above that is there, takes no new file."""
    # Folders that are not there yet are made later; what counts is the one that will hold the first of them.
    folder = next(each for each in target.absolute().parents if each.exists())
    if not folder.is_dir():
        raise OutputError("{folder} is a file, not a folder", where=path, mend="name another folder", folder=folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            "the folder cannot be written", where=path, mend="check the rights of {folder}", folder=folder
        )
    disk = shutil.disk_usage(folder)
    # What is no disk at all (/proc) says that it has no byte: it is refused when it is written to.
    if disk.total and disk.free < LEAST_FREE:
        raise OutputError("the disk is full", where=path, mend="make room on the disk of {folder}", folder=folder)


def destination(path: Path | str) -> Path:
    """Return the file that is replaced when ``path`` is written: what a symbolic link leads to, else the path."""
    # Path.is_symlink raises for names too long, which the refusal is to say.
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path)  # noqa: PTH114


def same(one: Path | str, other: Path | str) -> bool:
    """Whether two names are one file, also through links."""
    with suppress(OSError, ValueError):
        if os.path.exists(one) and os.path.exists(other):  # noqa: PTH110 - Path.exists raises for names too long
            return Path(one).samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def holds_shapefile(folder: Path) -> bool:
    """Whether a folder is one that a Shapefile was written as: its parts under its own name, and nothing else."""
    parts = [each.name for each in folder.iterdir()]
    return f"{folder.stem}.shp" in parts and all(name.startswith(f"{folder.stem}.") for name in parts)


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


# ------------------------------------------------------------------ writing
@contextmanager
def replacing(path: Path | str, *, overwrite: bool = True, basis: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield a path of the same name in a temporary folder beside ``path``; on leaving well, put it in place.

    What was written is synced, then renamed over the target, then the folder is synced, so that a crash, a full disk
    or a kill leaves the old file whole. A folder, the several parts of a Shapefile, is exchanged for the old one in the
    same way. Behind a symbolic link the file it leads to is replaced. A file keeps its rights; a new one gets at most
    those of its folder. Folders left behind by processes that are known to have ended are removed on the way in.

    Parameters
    ----------
    path
        The file to write.
    overwrite
        Whether a file that is there may be replaced; asked again at the moment it would be.
    basis
        The :func:`stamp` of the states that what is written was made from: any other state that is found there is
        somebody else's work, which is not overwritten. Empty where it does not matter.

    Raises
    ------
    OutputError
        When the target may not or cannot be written, or changed since it was read.
    """
    refuse(path, overwrite=overwrite)
    target = destination(path)
    with to_its_end(), _beside(target) as folder:
        yield folder / target.name
        _ready(folder / target.name, target)
        # The lock is held only here, not while the file is written: writing may take long, a rename does not.
        with lock.holding(target):
            placing.finish(target.parent)
            if basis and stamp(target) not in basis:
                raise OutputError(
                    "it was changed by another process since it was read; nothing was written",
                    where=target,
                    mend="read it again and repeat the change, or name another file with -o",
                )
            if not overwrite:
                refuse(target, overwrite=False)
            placing.exchange(folder / target.name, target)
        # The rename itself lies in the folder: without this a crash may bring the old name back.
        placing.sync(target.parent)
        PLACED.append(target)


@contextmanager
def together(paths: Sequence[Path | str], *, overwrite: bool = True) -> Iterator[list[Path]]:
    """Yield a path for each of several files of one folder; on leaving well all are put in place as one act.

    Each is written as in :func:`replacing`. An error leaves every old file; a kill leaves all old or, once the new ones
    hold, some of the old ones until the next process that reads or writes a plan in that folder has put the rest in
    place (:mod:`gridkit.placing`).

    Parameters
    ----------
    paths
        The files to write, of different names in one folder.
    overwrite
        Whether files that are there may be replaced.

    Raises
    ------
    OutputError
        When one of them may not or cannot be written: none is.
    """
    targets = [destination(refuse(path, overwrite=overwrite)) for path in paths]
    home = targets[0].parent
    for path, target in zip(paths, targets, strict=True):
        if target.parent.absolute() != home.absolute():
            raise OutputError(
                "a link leads out of the folder of the files that are written with it",
                where=path,
                mend="remove the link, or name another folder",
            )
    with to_its_end(), _beside(targets[0]) as folder, ExitStack() as locks:
        yield [folder / target.name for target in targets]
        for target in targets:
            _ready(folder / target.name, target)
        for target in sorted(targets):
            locks.enter_context(lock.holding(target))
        placing.finish(home)
        for target in targets:
            refuse(target, overwrite=overwrite)
        placing.several(folder, targets)
        PLACED.extend(targets)


@contextmanager
def to_its_end(grace_s: float = GRACE_S) -> Iterator[None]:
    """Let what was begun come to its end though Ctrl-C is pressed meanwhile, and be stopped by it then.

    What took long to find is not lost because the key was pressed while it was written. A second Ctrl-C, or so many
    seconds, end the writing as well: no file changes.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C was pressed.
    """
    before = signal.getsignal(signal.SIGINT)
    elsewhere = threading.current_thread() is not threading.main_thread()
    if elsewhere or _pressed or before is None or isinstance(before, int):
        yield
        return
    pressed = threading.Event()
    _pressed.append(pressed)
    late = threading.Timer(grace_s, _press_again, (threading.get_ident(),))
    late.daemon = True

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            before(number, frame)
            return
        pressed.set()
        late.start()

    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        late.cancel()
        signal.signal(signal.SIGINT, before)
        _pressed.clear()
    if pressed.is_set():
        raise KeyboardInterrupt


def _press_again(thread: int) -> None:
    """Press Ctrl-C for a thread, also while it waits for the disk."""
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        signal.pthread_kill(thread, signal.SIGINT)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside a file; what fails in it says which file cannot be written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        placing.sweep(target.parent)
        # Its name says whose it is from its first moment, so that one in use is known from one left behind.
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{lock.this().token}-", dir=target.parent))
    except OSError as error:
        raise _failed(target, error) from error
    try:
        yield folder
    except Exception as error:
        if isinstance(error, GridkitError) or not _is_ours(error, folder):
            raise
        raise _failed(target, error) from error
    finally:
        placing.close(folder)


def _ready(written: Path, target: Path) -> None:
    """Let what was written reach the disk, with the rights of what it replaces."""
    if not written.exists():
        raise OutputError("nothing was written", where=target)
    for part in [written] if written.is_file() else sorted(each for each in written.rglob("*") if each.is_file()):
        _like(part, target)
        with part.open("rb+") as handle:
            os.fsync(handle.fileno())


def _like(written: Path, target: Path) -> None:
    """Give what was written the rights of the file it replaces; a new file opens to no one its folder is closed to."""
    if sys.platform == "win32":
        return
    if target.is_file():
        old = target.stat()
        with suppress(OSError):
            os.chown(written, old.st_uid, old.st_gid)
        written.chmod(stat.S_IMODE(old.st_mode))
    else:
        written.chmod(stat.S_IMODE(written.stat().st_mode) & target.parent.stat().st_mode)


def open_to_others(path: Path) -> bool:
    """Whether other users of this machine may read a file."""
    return sys.platform != "win32" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


# ------------------------------------------------------------------ standard output
@contextmanager
def pouring(name: str) -> Iterator[Path]:
    """Yield a path of that name in a temporary folder; on leaving well, what was written goes to standard output.

    Raises
    ------
    OutputError
        When standard output is closed, or takes no more.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        yield Path(folder) / name
        put(Path(folder, name).read_bytes())


def put(data: bytes) -> None:
    """Write bytes to standard output, whole; a reader who has all it wants ends the process in silence.

    Raises
    ------
    OutputError
        When standard output is closed, or takes no more.
    """
    if sys.stdout is None or sys.stdout.closed:
        raise OutputError("standard output is closed", mend="name a file with -o")
    try:
        sys.stdout.flush()
        # Notebooks and tests put a stream of text in its place.
        sink = getattr(sys.stdout, "buffer", None)
        if sink is None:
            sys.stdout.write(data.decode("utf-8", "replace"))
        else:
            sink.write(data)
        sys.stdout.flush()
    except OSError as error:
        raise unheard(error) from error


def unheard(error: OSError) -> OutputError | SystemExit:
    """Return what follows when standard output takes no more: silence where its reader left, else one line.

    Python does not try to flush it again on its way out.
    """
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return SystemExit(READER_LEFT)
    return OutputError(
        "standard output cannot be written: {why}", mend="make room where it goes, or name a file", why=_why(error)
    )


# ------------------------------------------------------------------ what failed
def _is_ours(error: Exception, folder: Path) -> bool:
    """Whether the file being written is what failed (a full disk names no file), and not some input."""
    if isinstance(error, OSError):
        return error.filename is None or str(folder) in str(error.filename)
    return isinstance(error, sqlite3.Error) or type(error).__module__.partition(".")[0] in WRITERS


def _failed(target: Path, error: Exception) -> OutputError:
    return OutputError(
        "cannot be written: {why}",
        where=_short(target),
        mend="check the folder's rights and free space",
        why=_why(error),
    )


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _short(path: Path, most: int = 120) -> str:
    """Return a name fit for one line of a message."""
    text = str(path).replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0")
    return text if len(text) <= most else f"{text[: most // 2]}...{text[-most // 2 :]}"
