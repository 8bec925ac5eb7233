"""How long a plan is looked for, and from which start."""

from __future__ import annotations

from gridkit.options.catalogue.reach import SPLITTING
from gridkit.options.declaration import Option

OPTIONS: tuple[Option, ...] = (
    Option(
        "effort",
        "number",
        1.0,
        "How long to search: 2 takes about twice as long.",
        "search",
        SPLITTING,
        metavar="N",
        more="A small district is searched up to four times as long for its size, which still is a matter of seconds.",
    ),
    Option(
        "time_limit",
        "number",
        None,
        "Seconds of search at most.",
        "search",
        SPLITTING,
        metavar="SECONDS",
        more="The best plan found so far is kept; that the limit ended the search is recorded.",
    ),
    Option(
        "threads",
        "whole",
        0,
        "Threads of the search; they change the time, never the plan.",
        "search",
        (*SPLITTING, "redraw"),
        metavar="N",
        unsaid="one per processor",
    ),
    Option(
        "seed", "whole", 0, "Same inputs and seed, same plan.", "search", (*SPLITTING, "labels", "redraw"), metavar="N"
    ),
    Option(
        "exact",
        "flag",
        False,
        "Prove the best plan: small communities only.",
        "search",
        SPLITTING,
        more="Parents of a few dozen units.",
    ),
    Option(
        "alternatives",
        "whole",
        1,
        "So many plans with other emphases, and what each gives up.",
        "search",
        ("split",),
        metavar="N",
        only="command",
    ),
    Option("plans", "whole", 1000, "How many plans are drawn.", "search", ("ensemble",), metavar="N"),
    Option("seed", "whole", 0, "Same plan and seed, same plans drawn.", "search", ("ensemble",), metavar="N"),
    Option("seed", "whole", 0, "Another seed draws another district.", "", ("demo",), metavar="N"),
    Option("only_files", "flag", False, "Write the inputs and stop.", "", ("demo",)),
)
