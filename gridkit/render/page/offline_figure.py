"""One HTML file that asks nobody for anything: scripts and styles inlined from packages, under a policy of hashes."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib
import pkgutil
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from branca.element import CssLink, Element, Figure, JavascriptLink

from gridkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ASSETS = Path(__file__).with_name("assets")
_PACKAGES = {"leaflet.js": "XStatic-Leaflet", "leaflet.css": "XStatic-Leaflet", "jquery": "XStatic-jQuery>=3"}
IMPLIED = {
    # What folium's own scripts call without linking it, because folium.Map always links it.
    "$(": (JavascriptLink("https://code.jquery.com/jquery-3.7.1.min.js"),),
    "L.AwesomeMarkers": (
        JavascriptLink(
            "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js"
        ),
        CssLink("https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css"),
    ),
}
_PINS = (
    'L.Icon.Default.imagePath = "";\n'
    'L.Icon.Default.mergeOptions({{iconUrl: "{}", iconRetinaUrl: "{}", shadowUrl: "{}"}});\n'
)
"""Leaflet looks for the pictures of its pins beside its style sheet; here they are in the page."""
_URL = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)['\"]?\s*\)")
_PICTURE = re.compile(r"background-image:\s*url\(data:[^)]*\);?")
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(?P<code>.*?)</style>", re.DOTALL | re.IGNORECASE)
_REMOTE = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*['\"]?((?:https?:)?//[^'\"\s>]+)", re.IGNORECASE
)
_VERSION = re.compile(r"[@/-]v?(\d+)\.\d+")
_MEDIA = {
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
}


@dataclass(frozen=True)
class Page:
    """What the figure wraps around a map. Texts are plain: they are escaped here and never compiled as templates.

    Attributes
    ----------
    lang
        Of the page's first words: ``zh-CN`` or ``en``.
    title, notice, without_script
        The window's title; what stands there until the page has started (and stays in a browser that cannot run it);
        what is told to a reader without scripts.
    plain
        What is shown to a reader without scripts: HTML of ours, every text from data in it escaped.
    island
        Base64 text of the data.
    styles, scripts
        The page's own code, in order.
    packed
        Scripts that the page unpacks from its island and runs: the policy names them beside the others.
    beside
        Whether the page may read files that lie beside it; else it reads nothing.
    meta
        Further ``<meta>`` names: where the page comes from.
    """

    lang: str = "en"
    title: str = ""
    notice: str = ""
    without_script: str = ""
    plain: str = ""
    island: str = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    packed: tuple[str, ...] = ()
    beside: bool = False
    meta: Mapping[str, str] = field(default_factory=dict)


class OfflineFigure(Figure):
    """A branca figure that inlines every asset it is asked to link, and raises for one that no package brings.

    Parameters
    ----------
    page
        The frame around the map.
    assets
        Files to inline for addresses that no installed package covers: ``{"https://.../plugin.js": Path(...)}``.
    """

    def __init__(self, page: Page | None = None, assets: Mapping[str, Path | str] | None = None) -> None:
        super().__init__()
        self.page = page or Page()
        self.assets = dict(assets or {})
        self.header._children.clear()  # noqa: SLF001 - branca puts its meta there and has no other way
        self.image_hosts: list[str] = []

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        """Return the page.

        Raises
        ------
        OutputError
            When an element links to a script, style or picture that no installed package brings.
        """
        for child in list(self._children.values()):
            child.render(**kwargs)
        body, script = self.html.render(**kwargs), self.script.render(**kwargs)
        links = [link for text, implied in IMPLIED.items() if text in script for link in implied]
        for link in links:
            self.header.add_child(link, name=link.url)
        if "L.marker(" in script:
            script = (
                _PINS.format(*map(picture, ("marker-icon.png", "marker-icon-2x.png", "marker-shadow.png"))) + script
            )
        head = "\n".join(self._header(kwargs))
        _refuse_remote(head + body)
        page = self.page
        # Leaflet's pictures are those of its pins and of its list of layers: of elements that a user adds.
        added = "L." in script
        styles = page.styles if added else tuple(_PICTURE.sub("", code) for code in page.styles)
        parts = [
            *(f'<meta name="{html.escape(name)}" content="{html.escape(text)}">' for name, text in page.meta.items()),
            f"<title>{html.escape(page.title)}</title>",
            *(_style(code) for code in styles),
            head,
            "</head>\n<body>",
            f'<p id="gk-notice">{html.escape(page.notice)}</p>' if page.notice else "",
            _without_scripts(page) if page.without_script else "",
            body,
            f'<script type="text/plain" id="gk-island">{page.island}</script>' if page.island else "",
            *(_inline(code) for code in page.scripts),
            _inline(script) if script.strip() else "",
        ]
        content = "\n".join(part for part in parts if part)
        policy = self._policy(content, foreign=bool(head.strip()))
        return (
            f'<!DOCTYPE html>\n<html lang="{html.escape(page.lang)}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{content}\n</body>\n</html>\n'
        )

    def _header(self, kwargs: dict[str, Any]) -> Iterator[str]:
        for element in self.header._children.values():  # noqa: SLF001 - branca keeps them so
            if isinstance(element, JavascriptLink):
                yield _inline(_script_of(element.url, self.assets))
            elif isinstance(element, CssLink):
                yield _style(_style_of(element.url, self.assets))
            elif isinstance(element, Element):
                yield element.render(**kwargs)

    def _policy(self, content: str, *, foreign: bool) -> str:
        """Return the policy: only these scripts and styles run; a user's own elements may style themselves."""
        scripts = [
            _hash(match["code"])
            for match in _SCRIPT.finditer(content)
            if not re.search(r"\btype\s*=", match["attributes"])
        ]
        scripts += [_hash(code) for code in self.page.packed]
        styles = ["'unsafe-inline'"] if foreign else [_hash(match["code"]) for match in _STYLE.finditer(content)]
        return "; ".join(
            [
                "default-src 'none'",
                f"script-src {' '.join(dict.fromkeys(scripts)) or chr(39) + 'none' + chr(39)}",
                f"style-src {' '.join(dict.fromkeys(styles)) or chr(39) + 'none' + chr(39)}",
                " ".join(["img-src data: blob:", *self.image_hosts]),
                "font-src data:",
                *(["connect-src 'self'"] if self.page.beside else []),
                "base-uri 'none'",
                "form-action 'none'",
            ]
        )


