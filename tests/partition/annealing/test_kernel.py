import numpy as np
import pytest
from numba.core.errors import TypingError

from gridkit.partition.annealing.kernel import OPTIONS, UNCOUNTED, kernel, options


def test_references_are_not_counted_where_numba_has_the_switch():
    assert options() == OPTIONS | {UNCOUNTED: False}


def test_a_numba_without_the_switch_counts_again():
    assert options(known=object) == OPTIONS


@kernel
def _careless(size):
    return np.empty(size).sum()


def test_a_kernel_that_makes_an_array_does_not_compile():
    with pytest.raises(TypingError):
        _careless(3)
