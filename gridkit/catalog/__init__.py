"""Definitions that are data: layers, map views and presets, one TOML file each."""
