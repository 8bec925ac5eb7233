"""Departments' nets (police beats, school areas, sanitation sections ...) over the same grids."""
