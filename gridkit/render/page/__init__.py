"""The map page: composed, drawn, labelled, packed."""
