"""Units: the smallest pieces a grid is made of, their borders and their people."""

import sys

from gridkit.facade import Step

sys.modules[__name__].__class__ = Step  # gridkit.units(...) runs the whole step
