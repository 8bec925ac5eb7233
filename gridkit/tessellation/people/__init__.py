"""People and households spread over units."""
