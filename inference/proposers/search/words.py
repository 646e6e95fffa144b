"""The words that steps are made of, as patterns whose slots are filled from the task.

A pattern is an expression of the value `{a}` with slots in angle brackets. A slot's fillings come from the
task: `<old>` a colour that every input holds, `<new>` a colour that every output holds, `<any>` one of both.
Other slots are the small tables below. Costs are bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from arc import Grid, Task
from inference.proposers.search.states import Kind, Step


@dataclass(frozen=True)
class Pattern:
    """An expression with slots that makes a value of one kind from a value of another."""

    takes: Kind
    gives: Kind
    cost: float
    text: str
    deepest: int = 9  # the depth of the deepest state it may follow: less for slow words


Filling = tuple[str, float]  # text, and bits on top of the pattern's cost

_OBJECTS: tuple[Filling, ...] = (
    ("find_objects({a})", 0.0),
    ("find_objects({a}, diagonal=False)", 0.3),
    ("find_objects({a}, multicolour=True)", 0.3),
    ("find_objects({a}, diagonal=False, multicolour=True)", 0.8),
    ("find_objects({a}, diagonal=False, background=-1)", 1.0),
    ("colour_objects({a})", 0.8),
    ("enclosed_regions({a})", 1.2),
)
_PICK: tuple[Filling, ...] = (
    ("largest(<of>)", 0.0),
    ("smallest(<of>)", 0.3),
    ("odd_one_out(<of>, lambda one: one.shape_key)", 0.8),
    ("odd_one_out(<of>, lambda one: one.colour)", 0.8),
    ("odd_one_out(<of>, lambda one: one.size)", 1.0),
    ("most_common(<of>, lambda one: one.shape_key)", 1.0),
    ("most_common(<of>, lambda one: one.key)", 1.0),
    ("max(<of>, key=lambda one: one.area)", 0.6),
    ("max(<of>, key=lambda one: one.height)", 1.2),
    ("max(<of>, key=lambda one: one.width)", 1.2),
    ("max(<of>, key=lambda one: len(one.colours))", 0.8),
    ("max(<of>, key=lambda one: one.holes)", 1.0),
    ("min(<of>, key=lambda one: one.area)", 0.9),
    ("min(<of>, key=lambda one: len(one.colours))", 1.2),
    ("topmost(<of>)", 0.8),
    ("bottommost(<of>)", 0.8),
    ("leftmost(<of>)", 0.8),
    ("rightmost(<of>)", 0.8),
    ("only(<of>, lambda one: one.is_square)", 1.5),
    ("only(<of>, lambda one: one.is_rectangle)", 1.5),
    ("only(<of>, lambda one: not one.is_rectangle)", 1.5),
    ("only(<of>, lambda one: not one.touches_border)", 1.5),
    ("only(<of>, lambda one: is_symmetric(one.cells, 'left_right'))", 1.5),
    ("only(<of>, lambda one: not is_symmetric(one.cells, 'left_right'))", 1.5),
    ("only(<of>, lambda one: one.holes)", 1.7),
    ("only(<of>, lambda one: <old> in one.colours)", 1.5),
    ("by_size(<of>)[1]", 1.2),
)
_THAT: tuple[Filling, ...] = (
    ("one.size == 1", 0.3),
    ("one.size > 1", 0.3),
    ("one.size == 2", 1.0),
    ("one.size > 2", 0.8),
    ("one.size > 3", 1.2),
    ("one.touches_border", 0.6),
    ("not one.touches_border", 0.6),
    ("one.is_rectangle", 0.8),
    ("not one.is_rectangle", 0.8),
    ("one.is_square", 1.0),
    ("one.holes", 0.9),
    ("not one.holes", 0.9),
    ("one.is_line", 1.2),
    ("not one.is_line", 1.2),
    ("one.height > one.width", 1.2),
    ("one.width > one.height", 1.2),
    ("one.is_frame", 1.3),
    ("one.colour == <any>", 1.0),
    ("one.colour != <any>", 1.2),
    ("size_rank(<of>, one) == 0", 0.5),
    ("size_rank(<of>, one) > 0", 0.7),
    ("size_rank(<of>, one) == 1", 1.0),
    ("one.size == smallest(<of>).size", 0.6),
    ("one.size > smallest(<of>).size", 0.8),
    ("one.colour == largest(<of>).colour", 1.3),
    ("one.colour == most_common(<of>, lambda o: o.colour).colour", 1.3),
    ("one.colour == least_common(<of>, lambda o: o.colour).colour", 1.3),
    ("one.shape_key == most_common(<of>, lambda o: o.shape_key).shape_key", 1.5),
    ("one.shape_key != most_common(<of>, lambda o: o.shape_key).shape_key", 1.5),
    ("len(one.colours) > 1", 1.0),
)
_TURN: tuple[Filling, ...] = (
    ("flip_left_right({a})", 0.0),
    ("flip_up_down({a})", 0.0),
    ("rotate({a}, 2)", 0.3),
    ("transpose({a})", 0.3),
    ("rotate({a}, 1)", 0.5),
    ("rotate({a}, 3)", 0.5),
    ("anti_transpose({a})", 0.7),
)
_SLOTS: dict[str, tuple[Filling, ...]] = {
    "objects": _OBJECTS,
    "pick": _PICK,
    "that": _THAT,
    "turn": _TURN,
    "direction": (("DOWN", 0.0), ("UP", 0.5), ("LEFT", 0.5), ("RIGHT", 0.5)),
    "factor": (("2", 0.0), ("3", 0.3), ("4", 1.0), ("5", 1.5)),
    "cut": (("1, 2", 0.0), ("2, 1", 0.0), ("2, 2", 0.3), ("1, 3", 0.5), ("3, 1", 0.5), ("3, 3", 0.6),
            ("4, 1", 1.2), ("1, 4", 1.2), ("4, 4", 1.5), ("5, 5", 2.0)),
    "flag": (("", 0.0), (", diagonal=True", 1.0)),
    "step": (("0, 1", 0.0), ("1, 0", 0.0), ("0, -1", 0.2), ("-1, 0", 0.2)),
    "measure": (
        ("len(cells_of(part == <old>))", 0.5),
        ("int((part != 0).sum())", 0.0),
        ("len(colours_of(part))", 0.3),
        ("part.size", 0.3),
        ("len(find_objects(part))", 1.0),
        ("part.shape[0]", 1.0),
        ("part.shape[1]", 1.0),
    ),
    "mirrors": (
        ("is_symmetric(part, 'left_right')", 0.0),
        ("is_symmetric(part, 'up_down')", 0.0),
        ("is_symmetric(part, 'diagonal')", 0.5),
        ("<any> in part", 0.5),
        ("<any> not in part", 0.5),
    ),
    "is": (("!=", 0.0), ("==", 0.0)),
    "axis": (("'row'", 0.0), ("'column'", 0.0), ("'diagonal'", 0.5), ("'anti_diagonal'", 0.5)),
    "block": (("2, 2", 0.0), ("3, 3", 0.3), ("1, 3", 0.5), ("3, 1", 0.5)),
    "lines": (("rows_with", 0.0), ("columns_with", 0.0), ("touching", 0.0)),
    "turned": (("flip_left_right", 0.0), ("flip_up_down", 0.0), ("transpose", 0.5), ("rotate", 0.5)),
    "stride": (("one.height, 0", 0.0), ("0, one.width", 0.0), ("-one.height, 0", 0.3),
               ("0, -one.width", 0.3)),
    "best": (("max", 0.0), ("min", 0.2)),
    "symmetry": (("'left_right'", 0.0), ("'up_down'", 0.0), ("('left_right', 'up_down')", 0.2),
                 ("'diagonal'", 0.5), ("'rotate_90'", 0.5), ("'rotate_180'", 0.5), ("'anti_diagonal'", 0.8)),
}  # fmt: skip

G, L, O = Kind.GRID, Kind.GRIDS, Kind.OBJECTS  # noqa: E741

PATTERNS: tuple[Pattern, ...] = (
    Pattern(G, G, 2.0, "<turn>"),
    Pattern(G, G, 1.5, "crop_to_content({a})"),
    Pattern(G, G, 2.0, "crop_to_mask({a}, {a} == <old>)"),
    Pattern(G, G, 2.5, "remove_border({a})"),
    Pattern(G, G, 2.5, "remove_repeats({a})"),
    Pattern(G, G, 2.5, "remove_lines({a}, <old>)"),
    Pattern(G, G, 2.5, "scale_up({a}, <factor>)"),
    Pattern(G, G, 2.5, "scale_down({a}, <factor>)"),
    Pattern(G, G, 3.0, "scale_up({a}, len(colours_of({a}, background=0)))"),
    Pattern(G, G, 2.0, "gravity({a}, <direction>)"),
    Pattern(G, G, 3.0, "gravity_objects({a}, <direction>)", 1),
    Pattern(G, G, 3.5, "gravity_objects({a}, <direction>, multicolour=True)", 0),
    Pattern(G, G, 1.5, "fill_enclosed({a}, <new>)"),
    Pattern(G, G, 2.5, "fill_enclosed({a}, <new>, diagonal=True)", 1),
    Pattern(G, G, 1.8, "keep_colour({a}, <old>)"),
    Pattern(G, G, 1.5, "replace_colour({a}, <old>, 0)"),
    Pattern(G, G, 2.2, "replace_colour({a}, <old>, <new>)"),
    Pattern(G, G, 2.5, "replace_colour({a}, most_common_colour({a}), 0)"),
    Pattern(G, G, 2.5, "keep_colour({a}, least_common_colour({a}))"),
    Pattern(G, G, 2.2, "keep_colour({a}, most_common_colour({a}, background=0))"),
    Pattern(G, G, 2.8, "replace_colour({a}, least_common_colour({a}, background=0), 0)"),
    Pattern(G, G, 3.2, "replace_colour({a}, least_common_colour({a}), most_common_colour({a}))"),
    Pattern(G, G, 2.5, "invert({a})"),
    Pattern(G, G, 2.5, "draw_border({a}, <new>)"),
    Pattern(G, G, 2.5, "pad({a}, 1, <any>)"),
    Pattern(G, G, 1.8, "mirror_tile({a}, <cut>)"),
    Pattern(G, G, 2.2, "tile({a}, <cut>)"),
    Pattern(G, G, 2.5, "tile({a}, *{a}.shape)"),
    Pattern(G, G, 2.5, "tile_where({a} != 0, {a})"),
    Pattern(G, G, 3.0, "tile_where({a} == <old>, {a})"),
    Pattern(G, G, 3.0, "tile_where({a} == most_common_colour({a}), {a})"),
    Pattern(G, G, 3.5, "tile_where({a} == least_common_colour({a}), {a})"),
    Pattern(G, G, 2.5, "connect({a})"),
    Pattern(G, G, 2.5, "connect({a}, line=<new>)"),
    Pattern(G, G, 3.0, "connect({a}, <old>, line=<new>)"),
    Pattern(G, G, 3.0, "connect({a}, cols=False)"),
    Pattern(G, G, 3.0, "connect({a}, rows=False)"),
    Pattern(G, G, 2.5, "shoot({a}, cells_of({a} == <old>), <direction>)", 1),
    Pattern(G, G, 2.5, "shoot({a}, cells_of({a} == <old>), STRAIGHT)", 1),
    Pattern(G, G, 2.5, "shoot({a}, cells_of({a} == <old>), DIAGONAL)", 1),
    Pattern(G, G, 3.5, "shoot({a}, cells_of({a} == <old>), STRAIGHT, <new>)", 1),
    Pattern(G, G, 2.5, "outline({a}, {a} != 0, <new>)"),
    Pattern(G, G, 2.8, "outline({a}, {a} == <old>, <new>, onto=0)"),
    Pattern(G, G, 3.3, "outline({a}, {a} == <old>, <new>, diagonal=False, onto=0)"),
    Pattern(G, G, 2.5, "spread({a}, <any>)", 1),
    Pattern(G, G, 3.0, "spread({a}, <any>, diagonal=True)", 1),
    Pattern(G, G, 3.0, "shift({a}, <step>)"),
    Pattern(G, G, 3.2, "shift({a}, <step>, wrap=True)"),
    Pattern(G, G, 2.5, "overlay({a}, <turn>)"),
    Pattern(G, G, 3.0, "overlay({a}, flip_left_right({a}), flip_up_down({a}), rotate({a}, 2))"),
    Pattern(G, G, 3.0, "overlay({a}, rotate({a}), rotate({a}, 2), rotate({a}, 3))"),
    Pattern(G, G, 3.0, "beside({a}, <turn>)"),
    Pattern(G, G, 3.0, "stack({a}, <turn>)"),
    Pattern(G, G, 3.0, "crop({a}, largest_rectangle({a}, <old>))", 1),
    Pattern(G, G, 3.0, "fit_into({a}, <size>)"),
    Pattern(G, G, 3.0, "blank(<size>, most_common_colour({a}, background=0))"),
    Pattern(G, G, 3.5, "blank(<size>, least_common_colour({a}, background=0))"),
    Pattern(G, G, 3.5, "blank(*{a}.shape, <new>)"),
    Pattern(G, G, 3.5, "blank(*{a}.shape, most_common_colour({a}))"),
    Pattern(G, G, 2.0, "remove_small({a})"),
    Pattern(G, G, 2.5, "remove_small({a}, 3)"),
    Pattern(G, G, 2.5, "denoise({a})"),
    Pattern(G, G, 2.5, "denoise({a}, <old>)", 0),
    Pattern(G, G, 3.0, "majority_filter({a})", 0),
    Pattern(G, G, 2.2, "complete_symmetry({a}, <any>)", 1),
    Pattern(G, G, 2.2, "complete_pattern({a}, <any>)", 1),
    Pattern(G, G, 3.0, "complete_rows({a}, <any>)", 0),
    Pattern(G, G, 3.0, "complete_cols({a}, <any>)", 0),
    Pattern(G, G, 2.5, "find_tile({a})", 1),
    Pattern(G, G, 3.0, "find_tile({a}, hidden=<old>)", 0),
    Pattern(G, G, 2.5, "make_symmetric({a}, <symmetry>)"),
    # objects of the grid, drawn on it or cut out of it
    Pattern(G, G, 2.5, "crop({a}, <pick:objects>)", 1),
    Pattern(G, G, 3.0, "remove_border(crop({a}, <pick:objects>))", 1),
    Pattern(G, G, 2.8, "paint({a}, [one for one in <objects> if <that>], 0)", 0),
    Pattern(G, G, 2.8, "draw(blank(*{a}.shape), [one for one in <objects> if <that>])", 0),
    Pattern(G, G, 3.0, "paint({a}, [one for one in <objects> if <that>], <new>)", 0),
    Pattern(G, G, 3.5, "paint({a}, <pick:objects>, 0)", 1),
    Pattern(G, G, 3.5, "draw(blank(*{a}.shape), <pick:objects>)", 1),
    Pattern(G, G, 3.7, "paint({a}, <pick:objects>, <new>)", 1),
    Pattern(G, G, 2.8, "paint({a}, boxes_of({a} <is> <any>) & ({a} == 0), <new>)", 1),
    Pattern(G, G, 3.2, "paint({a}, in_box_of({a} <is> <any>) & ({a} == 0), <new>)", 1),
    Pattern(G, G, 3.0, "paint({a}, between({a} == <old>, <axis>) & ({a} == 0), <new>)", 1),
    Pattern(G, G, 3.0, "paint({a}, in_block({a} == <old>, <block>), <new>)", 1),
    Pattern(G, G, 3.2, "paint({a}, enclosed({a} <is> <old>), <new>)", 1),
    Pattern(G, G, 3.2, "paint({a}, <lines>({a} == <old>) & ({a} == 0), <new>)", 1),
    Pattern(G, G, 3.0, "repeat_to({a}, <size>)"),
    Pattern(G, G, 2.5, "crop_to_mask(complete_symmetry({a}, <old>), {a} == <old>)", 0),
    Pattern(G, G, 3.0, "crop_to_mask(complete_pattern({a}, <old>), {a} == <old>)", 0),
    Pattern(G, G, 3.5, "shoot({a}, cells_of({a} == <old>), STRAIGHT, through=None)", 1),
    Pattern(G, G, 3.5, "shoot({a}, cells_of({a} == least_common_colour({a})), STRAIGHT, through=None)", 1),
    Pattern(G, G, 3.0, "{a}[::{a}.shape[0] - 1, ::{a}.shape[1] - 1]", 1),
    Pattern(G, G, 3.0, "repeat_edges({a})"),
    Pattern(G, G, 3.3, "repeat_edges({a}, corners=0)"),
    Pattern(G, G, 3.0, "repeat_to(find_tile({a}), <grown>)", 0),
    Pattern(G, G, 3.5, "repeat_to(find_tile({a}, hidden=<old>), <grown>)", 0),
    Pattern(G, G, 3.0, "fit_into({a}, <grown>)", 1),
    Pattern(G, G, 3.0, "paint({a}, largest_rectangle({a}, <old>), <new>)", 0),
    Pattern(
        G, G, 3.2, "place({a}, make_symmetric(crop_to_content({a}), <symmetry>), *foreground({a}).box[:2])", 1
    ),
    Pattern(G, G, 3.5, "outline({a}, {a} == least_common_colour({a}), <new>)", 1),
    Pattern(G, G, 3.0, "mask_to_grid({a} == <old>, <new>)"),
    Pattern(G, G, 3.5, "mask_to_grid({a} == 0, <new>)"),
    # objects that know their place
    Pattern(G, O, 1.5, "<objects>", 1),
    Pattern(G, O, 2.5, "[one for one in <objects> if <that>]", 0),
    Pattern(G, O, 2.5, "[object_at({a}, one.box) for one in <objects>]", 0),
    Pattern(O, O, 2.5, "[transform_object(one, <turned>) for one in {a}]"),
    Pattern(O, O, 2.5, "[recolour(one, <new>) for one in {a}]"),
    Pattern(O, O, 2.5, "[move(one, <step>) for one in {a}]"),
    Pattern(O, O, 3.0, "[move(one, <stride>) for one in {a}]"),
    Pattern(O, O, 3.0, "[one for one in {a} if one != largest({a})]"),
    Pattern(O, G, 1.0, "draw(blank(*{a}[0].grid_shape), {a})"),
    Pattern(O, G, 1.5, "merge({a}).cells"),
    Pattern(O, L, 1.0, "[one.cells for one in {a}]"),
    # lists of grids
    Pattern(G, L, 1.0, "parts_by_lines({a})"),
    Pattern(G, L, 1.3, "sum(split_equal({a}, <cut>), [])"),
    Pattern(G, L, 1.5, "halves({a})"),
    Pattern(G, L, 1.5, "[one.cells for one in <objects>]", 1),
    Pattern(G, L, 1.8, "[crop({a}, one) for one in <objects>]", 1),
    Pattern(G, L, 2.5, "[one.cells for one in by_size(<objects>)]", 1),
    Pattern(G, L, 2.8, "[one.cells for one in sorted(<objects>, key=lambda one: one.col)]", 1),
    Pattern(G, L, 3.0, "[crop({a}, (row - 1, col - 1, 3, 3)) for row, col in cells_of({a} == <old>)]", 1),
    Pattern(G, L, 3.0, "[part for row in split_equal({a}, <cut>) for part in row if part.any()]", 1),
    Pattern(G, L, 2.5, "[crop({a}, one) for one in find_frames({a})]", 0),
    Pattern(G, L, 2.5, "[remove_border(crop({a}, one)) for one in <objects> if min(one.mask.shape) > 2]", 0),
    Pattern(L, L, 2.5, "[part for part in {a} if part.shape == (<size>)]"),
    Pattern(L, L, 2.5, "[<turned>(part) for part in {a}]"),
    Pattern(L, L, 2.5, "[crop_to_content(part) for part in {a}]"),
    Pattern(L, L, 2.5, "sorted({a}, key=lambda part: <measure>)"),
    Pattern(L, L, 2.0, "[part for part in {a} if <mirrors>]"),
    Pattern(L, L, 2.0, "[part for part in {a} if not (<mirrors>)]"),
    Pattern(L, G, 1.0, "{a}[0]"),
    Pattern(L, G, 1.2, "{a}[-1]"),
    Pattern(L, G, 1.7, "{a}[1]"),
    Pattern(L, G, 2.0, "{a}[2]"),
    Pattern(L, G, 1.5, "odd_one_out({a})"),
    Pattern(L, G, 1.5, "most_common({a})"),
    Pattern(L, G, 1.5, "<best>({a}, key=lambda part: <measure>)"),
    Pattern(L, G, 2.2, "odd_one_out({a}, lambda part: <measure>)"),
    Pattern(L, G, 2.2, "most_common({a}, lambda part: <measure>)"),
    Pattern(L, G, 2.2, "only({a}, lambda part: <mirrors>)"),
    Pattern(L, G, 2.4, "only({a}, lambda part: not (<mirrors>))"),
    Pattern(L, G, 1.5, "overlay(*{a})"),
    Pattern(L, G, 1.8, "overlay(*{a}[::-1])"),
    Pattern(L, G, 2.0, "beside(*{a})"),
    Pattern(L, G, 2.0, "stack(*{a})"),
)

_SLOT = re.compile(r"<(\w+)(?::(\w+))?>")


def steps_for(task: Task) -> Iterator[Step]:
    """Every pattern with every filling that the task offers."""
    slots = {**_SLOTS, **_task_slots(task)}
    for pattern in PATTERNS:
        word = pattern.text
        for text, bits in _filled(pattern.text, slots):
            yield Step(word, text, pattern.takes, pattern.gives, pattern.cost + bits, pattern.deepest)


def _task_slots(task: Task) -> dict[str, tuple[Filling, ...]]:
    inputs = _shared_colours([*task.train_inputs, *task.test_inputs])
    outputs = _shared_colours(task.train_outputs)
    shapes = {grid.shape for grid in task.train_outputs}
    size = f"{task.train_outputs[0].shape[0]}, {task.train_outputs[0].shape[1]}"
    fresh = [colour for colour in outputs if colour not in inputs]
    return {
        "old": tuple((str(colour), _bits(len(inputs))) for colour in inputs),
        "new": tuple(
            (str(colour), _bits(len(outputs)) + (0.0 if colour in fresh else 0.7))
            for colour in outputs
            if colour
        ),
        "any": tuple((str(colour), _bits(len(inputs))) for colour in sorted({*inputs, *outputs})),
        "size": ((size, 1.0),) if len(shapes) == 1 else (),
        "grown": _grown(task),
    }


def _grown(task: Task) -> tuple[Filling, ...]:
    """The output's size where it is a fixed multiple of the input's, not the same."""
    ratios = {
        (pair.answer.shape[0] / pair.input.shape[0], pair.answer.shape[1] / pair.input.shape[1])
        for pair in task.train
    }
    if len(ratios) != 1:
        return ()
    rows, cols = ratios.pop()
    if (rows, cols) == (1.0, 1.0) or rows % 1 or cols % 1:
        return ()
    texts = [
        f"{{a}}.shape[{axis}]" + (f" * {int(n)}" if n > 1 else "") for axis, n in enumerate((rows, cols))
    ]
    return ((", ".join(texts), 0.5),)


def _bits(choices: int) -> float:
    return 0.3 * float(np.log2(max(1, choices)))


def _shared_colours(grids: Sequence[Grid]) -> list[int]:
    shared = set(range(10))
    for grid in grids:
        shared &= set(np.unique(grid).tolist())
    return sorted(shared)


def _filled(text: str, slots: dict[str, tuple[Filling, ...]]) -> Iterator[Filling]:
    """The text with its first slot filled in every way, then the others; `<of>` repeats the objects."""
    slot = _SLOT.search(text.replace("<of>", "\0of\0"))
    if slot is None:
        yield text, 0.0
        return
    name, inner = slot.group(1), slot.group(2)
    for filling, bits in slots[name]:
        if inner is not None:  # a pick among objects: fill in the objects first
            for objects, more in slots[inner]:
                yield from _rest(text, slot.group(0), filling.replace("<of>", objects), bits + more, slots)
        elif name == "objects":
            yield from _rest(text.replace("<of>", filling), slot.group(0), filling, bits, slots, filling)
        else:
            yield from _rest(text, slot.group(0), filling, bits, slots)


def _rest(
    text: str,
    slot: str,
    filling: str,
    bits: float,
    slots: dict[str, tuple[Filling, ...]],
    objects: str = "",
) -> Iterator[Filling]:
    narrowed = slots
    if objects:
        narrowed = {
            **slots,
            "that": tuple((that.replace("<of>", objects), more) for that, more in slots["that"]),
        }
    for rest, more in _filled(text.replace(slot, filling, 1), narrowed):
        yield rest, bits + more
