"""Tables in any encoding, their cells and the roles of their columns."""
