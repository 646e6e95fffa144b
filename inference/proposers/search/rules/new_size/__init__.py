"""Rules for outputs of another size than their grids."""
