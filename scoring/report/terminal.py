"""The terminal's view of a run: the table of tasks, and one task with coloured grids, programs and votes.

Grids are drawn as coloured squares: small ones with two characters a cell, large ones with two cells a
character (half blocks), so that a pair fits a line. Where there are no colours, as digits.

Ids, names, sources and errors come from files and models: all of them go through `visible`, and the console
takes no markup, so that nothing in them colours, moves or breaks what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from arc import Grid, same_grid, visible
from arc.pictures import PALETTE
from scoring.contract import JudgedProgram, VerdictKind
from scoring.report.contents import GRID_TYPE_TEXT, NearMiss, ProgramGroup, TaskRow, TaskView, origin_text

_SHOWN_GROUPS = 4
_SHOWN_BALLOTS = 8
_SHOWN_MISSES = 3
_LARGE_CELLS_UP_TO = 12


_COLUMNS = ("verified", "partial", "samples", "programs", "grids", "time")


def plain_console() -> Console:
    """A console on stdout that prints text as it is, brackets and colons too."""
    return Console(markup=False, emoji=False)


def print_rows(console: Console, title: str, rows: Sequence[TaskRow]) -> None:
    """The table of tasks, with a line of totals."""
    ids = [visible(row.task_id) for row in rows]
    wide = max(map(len, ids), default=4)
    # One text of plain lines: a rich Table of 400 rows takes longer to lay out than to read.
    text = Text(f"{visible(title)}\n", no_wrap=True)
    text.append(f"{'task':{wide}}  right {''.join(f'{name:>9}' for name in _COLUMNS)}\n", style="bold")
    for task_id, row in zip(ids, rows, strict=True):
        numbers = (row.verified, row.partial, row.samples, row.programs, row.grids)
        text.append(f"{task_id:{wide}}  ")
        text.append(*_right(row))
        text.append("".join(f"{number or '·':>9}" for number in numbers))
        text.append(f"{row.seconds:7.1f} s\n" if row.seconds else f"{'·':>9}\n")
    console.print(text, end="", soft_wrap=True)
    known = [row for row in rows if row.right is not None]
    parts = [_count(len(rows), "task")]
    if known:
        score = sum((row.right or 0) / row.tests for row in known)
        parts.append(f"score {score:.1f} of {len(known)}")
    if unvoted := sum(not row.voted for row in rows):
        parts.append(f"{unvoted} not voted on yet (omni-arc evaluate RUN takes the votes of now)")
    parts.append(f"{sum(row.verified > 0 for row in rows)} verified")
    parts.append(_count(sum(row.samples for row in rows), "sample"))
    console.print(", ".join(parts), highlight=False, soft_wrap=True)


def _right(row: TaskRow) -> tuple[str, str]:
    if row.right is None:
        return "?     ", "dim"
    if row.solved:
        return "✓     ", "bold green"
    if row.right:
        return f"{row.right}/{row.tests:<4}", "yellow"
    return "✗     ", "red"


def print_task(console: Console, view: TaskView) -> None:
    """One task: pairs, vote and attempts, verified programs, near misses, errors."""
    inputs = view.task.inputs + view.task.train_outputs
    small = max(side for grid in inputs for side in grid.shape) <= _LARGE_CELLS_UP_TO
    coloured = console.is_terminal and not console.no_color
    draw = _Drawer(coloured=coloured, large=small, width=console.width)
    console.print(Rule(Text(visible(view.task.id), style="bold"), align="left"))
    pairs = [draw.pair(f"train {n}", pair.input, pair.output) for n, pair in enumerate(view.task.train)]
    console.print(Columns(pairs, padding=(1, 4)))
    for index in range(len(view.task.test)):
        _print_vote(console, draw, view, index)
    _print_programs(console, draw, view)
    _print_misses(console, draw, view)
    _print_errors(console, view)


def _print_vote(console: Console, draw: _Drawer, view: TaskView, index: int) -> None:
    vote = view.votes[index]
    expected = view.expected[index] if view.expected is not None else None
    console.print()
    console.print(Rule(f"test {index}", align="left"))
    shown: list[RenderableType] = [draw.titled("input", view.task.test[index].input)]
    for number, grid in enumerate(vote.attempts, 1):
        mark = "" if expected is None else " ✓" if same_grid(grid, expected) else " ✗"
        shown.append(draw.titled(f"attempt {number}{mark}", grid))
    if expected is not None:
        shown.append(draw.titled("expected", expected))
    console.print(Columns(shown, padding=(0, 4)))
    if not vote.ballots:
        console.print("nothing was proposed; both attempts are fillers", style="yellow")
        return
    proposed = f"{len(vote.ballots)} answer{'s' * (len(vote.ballots) != 1)} proposed"
    table = Table(title=proposed, title_justify="left")
    for name in ("place", "tier", "right" if expected is not None else "size", "why"):
        table.add_column(name)
    for place, ballot in enumerate(vote.ballots[:_SHOWN_BALLOTS], 1):
        size = f"{ballot.grid.shape[0]}x{ballot.grid.shape[1]}"
        right = size if expected is None else "✓" if same_grid(ballot.grid, expected) else "✗"
        why = Text(visible(view.why(index, ballot)))
        table.add_row(f"{place}", ballot.tier.name.lower(), right, why, style="bold" if place <= 2 else None)
    console.print(table)


def _print_programs(console: Console, draw: _Drawer, view: TaskView) -> None:
    if not view.verified:
        return
    console.print()
    total = sum(len(group.programs) for group in view.verified)
    console.print(
        Rule(f"{_count(total, 'verified program')}, {_count(len(view.verified), 'answer')}", align="left")
    )
    for group in view.verified[:_SHOWN_GROUPS]:
        console.print(_program_panel(draw, view, group))
    if len(view.verified) > _SHOWN_GROUPS:
        console.print(f"… and {len(view.verified) - _SHOWN_GROUPS} more answers", style="dim")


def _program_panel(draw: _Drawer, view: TaskView, group: ProgramGroup) -> RenderableType:
    shortest = group.programs[0]
    title = f"{_count(len(group.programs), 'program')}, {_count(group.samples, 'sample')}"
    if view.expected is not None:
        hits = sum(same_grid(g, right) for g, right in zip(group.outputs, view.expected, strict=True))
        title += f"; {hits} of {len(view.expected)} test outputs right"
    title += f"; from {visible(origin_text(group.programs)) or '?'}"
    if shortest.verdict.grid_type is not None:
        title += f"; takes {GRID_TYPE_TEXT[shortest.verdict.grid_type]}"
    outputs: list[RenderableType] = [
        draw.titled(f"test {n}", grid) if grid is not None else Text(f"test {n}: none")
        for n, grid in enumerate(group.outputs)
    ]
    code = _highlighted(shortest)
    return Panel(Group(code, Text(), Columns(outputs, padding=(0, 4))), title=Text(title), title_align="left")


def _highlighted(program: JudgedProgram) -> RenderableType:
    from rich.syntax import Syntax  # pygments takes long to import, and the table does without

    source = visible(program.source.rstrip(), keep="\n\t")
    return Syntax(source, "python", theme="ansi_dark", background_color="default")


def _print_misses(console: Console, draw: _Drawer, view: TaskView) -> None:
    if not view.near_misses:
        return
    console.print()
    console.print(Rule("nearest misses", align="left"))
    for miss in view.near_misses[:_SHOWN_MISSES]:
        console.print(Text(f"{_miss_text(miss)}; from {visible(origin_text([miss.program]))}"))
        console.print(Padding(_highlighted(miss.program), (0, 2)))
        drawn = [
            draw.wrong(f"train {n}", grid, pair.answer)
            for n, (grid, pair) in enumerate(
                zip(miss.program.verdict.train_outputs, view.task.train, strict=True)
            )
            if grid is not None and miss.wrong_cells[n] != 0
        ]
        console.print(Padding(Columns(drawn, padding=(0, 4)), (0, 2)))


def _miss_text(miss: NearMiss) -> str:
    right = sum(miss.program.verdict.train_correct)
    cells = ", ".join("other size" if cells is None else _count(cells, "cell") for cells in miss.wrong_cells)
    return f"{right} of {len(miss.wrong_cells)} training pairs; wrong: {cells}"


def _print_errors(console: Console, view: TaskView) -> None:
    counts = ", ".join(f"{view.kinds[kind]} {kind.value}" for kind in VerdictKind if view.kinds.get(kind))
    console.print()
    console.print(Rule("verdicts", align="left"))
    console.print(counts or "no programs")
    for proposer, error in view.gave_up.items():
        console.print(Text(visible(f"{proposer} gave up: {error}"), style="yellow"))
    if view.errors:
        table = Table()
        table.add_column("programs", justify="right")
        table.add_column("verdict")
        table.add_column("error")
        for group in view.errors[:12]:
            table.add_row(str(group.count), group.kind.value, Text(visible(group.example)))
        console.print(table)


class _Drawer:
    """Draws grids as rich texts: coloured, with large cells or two to a character, or as digits."""

    def __init__(self, *, coloured: bool, large: bool, width: int) -> None:
        self._coloured = coloured
        self._large = large
        self._width = width

    def pair(self, title: str, given: Grid, output: Grid | None) -> RenderableType:
        """Input and output side by side, or one below the other where they don't fit the width."""
        left, right = self.grid(given), self.grid(output) if output is not None else Text("?")
        label = Text(title, style="dim")
        if max(map(len, left.split())) + max(map(len, right.split())) + len(" → ") > self._width:
            return Group(label, left, Text("↓"), right)
        row = Table.grid(padding=(0, 1))
        row.add_row(left, Text("→"), right)
        return Group(label, row)

    def titled(self, title: str, grid: Grid) -> RenderableType:
        style = "green" if title.endswith("✓") else "red" if title.endswith("✗") else "dim"
        return Group(Text(title, style=style), self.grid(grid))

    def grid(self, grid: Grid) -> Text:
        if not self._coloured:
            return self._digits(grid)
        return self._full_cells(grid) if self._large else self._half_blocks(grid)

    def wrong(self, title: str, grid: Grid, expected: Grid) -> RenderableType:
        """A grid with the cells that differ from the expected ones marked."""
        if grid.shape != expected.shape:
            return self.titled(f"{title}: {_size(grid)}, should be {_size(expected)}", grid)
        text = Text()
        for row, (cells, rights) in enumerate(zip(grid.tolist(), expected.tolist(), strict=True)):
            text.append("\n" if row else "")
            for cell, right in zip(cells, rights, strict=True):
                text.append(*self._cell(cell, right))
        return Group(Text(title, style="dim"), text)

    def _cell(self, cell: int, right: int) -> tuple[str, str]:
        if not self._coloured:
            return (f" {cell}" if cell == right else f"!{cell}"), ""
        if cell == right:
            return "  ", f"on {PALETTE[cell]}"
        return "><", f"bold {PALETTE[right]} on {PALETTE[cell]}"

    def _full_cells(self, grid: Grid) -> Text:
        text = Text(no_wrap=True)
        for row, cells in enumerate(grid.tolist()):
            text.append("\n" if row else "")
            for cell in cells:
                text.append("  ", style=f"on {PALETTE[cell]}")
        return text

    def _half_blocks(self, grid: Grid) -> Text:
        text = Text(no_wrap=True)
        rows = grid.tolist()
        for top in range(0, len(rows), 2):
            text.append("\n" if top else "")
            below = rows[top + 1] if top + 1 < len(rows) else None
            for column, upper in enumerate(rows[top]):
                lower = "" if below is None else f" on {PALETTE[below[column]]}"
                text.append("▀", style=f"{PALETTE[upper]}{lower}")
        return text

    def _digits(self, grid: Grid) -> Text:
        return Text("\n".join(" ".join(map(str, row)) for row in grid.tolist()), no_wrap=True)


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'s' * (number != 1)}"


def _size(grid: Grid) -> str:
    return f"{grid.shape[0]}x{grid.shape[1]}"
