"""Units: the smallest pieces a grid is made of, their borders and their people."""
