"""The parts alone: each on any polygons and lines, without files, presets or a plan."""
