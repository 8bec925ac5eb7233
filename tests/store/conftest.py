"""A plan with all that a database does not like, in memory and in a schema."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.database.address import address
from gridkit.store import postgis

TIME = pd.Timestamp("2026-03-05 08:30")


@pytest.fixture(scope="module")
def plan():
    made = crooked_plan(Size(side=6, incidents=40, buildings=200))
    # What no file format likes: names equal but for case, of PostgreSQL's own, too long, of other scripts, with quotes.
    names = {"FID": 1, "xmin": "a", "网格名称" * 9: True, 'x"; DROP TABLE y;--': 2.5, "XMIN": None, "b": TIME}
    units = made.units.assign(**{name: [value] * len(made.units) for name, value in names.items()})
    backdrop = {name: made.backdrop[name] for name in ("roads", "places")}
    return dataclasses.replace(made, units=units, backdrop=backdrop)


@pytest.fixture
def there(gis, plan):
    """Return the address of a plan in the database."""
    return postgis.write(plan, address(gis.address() + ":plan_a"))
