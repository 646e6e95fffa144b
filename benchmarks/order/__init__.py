"""The order in which the search calls its rules: what searches did on the development tasks, and the fit."""
