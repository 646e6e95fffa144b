"""Everything that proposes programs or grids: models, replay, search, cells, and the pool that runs them."""
