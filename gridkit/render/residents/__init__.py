"""The page of an emergency for residents."""
