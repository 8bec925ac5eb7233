"""A PostgreSQL with PostGIS of the tests' own: Debian's programs, a folder that goes, a port on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSWORD = "w0rd-of-the-tests"  # noqa: S105 - of a server that lives as long as they
PACKAGES = "postgresql postgresql-postgis"
"""What Debian calls the server, and the package that brings PostGIS for the server it has."""
UNTRIED = "NO POSTGIS"
SERVERS = Path("/usr/lib/postgresql")
"""Where Debian puts the programs of each version, which are on nobody's PATH."""


def programs() -> Path | None:
    """Return the folder of the newest server that has PostGIS, None where there is none."""
    for folder in sorted(SERVERS.glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True):
        if Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists():
            return folder
    return None


class Cluster:
    """A server that listens on loopback, with the user ``owner``, who may do everything."""

    def __init__(self, bin_folder: Path) -> None:
        """Make it and start it; a root, which PostgreSQL refuses, lets an unprivileged user do so."""
        self.bin = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="gridkit-postgres-"))
        self.user = None
        if os.name == "posix" and os.geteuid() == 0:
            import pwd

            names = {each.pw_name: each for each in pwd.getpwall()}
            self.user = names.get("postgres") or names["nobody"]
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        word = self.folder / "word"
        word.write_text(PASSWORD)
        word.chmod(0o644)
        self._run("initdb", "-D", self.data, "-U", "owner", "-A", "scram-sha-256", f"--pwfile={word}", "--no-sync")
        settings = f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nfsync=off\n"
        with (self.folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(settings + "max_connections=30\nshared_buffers=64MB\n")
        self.start()
        os.environ["PGPASSWORD"] = PASSWORD
        self.sql("CREATE DATABASE with_postgis", database="postgres")
        self.sql("CREATE EXTENSION postgis", database="with_postgis")

    @property
    def data(self) -> str:
        """The folder of its data."""
        return str(self.folder / "data")

    def address(self, database: str = "gis", user: str = "owner") -> str:
        """Return the address of a database, without a password: that is in the environment."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *words], capture_output=True, text=True, check=False, **self._as()
        )
        assert done.returncode == 0, done.stderr

    def _as(self) -> dict[str, object]:
        """Return how a program is run as the unprivileged user."""
        own: dict[str, object] = {"cwd": self.folder, "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}}
        if self.user is not None:
            own |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return own

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-D", self.data, "-l", str(self.folder / "log"), "-w", "-t", "60", "start")

    def kill(self) -> None:
        """End the postmaster as a failing machine does; its children end by themselves when they see it gone."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        for _ in range(200):
            if not _children_of(self.data):
                break
            time.sleep(0.05)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop it and take its folder away."""
        with suppress(AssertionError):
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, *statements: str, database: str = "gis", user: str = "owner") -> list[tuple[object, ...]]:
        """Run statements, each of them committed; return the rows of the last."""
        from adbc_driver_postgresql import dbapi  # a run without these tests needs no driver

        rows: Sequence[tuple[object, ...]] = ()
        with (
            dbapi.connect(self.address(database, user), autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            for each in statements:
                cursor.execute(each)
                rows = cursor.fetchall() if cursor.description else ()
        return list(rows)


def _children_of(data: str) -> bool:
    """Return whether any process of a killed server is left."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str((folder / "cwd").readlink()) == data:
                return True
    return False


def role(gis: Cluster, name: str, *statements: str) -> None:
    """Make a role anew that may log in, and run statements as the owner."""
    gis.sql(
        f"DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN"  # noqa: S608
        f" EXECUTE 'DROP OWNED BY {name} CASCADE'; EXECUTE 'DROP ROLE {name}'; END IF; END $$",
        f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'",
        *statements,
    )
