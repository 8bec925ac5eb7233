"""Plan files: GeoPackage, GeoParquet and others."""
