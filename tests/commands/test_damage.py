"""Damaged, hostile and absurd input through every command: exit 0 or 2, one line, never an internal error."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arc import Pair, Task, as_grid, load_dataset
from benchmarks.synthetic import development_tasks, make_run
from commands.cli import run
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings
from scoring.contract import Candidate, Verdict, VerdictKind
from scoring.record.reader import Run
from scoring.record.schema import DATABASE, to_json
from scoring.record.writer import RunStore

TASKS = tuple(development_tasks(3))
_PAGE = 4096

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound run of three tasks that can be resumed, its database in one file."""
    folder = tmp_path_factory.mktemp("whole")
    directory, candidates = folder / "run", folder / "candidates.jsonl"
    make_run(directory, TASKS, 20, seed=1)
    candidates.write_text(json.dumps({"task_id": TASKS[0].id, "source": "def task(g): return g"}) + "\n")
    challenges = folder / "toy_challenges.json"
    challenges.write_text(json.dumps({task.id: task.to_json() for task in TASKS}))
    plan = Settings(
        str(challenges),
        load_dataset(str(challenges)).digest(),
        samplers=("replay",),
        predictors=(),
        workers=1,
        model=ModelSettings(str(candidates)),
    )
    connection = sqlite3.connect(directory / DATABASE)
    connection.execute("UPDATE meta SET value = ? WHERE name = 'config'", [to_json(plan.to_json())])
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return directory


def _commands(directory: Path, out: Path) -> list[list[str | Path]]:
    return [
        ["inspect", directory],
        ["inspect", directory, TASKS[0].id],
        ["inspect", directory, "--html", out / "page.html"],
        ["evaluate", directory],
        ["submit", directory, "-o", out / "submission.json"],
        ["export", directory, "--parquet", out / "table.parquet"],
        ["solve", "--resume", directory, "--time-limit", "2"],
    ]


def _check(say: Say, arguments: list[str | Path], allowed: tuple[int, ...] = (0, 2)) -> str:
    code, _, err = say(*arguments)
    if arguments[0] == "solve" and "gave no program and no grid" in err:
        return err  # two seconds were too few for any sample
    assert code in allowed, (arguments, err)
    assert "internal error" not in err and "Traceback" not in err
    if code == 2:
        assert err.count("\n") == 1 and err.startswith("omni-arc: "), err
    return err


# Changes of single values that leave SQLite's own structure sound.
_VALUES = [
    "UPDATE meta SET value = '[]' WHERE name = 'config'",
    "UPDATE meta SET value = '{' WHERE name = 'config'",
    "UPDATE meta SET value = x'ff00' WHERE name = 'config'",
    'UPDATE meta SET value = \'{"votes": {"rule": "loudest"}}\' WHERE name = \'config\'',
    "UPDATE meta SET value = 'three' WHERE name = 'version'",
    "DELETE FROM meta",
    "UPDATE tasks SET record = '{}'",
    "UPDATE tasks SET record = '{\"train\": '",
    "UPDATE tasks SET record = x'00ff'",
    "UPDATE tasks SET task_id = CAST(x'ff' AS TEXT) WHERE task = 1",
    "UPDATE verdicts SET kind = 'splendid'",
    "UPDATE verdicts SET train_correct = ''",
    "UPDATE verdicts SET train_outputs = x'03'",
    "UPDATE verdicts SET train_outputs = x'0303ffffffffff'",
    "UPDATE verdicts SET test_outputs = x''",
    "UPDATE verdicts SET test_outputs = 'grids'",
    "UPDATE verdicts SET cpu_seconds = 'long'",
    "UPDATE verdicts SET at = x'00'",
    "UPDATE candidates SET augmentation = '9/1/1'",
    "UPDATE candidates SET augmentation = 'upside down'",
    "UPDATE candidates SET grid_type = 'tensor'",
    "UPDATE candidates SET log_probability = 'likely'",
    "UPDATE candidates SET sample = 'first' WHERE candidate = 1",
    "UPDATE candidates SET sampler = x'ff' WHERE candidate = 1",
    "UPDATE programs SET source = x'fffe'",
    "UPDATE predictions SET grid = x''",
    "UPDATE predictions SET grid = x'00'",
    "UPDATE predictions SET test_index = 77",
    "UPDATE predictions SET confidence = 'sure'",
    "UPDATE votes SET attempts = '[[1]]'",
    "UPDATE votes SET attempts = 'none'",
    "UPDATE finished SET seconds = 'a while'",
    "UPDATE events SET data = '}'",
    "DROP TABLE verdicts",
    "DROP TABLE events",
    "ALTER TABLE candidates RENAME COLUMN source TO text",
]


@pytest.mark.parametrize("change", _VALUES)
def test_a_damaged_value(say: Say, whole: Path, tmp_path: Path, change: str) -> None:
    directory = tmp_path / "run"
    for number in range(len(_commands(directory, tmp_path)) - 1):
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(whole, directory)
        connection = sqlite3.connect(directory / DATABASE)
        connection.execute(change)
        connection.commit()
        connection.close()
        _check(say, _commands(directory, tmp_path)[number])


