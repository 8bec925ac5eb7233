"""The trail of a plan in a schema: every plan that was written there, every row that was changed by hand.

The table itself is made, and filled by triggers, in :mod:`gridkit.store.postgis_schema`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gridkit.database.names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.database.connection import Connection
    from gridkit.plan.plan import Plan

TRAIL = "gridkit_trail"
WRITTEN = "WRITE"
"""What the trail calls a whole plan that was written."""


def noted(connection: Connection, schema: str, plan: Plan) -> str:
    """Add the plan that was written to the trail; return the state of the schema."""
    last = plan.history[-1].command if plan.history else ""
    connection.run(
        f"INSERT INTO {quoted(schema)}.{TRAIL} (act, after) VALUES ($1, $2::text::jsonb)",  # noqa: S608 - quoted
        WRITTEN,
        json.dumps({"digest": plan.digest, "command": last, "steps": len(plan.history)}),
    )
    return state(connection, schema)


def state(connection: Connection, schema: str) -> str:
    """Return what tells one state of a schema from another: how many changes there were, and the last.

    Numbers are given before a change is committed: the last alone would miss one that was committed after a later one.
    """
    found = connection.rows(
        f"SELECT count(*)::text || '/' || coalesce(max(seq), 0)::text AS state FROM {quoted(schema)}.{TRAIL}"  # noqa: S608
    )
    return str(found[0]["state"])


def others(connection: Connection, schema: str, stamps: Iterable[str]) -> list[str]:
    """Return who changed a plan since a state of it, and what."""
    last = max((int(each.partition("/")[2]) for each in stamps), default=0)
    rows = connection.rows(
        f"SELECT who, act, part, count(*)::int8 AS rows FROM {quoted(schema)}.{TRAIL}"  # noqa: S608 - quoted
        " WHERE seq > $1::int8 GROUP BY who, act, part ORDER BY min(seq) LIMIT 5",
        last,
    )
    return [f"{row['who']} ({row['act']} {row['part'] or 'plan'} {row['rows']})" for row in rows]


def by_hand(connection: Connection, schema: str) -> list[str]:
    """Return the tables that were changed by hand since gridkit wrote the plan."""
    place = f"{quoted(schema)}.{TRAIL}"
    rows = connection.rows(
        f"SELECT DISTINCT part FROM {place} WHERE part <> '' AND seq >"  # noqa: S608 - quoted
        f" (SELECT coalesce(max(seq), 0) FROM {place} WHERE act = $1) ORDER BY part",
        WRITTEN,
    )
    return [row["part"] for row in rows]
