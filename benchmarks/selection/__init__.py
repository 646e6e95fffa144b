"""How well votes choose: pools of programs and grids, and the rules compared on them."""