# ------------------------------------------------------------------ assets
def leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style, the style's pictures inside it and its comments and indents left out."""
    style = re.sub(r"/\*.*?\*/", "", _style_of("leaflet.css", {}), flags=re.DOTALL)
    return _script_of("leaflet.js", {}), re.sub(r"\s*\n\s*", "\n", style)


def picture(name: str) -> str:
    """Return a picture of an installed package as a data address."""
    return _data(_find(name, {}))


def _script_of(url: str, assets: Mapping[str, Path | str]) -> str:
    code = _find(url, assets).read_text(encoding="utf-8")
    # A map file is asked for by the developer tools, and "</script" would end the element early.
    return (
        re.sub(r"(?m)^//# sourceMappingURL=.*$", "", code).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    )


def _style_of(url: str, assets: Mapping[str, Path | str]) -> str:
    path = _find(url, assets)
    code = re.sub(r"behavior:\s*url\([^)]*\);?", "", path.read_text(encoding="utf-8"))

    def inlined(match: re.Match[str]) -> str:
        target = path.parent / match[1].split("?")[0].split("#")[0]
        if not target.is_file():
            raise OutputError(
                "the style {style} needs {picture}, which no installed package brings",
                mend="install the package that holds it, or leave the element out",
                style=path.name,
                picture=match[1],
            )
        return f"url({_data(target)})"

    return _URL.sub(inlined, code).replace("</style", "<\\/style")


def _find(url: str, assets: Mapping[str, Path | str]) -> Path:
    """Return the file behind an address: the caller's own, else that of an installed XStatic package of its version."""
    if url in assets:
        return Path(assets[url])
    name = Path(urlsplit(url).path).name
    major = _VERSION.search(url)
    plain = re.sub(r"-\d[\d.]*(?=\.)", "", name)
    for version, root in _roots():
        if major and version.split(".")[0] != major[1]:
            continue
        for wanted in dict.fromkeys((name, plain, plain.replace(".min.", "."))):
            found = sorted(root.rglob(wanted))
            if found:
                return found[0]
    raise OutputError(
        "the page needs {url}, which no installed package brings",
        mend="pip install {package}, or hand its file in: assets={{url: path}}",
        url=url,
        package=next((package for key, package in _PACKAGES.items() if name.startswith(key)), "its XStatic package"),
    )


@cache
def _roots() -> tuple[tuple[str, Path], ...]:
    """Return version and data folder of every installed XStatic package."""
    try:
        import xstatic.pkg as packages  # a namespace that is there only when some asset package is
    except ImportError:
        return ()
    found = []
    for each in pkgutil.iter_modules(packages.__path__):
        module = importlib.import_module(f"xstatic.pkg.{each.name}")
        found.append((str(getattr(module, "VERSION", "")), Path(module.BASE_DIR)))
    return tuple(sorted(found, key=lambda pair: str(pair[1])))


def _data(path: Path) -> str:
    media = _MEDIA.get(path.suffix.lower(), "application/octet-stream")
    return f"data:{media};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def _refuse_remote(text: str) -> None:
    remote = _REMOTE.search(text)
    if remote:
        raise OutputError(
            "an element of the map loads {url}",
            mend="leave it out, or add the element by a link that an installed package covers",
            url=remote[1],
        )


def _without_scripts(page: Page) -> str:
    title = f"<h1>{html.escape(page.title)}</h1>\n" if page.plain else ""
    return f"<noscript>{title}<p>{html.escape(page.without_script)}</p>\n{page.plain}</noscript>"


def _inline(code: str) -> str:
    return f"<script>{code}</script>"


def _style(code: str) -> str:
    return f"<style>{code}</style>"


def _hash(code: str) -> str:
    # The browser hashes the text after it has turned every line end into \n.
    digest = hashlib.sha256(code.replace("\r\n", "\n").replace("\r", "\n").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
