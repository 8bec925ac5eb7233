"""The work of grids and who there is to do it: hours needed and available, what fits, who answers for which grid."""
