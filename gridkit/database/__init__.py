"""PostgreSQL with PostGIS: addresses, connections, tables as Arrow."""
