"""gridkit: governance grids from a district, its people and its lines.

The steps are functions of the same names as the commands, GeoDataFrames in and out::

    import gridkit as gk

    files = gk.demo("q-district", only_files=True)
    plan = gk.split(files["district"], parents="code", osm=files["osm"], people=files["population"], target=1000)
    plan = gk.layer(plan, "incidents", data=files["incidents"], datum="gcj02")
    gk.map(plan, "official").save("q-district.html")
"""

from __future__ import annotations

import lazy_loader

# The public names and their homes stand in the stub beside this file, once; each loads when first asked for.
_attribute, _, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """Return a public name, loaded when it is first asked for."""
    if name == "__version__":
        from gridkit.provenance import own_version  # as all that is public

        return own_version()
    return _attribute(name)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
