"""A plan checked rule by rule."""
