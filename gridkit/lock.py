"""Who holds a file: a lock that names its host, boot, process and its start, so that a dead holder is known as one."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 10.0
"""How long a writer waits for another one, which holds a file for the moment of a rename only."""
PAUSE_S = 0.05
PREFIX = ".gridkit-"


@dataclass(frozen=True)
class Owner:
    """A process that writes.

    Attributes
    ----------
    host
        The machine, and within it the container: a process number means nothing outside.
    boot
        The start of the machine: none of its processes outlives it. Empty where the system does not tell.
    pid, born
        The process and the moment it began, in the system's own ticks: numbers come round again.
    """

    host: str
    boot: str
    pid: int
    born: str

    @property
    def gone(self) -> bool:
        """Whether this process is known to have ended; of another machine or container nothing is known."""
        return ended(f"{PREFIX}{self.token}-")

    @property
    def token(self) -> str:
        """What a name says of this process; host and boot by their digests, for names are short."""
        return f"{_short(self.host)}-{_short(self.boot)}-{self.pid}-{self.born}"


def ended(name: str) -> bool:
    """Whether the process whose token stands in a name is known to have ended; so a folder is signed as it is made.

    Of another machine or container nothing is known, nor of a name without a token.
    """
    host, boot, pid, born, *rest = [*name.removeprefix(PREFIX).split("-"), "", "", "", ""]
    here = this()
    if host != _short(here.host) or not pid.isdecimal() or not rest:
        return False
    if boot != _short(here.boot):
        return bool(boot and here.boot)
    return not _alive(int(pid)) or bool(born and _born(int(pid)) != born)


def _short(said: str) -> str:
    return said and hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:8]


@cache
def this() -> Owner:
    """Return this process as an owner."""
    return _of(os.getpid())


def _of(pid: int) -> Owner:
    container = ""
    with suppress(OSError):
        # Two containers on one host both have a process 1; their namespaces differ.
        container = str(Path("/proc/self/ns/pid").readlink())
    return Owner(
        f"{socket.gethostname()} {container}".strip(), _text("/proc/sys/kernel/random/boot_id"), pid, _born(pid)
    )


if hasattr(os, "register_at_fork"):
    # A forked worker would go on calling itself by its parent's number.
    os.register_at_fork(after_in_child=this.cache_clear)


def _born(pid: int) -> str:
    """Return the moment a process began, in ticks since boot; nothing where the system does not tell."""
    # The second field, the command's name in brackets, may itself hold spaces and brackets.
    fields = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""  # noqa: PLR2004 - proc(5): starttime is field 22, the 20th after the name


def _text(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    return ""


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # os.kill would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def sign(path: Path) -> None:
    """Write this process into a file that must not be there yet.

    Raises
    ------
    FileExistsError
        When somebody signed before.
    """
    # Looking first and creating then would let two processes in; O_EXCL leaves the choice to the file system.
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({**asdict(this()), "since": time.strftime("%Y-%m-%dT%H:%M:%S%z")}, file)


def signed(path: Path) -> Owner | None:
    """Return who signed a file; None where it is not there, or was not written to its end."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return Owner(str(said["host"]), str(said["boot"]), int(said["pid"]), str(said["born"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def holding(target: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Hold the name of a file while it is put in place; wait for another holder, take over from one that has ended.

    A file of its own beside the target is the lock, since an exclusive creation is atomic on network drives too.

    Raises
    ------
    OutputError
        When another process holds it for longer than ``patience_s`` seconds.
    """
    mark = target.with_name(
        f"{PREFIX}{hashlib.sha256(target.name.encode(errors='surrogatepass')).hexdigest()[:12]}.lock"
    )
    deadline = time.monotonic() + patience_s
    while True:
        try:
            sign(mark)
            break
        except FileExistsError:
            owner = signed(mark)
            if owner is not None and owner.gone:
                take_over(mark, owner)
            elif time.monotonic() > deadline:
                raise OutputError(
                    "another process is writing it: {holder}",
                    where=target,
                    mend="wait for it, or remove {lock} when that process is no more",
                    holder="?" if owner is None else f"{owner.host}, {owner.pid}",
                    lock=mark,
                ) from None
            else:
                time.sleep(PAUSE_S)
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def take_over(mark: Path, owner: Owner) -> None:
    """Remove a dead holder's lock; of several who try, one moves it away, and puts it back when it is a new one."""
    # Renaming is the step that only one of several can make; a plain unlink could remove the lock of whoever took over
    # first.
    aside = mark.with_name(f"{mark.name}-{os.getpid()}")
    try:
        mark.rename(aside)
    except OSError:
        return
    if signed(aside) == owner:
        aside.unlink(missing_ok=True)
    else:
        with suppress(OSError):
            aside.rename(mark)
