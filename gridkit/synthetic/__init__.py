"""Q District (Q区): a city district that nobody lives in, drawn from a seed and written as a planner's files."""

from gridkit.synthetic.district import District, make
from gridkit.synthetic.files import FILES, write
from gridkit.synthetic.incidents import LAST_DAY

__all__ = ["FILES", "LAST_DAY", "District", "make", "write"]
