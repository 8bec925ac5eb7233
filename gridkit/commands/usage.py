"""What is wrong with a command line, in one line of ours, in any language: what the parser says is recognised."""

from __future__ import annotations

import re

from gridkit.errors import UsageError, nearest
from gridkit.language.phrases import Phrase, template
from gridkit.options.commands import COMMANDS

_SAYINGS = (
    (r"Missing argument '?(?P<name>[^'.]+)'?", template("the argument {name} is missing")),
    (r"Missing option '?(?P<name>[^'.]+)'?", template("the option {name} is missing")),
    (r"Missing command", template("the command is missing")),
    (r"No such option:? (?P<name>[^\s.]+)", template("there is no option {name}")),
    (r"No such command '(?P<name>[^']*)'", template("there is no command {name}")),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((?P<name>.*)\)", template("there is nothing to do with {name}")),
    (r"Option '(?P<name>[^']+)' requires", template("the option {name} wants a value")),
    (r"Option '(?P<name>[^']+)' does not take a value", template("nothing goes with the option {name}")),
    (
        r"Invalid value for '?(?P<name>[^':]+)'?: .*\ba valid (?P<kind>int|float|number|bool)",
        template("{name} wants {kind}"),
    ),
    (r"Invalid value for '?(?P<name>[^':]+)'?: (?P<why>.*)", template("{name}: {why}")),
)
"""What the parser says, and what we say for it."""
_NEAR = re.compile(r"(?:Possible options?: |Did you mean )(?P<near>[^)?]+)")
_KINDS = {
    "int": Phrase("a whole number"),
    "float": Phrase("a number"),
    "number": Phrase("a number"),
    "bool": Phrase("yes or no"),
}


def usage_error(fault: Exception) -> UsageError:
    """Return an error of the command line's parser as one of ours.

    Examples
    --------
    >>> class Wrong(Exception):
    ...     exit_code, ctx = 2, None
    ...
    ...     def format_message(self):
    ...         return "No such command 'splitt'. Did you mean 'split'?"
    >>> print(usage_error(Wrong()))
    there is no command splitt - did you mean split?
    """
    text = " ".join(str(getattr(fault, "format_message", lambda: fault)()).split())
    context = getattr(fault, "ctx", None)
    page = f"{context.command_path} --help" if context is not None else "gridkit --help"
    near = _NEAR.search(text)
    for pattern, what in _SAYINGS:
        if found := re.match(pattern, text):
            facts: dict[str, object] = dict(found.groupdict())
            if "kind" in facts:
                facts["kind"] = _KINDS[str(facts["kind"])]
            guess = near["near"].replace("'", "") if near else _command(found) if "command" in what else ""
            return UsageError(
                what, mend="did you mean {near}?" if guess else "see {page}", near=guess, page=page, **facts
            )
    return UsageError("{why}", mend="see {page}", why=text, page=page)


def _command(found: re.Match[str]) -> str:
    """Return the command that was most likely meant."""
    return nearest(found.groupdict().get("name", ""), COMMANDS) or ""