@pytest.mark.parametrize("seed", range(12))
def test_damaged_bytes(say: Say, whole: Path, tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    directory = tmp_path / "run"
    original = (whole / DATABASE).read_bytes()
    damaged = bytearray(original)
    if seed % 3 == 0:
        damaged = damaged[: generator.randrange(len(original))]
    elif seed % 3 == 1:
        for _ in range(generator.choice((1, 10, 300))):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
    else:
        for _ in range(3):
            page = generator.randrange(len(original) // _PAGE) * _PAGE
            damaged[page : page + _PAGE] = generator.randbytes(_PAGE)
    for number in range(len(_commands(directory, tmp_path))):
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(whole, directory)
        (directory / DATABASE).write_bytes(damaged)
        _check(say, _commands(directory, tmp_path)[number])


def test_a_sound_run_passes_and_a_damaged_one_is_named(say: Say, whole: Path, tmp_path: Path) -> None:
    for arguments in _commands(whole, tmp_path)[:6]:
        assert _check(say, arguments, (0,)) == ""
    shutil.copytree(whole, tmp_path / "resumed")
    assert "3/3 tasks" in _check(say, ["solve", "--resume", tmp_path / "resumed", "--time-limit", "9"], (0,))
    directory = tmp_path / "run"
    shutil.copytree(whole, directory)
    original = (whole / DATABASE).read_bytes()
    (directory / DATABASE).write_bytes(original[: len(original) // 2])
    assert "run.sqlite: damaged" in _check(say, ["evaluate", directory], (2,))


def test_our_own_mistakes_are_not_blamed_on_the_file(whole: Path) -> None:
    with pytest.raises(KeyError), Run.open(whole):
        raise KeyError("ours")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(data=st.data())
def test_damaged_submissions(say: Say, whole: Path, tmp_path: Path, data: st.DataObject) -> None:
    path, challenge = tmp_path / "submission.json", tmp_path / "toy_challenges.json"
    challenge.write_text(json.dumps({task.id: task.to_json() for task in TASKS}))
    if not (tmp_path / "good.json").exists():
        say("submit", whole, "-o", tmp_path / "good.json")
    text = (tmp_path / "good.json").read_bytes()
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.binary(max_size=3))
    path.write_bytes(text[:place] + (b"" if data.draw(st.booleans()) else noise + text[place + len(noise) :]))
    _check(say, ["evaluate", path, "--dataset", challenge])
    code, _, err = say("submit", "--check", path, "--dataset", challenge)
    assert code in (0, 2) and err.count("\n") <= 1 and "internal error" not in err


NAMES = ["x" * 300, "a/" * 3000, "dangling", "loop", "\x1b[31mred", "[/x]", "\udcff", "folder/file/below"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect"],
        ["evaluate"],
        ["submit"],
        ["export", "--parquet", "t.parquet"],
        ["solve", "--resume"],
        ["solve", "--time-limit", "1"],
        ["solve", "toy.json", "--config"],
        ["verify", "--dataset", "toy.json"],
        ["datasets"],
        ["prompt", "x", "--dataset"],
        ["similar", "x", "--dataset"],
        ["submit", "--dataset", "toy.json", "--check"],
        ["evaluate", "dangling.json", "--dataset"],
    ],
    ids=" ".join,
)
def test_names_that_lead_nowhere(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    err = _check(say, [*arguments, name], (2,))
    assert err.strip().isprintable() and len(err) < 7000


@pytest.mark.parametrize("place", ["", "folder", "nowhere/file", "toy.json/file"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["inspect", "RUN", "--html"],
        ["submit", "RUN", "-o"],
        ["export", "RUN", "--parquet"],
        ["export-training", "--count", "1", "-o"],
        ["verify", "candidates.jsonl", "--dataset", "toy.json", "-o"],
    ],
    ids=" ".join,
)
def test_places_that_can_not_be_written(
    say: Say, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    (tmp_path / "candidates.jsonl").write_text('{"task_id": "toy", "source": "def task(g): return g"}\n')
    (tmp_path / "folder").mkdir()
    if arguments[0] == "submit" and not place:
        return  # no name is the default name
    err = _check(say, [*(str(whole) if one == "RUN" else one for one in arguments), place], (2,))
    assert place in err and ".new" not in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("samples = [1]", "is a whole number or a string"),
        ("samples = true", "is a whole number or a string"),
        ("samples = 'x'", "not a valid integer"),
        ("limit = 2020-01-01", "is a whole number or a string"),
        ("sampler = 'vllm'", "a list of texts"),
        ("sampler = [['vllm']]", "a list of texts"),
        ("library = [3]", "a list of texts"),
        ("workers = 100000000", "not in the range"),
        ("samplers = []", "no setting 'samplers'"),
        ("search = 'no'", "true or false"),
        ("effort = nan", "not a finite number"),
        ("direct-weight = inf", "not a finite number"),
        ("direct-weight = 0.5", "belongs to --vote-rule tiers"),
        ("config = 'more.toml'", "no setting 'config'"),
        ("seed = 1.5", "seed is a whole number"),
        ("seed = inf", "seed is a whole number"),
        ("resume = 'run'", "no setting 'resume'"),
        ("[search]", "true or false"),
        ("samples = ", "broken TOML"),
    ],
)
def test_a_wrong_settings_file(say: Say, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    (tmp_path / "settings.toml").write_text(text)
    arguments: list[str | Path] = ["solve", tmp_path / "toy.json", "--run", tmp_path / "run"]
    assert words in _check(say, [*arguments, "--config", tmp_path / "settings.toml"], (2,))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SAMPLER", "no sampler or predictor 'nope'"),
        ("PREDICTOR", "no sampler or predictor 'nope'"),
        ("LIBRARY", "nope: no such library file"),
        ("EFFORT", "'nope' is not a valid number"),
        ("TIME_LIMIT", "'nope' is not a duration"),
    ],
)
def test_a_wrong_setting_of_the_environment(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setenv(f"OMNI_ARC_SOLVE_{name}", "nope")
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    assert words in _check(say, ["solve", tmp_path / "toy.json", "--run", tmp_path / "run"], (2,))


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("flag", ["--effort", "--direct-weight", "--timeout", "--wall-time", "--temperature"])
def test_a_number_that_is_none(say: Say, tmp_path: Path, flag: str, value: str) -> None:
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    _check(say, ["solve", tmp_path / "toy.json", flag, value, "--run", tmp_path / "run"], (2,))


@pytest.mark.parametrize("fault", ['"grid_type": "x"', '"augmentation": {"symmetry": 9}', '"tokens": "x"'])
def test_a_wrong_line_is_named_with_its_file(say: Say, tmp_path: Path, fault: str) -> None:
    (tmp_path / "toy.json").write_text(json.dumps(TASKS[0].to_json()))
    (tmp_path / "c.jsonl").write_text(f'{{"task_id": "toy", "source": "x", {fault}}}\n')
    arguments: list[str | Path] = ["verify", tmp_path / "c.jsonl", "--dataset", tmp_path / "toy.json"]
    assert f"{tmp_path / 'c.jsonl'}: line 1: " in _check(say, arguments, (2,))


def test_a_group_without_a_command_shows_its_help(say: Say) -> None:
    code, _, err = say("profile")
    assert code == 2 and "Commands:" in err and err.count("\n") > 5


def test_a_program_to_show_that_is_no_text(say: Say, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    arguments: list[str | Path] = ["prompt", "007bbfb7", "--dataset", "arc-agi-1/training", "--ask", "repair"]
    assert "not a UTF-8 text file" in _check(say, [*arguments, "--code", tmp_path / "binary"], (2,))


HOSTILE = "\x1b[2J\x1b]0;owned\x07[/x][bold red]:boom:\u202e"


def hostile_run(directory: Path) -> Task:
    grid = as_grid([[1, 2]])
    task = Task(f"t{HOSTILE}", (Pair(grid, grid), Pair(grid, as_grid([[3]]))), (Pair(grid, grid),))
    with RunStore.create(directory, {"dataset": f"d{HOSTILE}"}) as store:
        store.add_tasks([task])
        for sample, kind in enumerate((VerdictKind.VERIFIED, VerdictKind.PARTIAL, VerdictKind.ERROR)):
            source = f"def task(g):\n\t# {HOSTILE}\n    return g + {sample}"
            key = f"{HOSTILE}{sample}"
            store.add_candidate(Candidate(task.id, f"m{HOSTILE}", sample, source), key)
            marks = {VerdictKind.VERIFIED: (True, True), VerdictKind.PARTIAL: (True, False)}
            verdict = Verdict(kind, marks.get(kind, (False, False)), (grid, grid), (grid,), f"E: {HOSTILE}")
            store.add_verdict(task.id, key, verdict)
    return task


@pytest.mark.parametrize("coloured", [True, False])
def test_nothing_in_a_run_reaches_the_terminal_unescaped(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coloured: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR" if coloured else "NO_COLOR", "1")
    directory = tmp_path / "run[/x]"
    task = hostile_run(directory)
    again = shutil.copytree(directory, tmp_path / "again[/x]")
    for arguments in (
        ["inspect", directory],
        ["inspect", directory, task.id],
        ["evaluate", directory],
        ["evaluate", directory, again],
        ["submit", directory, "-o", tmp_path / "s.json"],
    ):
        code, out, err = say(*arguments)
        assert code == 0, err
        plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
        assert "\x1b" not in plain and "\x07" not in plain and "\u202e" not in plain
        if arguments[0] == "inspect":
            assert r"\x1b[2J\x1b]0;owned\x07[/x][bold red]:boom:\u202e" in plain
            assert "run[/x]" in plain or len(arguments) == 3
    for wrong in ("[/x]", "[bold]", HOSTILE):
        code, _, err = say("inspect", directory, wrong)
        assert code == 2 and err.count("\n") == 1 and "\x1b" not in err


def test_a_terminal_that_can_not_show_everything_is_no_failure(whole: Path) -> None:
    call = [sys.executable, "-c", "from commands import main; main()", "inspect", str(whole)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(call, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert r"\u2713" in done.stdout or r"\u2717" in done.stdout
