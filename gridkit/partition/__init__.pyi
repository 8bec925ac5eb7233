from .problem import Band as Band
from .problem import Prices as Prices
from .problem import Problem as Problem
from .solution import Progress as Progress
from .solution import Solution as Solution
from .solution import judge as judge
from .solver import search as search
from .solver import solve as solve
