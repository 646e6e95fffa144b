"""Rays that end somewhere or turn, and paths."""

from __future__ import annotations

import pytest

from omniarc import (
    DOWN,
    RIGHT,
    UP,
    LanguageError,
    picture,
    ray_hit,
    ray_to_another,
    shortest_path,
    turning_ray,
    ways_to,
)


def test_a_ray_that_must_end_at_a_colour() -> None:
    grid = picture("1005/1003/1000")
    assert ray_to_another(grid, (0, 0), RIGHT, to=5) == [(0, 1), (0, 2)]
    assert ray_to_another(grid, (1, 0), RIGHT, to=5) == []
    assert ray_to_another(grid, (1, 0), RIGHT) == [(1, 1), (1, 2)]
    assert ray_to_another(grid, (2, 0), RIGHT) == []


def test_what_a_ray_hits() -> None:
    grid = picture("1005/1003/1000")
    assert ray_hit(grid, (0, 0), RIGHT) == [(0, 3)] == ray_hit(grid, (0, 0), RIGHT, to=5)
    assert ray_hit(grid, (1, 0), RIGHT, to=5) == [] == ray_hit(grid, (2, 0), RIGHT)
    assert ray_hit(grid, (0, 0), DOWN) == [(1, 0)]


def test_a_ray_turns_where_it_is_stopped() -> None:
    grid = picture("1005/0000/0000")
    assert turning_ray(grid, (0, 0), RIGHT) == [(0, 1), (0, 2), (1, 2), (2, 2)]
    assert turning_ray(grid, (0, 0), RIGHT, "left") == [(0, 1), (0, 2)]
    assert turning_ray(picture("050/515/050"), (1, 1), UP) == []
    with pytest.raises(LanguageError, match="'right' or 'left'"):
        turning_ray(grid, (0, 0), RIGHT, "back")


def test_the_shortest_path_keeps_to_the_mask_and_turns_little() -> None:
    free = picture("1000/5550/0000") == 0
    assert shortest_path(free, (0, 0), (2, 2)) == [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)]
    assert shortest_path(picture("000/000/000") == 0, (0, 0), (2, 2)) in (
        [(0, 1), (0, 2), (1, 2)],
        [(1, 0), (2, 0), (2, 1)],
    )
    assert shortest_path(picture("050") == 0, (0, 0), (0, 2)) == []
    assert shortest_path(free, (0, 0), (0, 0)) == [] == shortest_path(free, (0, 0), (0, 1))


def test_ways_to_and_from_a_line() -> None:
    grid = picture("01000/55555/00000/00010")
    assert ways_to([(0, 1), (3, 3)], grid == 5) == (((0, 1), DOWN), ((3, 3), UP))
    assert ways_to([(0, 1), (3, 3)], grid == 5, away=True) == (((0, 1), UP), ((3, 3), DOWN))
    assert ways_to([(1, 2)], grid == 5) == () == ways_to([(0, 0)], grid == 7)
    assert ways_to([(0, 0)], picture("00/01") == 1) == (((0, 0), (1, 1)),)
