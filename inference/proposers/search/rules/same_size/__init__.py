"""Rules for outputs of the size of their grids."""
