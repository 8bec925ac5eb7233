"""Every reader that gridkit has, each with small files made for it: what is to be survived when they are damaged."""

from readers.asked import READERS as ASKED
from readers.formats import READERS as FORMATS
from readers.objects import READERS as OBJECTS
from readers.offices import READERS as OFFICES
from readers.reader import Reader

READERS = [*FORMATS, *OBJECTS, *ASKED, *OFFICES]
"""All of them; new ones go to the end, as damage is drawn by their place."""

__all__ = ["READERS", "Reader"]
