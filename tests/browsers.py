"""Firefox and WebKit, driven by what they bring themselves: Marionette, and WebDriver over HTTP."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 120
FIREFOX = ("firefox-esr", "firefox")
MINI = "MiniBrowser"


class Firefox:
    """Firefox without a screen."""

    def __init__(self, folder: Path) -> None:
        executable = next(filter(None, map(shutil.which, FIREFOX)))
        quiet = {
            "marionette.port": 0,
            "browser.shell.checkDefaultBrowser": False,
            "datareporting.policy.dataSubmissionEnabled": False,
            "network.proxy.type": 1,  # a proxy that nobody serves: the page may ask for nothing
            "network.proxy.http": "127.0.0.1",
            "network.proxy.http_port": 9,
            "network.proxy.ssl": "127.0.0.1",
            "network.proxy.ssl_port": 9,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in quiet.items()]
        (folder / "user.js").write_text("\n".join(lines))
        self.process = subprocess.Popen(
            [executable, "--headless", "--marionette", "--no-remote", "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder), "MOZ_HEADLESS_WIDTH": "1280", "MOZ_HEADLESS_HEIGHT": "800"},
        )
        port = int(_soon(lambda: (folder / "MarionetteActivePort").read_text().strip(), self.process))
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self._read()
        self._ask("WebDriver:NewSession", {})

    def _read(self) -> Any:
        length = b""
        while (sign := self.stream.read(1)) != b":":
            length += sign
        return json.loads(self.stream.read(int(length)))

    def _ask(self, name: str, facts: dict[str, Any]) -> Any:
        self.number += 1
        text = json.dumps([0, self.number, name, facts]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, found = self._read()
        if error:
            raise RuntimeError(error["message"])
        return found.get("value") if isinstance(found, dict) else found

    def open(self, address: str) -> None:
        """Go to an address."""
        self._ask("WebDriver:Navigate", {"url": address})

    def run(self, code: str) -> Any:
        """Return what a script returns."""
        return self._ask("WebDriver:ExecuteScript", {"script": code, "args": [], "sandbox": None})

    def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self._ask("WebDriver:TakeScreenshot", {"full": False}))

    def close(self) -> None:
        """End the browser."""
        with contextlib.suppress(RuntimeError, OSError, ValueError):
            self._ask("Marionette:Quit", {"flags": ["eForceQuit"]})
        self.stream.close()
        self.socket.close()
        _end(self.process)


class WebKit:
    """WebKitGTK's small browser on a virtual screen."""

    def __init__(self, folder: Path) -> None:
        self.screen, display = _screen()
        port = _free_port()
        words = [str(shutil.which("WebKitWebDriver")), f"--port={port}"]
        self.driver = subprocess.Popen(
            words,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "DISPLAY": display, "HOME": str(folder), "LIBGL_ALWAYS_SOFTWARE": "1"},
        )
        self.root = f"http://127.0.0.1:{port}/session"
        wanted = {"binary": str(mini_browser()), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": wanted}}}
        made = _soon(lambda: self._ask("", asked), self.driver)
        self.root += f"/{made['sessionId']}"

    def _ask(self, path: str, facts: dict[str, Any] | None, method: str = "POST") -> Any:
        request = urllib.request.Request(  # noqa: S310 - this machine
            self.root + path,
            json.dumps(facts).encode() if facts is not None else None,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - this machine
            return json.loads(answer.read())["value"]

    def open(self, address: str) -> None:
        """Go to an address."""
        self._ask("/url", {"url": address})

    def run(self, code: str) -> Any:
        """Return what a script returns."""
        return self._ask("/execute/sync", {"script": code, "args": []})

    def picture(self) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self._ask("/screenshot", None, "GET"))

    def close(self) -> None:
        """End the browser, its driver and the screen."""
        with contextlib.suppress(OSError, ValueError):
            self._ask("", None, "DELETE")
        _end(self.driver)
        _end(self.screen)


def mini_browser() -> Path | None:
    """Return WebKitGTK's small browser, which is on no path."""
    return next(iter(sorted(Path("/usr/lib").glob(f"*/webkit2gtk-*/{MINI}"))), None)


def lacking(kind: type) -> str:
    """Return what is to be installed for a browser; nothing where all of it is there."""
    if kind is Firefox:
        return "" if any(map(shutil.which, FIREFOX)) else "apt-get install firefox-esr"
    there = shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and mini_browser()
    return "" if there else "apt-get install webkit2gtk-driver xvfb"


def _screen() -> tuple[subprocess.Popen[bytes], str]:
    """Start a virtual screen, and return it with its name."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [str(shutil.which("Xvfb")), "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        return process, f":{told.readline().strip()}"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _soon(ask: Any, process: subprocess.Popen[bytes]) -> Any:
    """Return what a browser says once it has started."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            found = ask()
        except (OSError, ValueError):
            found = None
        if found:
            return found
        if process.poll() is not None or time.monotonic() > end:
            _end(process)
            raise RuntimeError("the browser does not start")
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def started(kind: type, folder: Path) -> Iterator[Firefox | WebKit]:
    """Run a browser for a while."""
    browser = kind(folder)
    try:
        yield browser
    finally:
        browser.close()
