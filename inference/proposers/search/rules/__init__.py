"""The goal-directed rules of the search: each file has `RULES`, a tuple of functions `Rule`."""
