"""Training examples: the answer is what a perfect model gives, and the seed decides everything."""

import json
from itertools import islice

import pytest

from arc import as_grid, load_dataset, same_grid, task_from_json
from commands import run
from programs.catalogue import programs
from programs.training import TrainingError, training_examples
from prompts import DEFAULT_ENCODER, parse_encoder, read_grid, read_programs

TASKS = load_dataset("arc-agi-1/development").tasks
ENCODERS = ["MinimalGridEncoder()", "ColorNameEncoder()", DEFAULT_ENCODER]


def examples(version, count=20, encoder=DEFAULT_ENCODER, seed=0, tasks=TASKS, fresh=0.0):
    return list(islice(training_examples(tasks, version, encoder, seed, fresh), count))


def answer(example):
    assert example.messages[-1]["role"] == "assistant"
    return example.messages[-1]["content"]


def test_the_answer_to_a_code_prompt_is_the_tasks_program():
    for example in examples("code-from-examples-v1"):
        assert (
            read_programs(answer(example))[0].source.strip() == programs()[example.task_id].source().strip()
        )


@pytest.mark.parametrize("encoder", ENCODERS)
def test_the_answer_to_a_grid_prompt_is_a_grid_of_the_task_in_some_view(encoder):
    parsed = parse_encoder(encoder)
    for example in examples("output-from-examples-v1", encoder=encoder):
        grid = read_grid(answer(example), parsed)
        task = next(task for task in TASKS if task.id == example.task_id)
        shapes = {pair.answer.shape for pair in task.train + task.test}
        assert grid.shape in shapes | {shape[::-1] for shape in shapes}
        assert parsed.encode(grid) in answer(example)


def test_a_programs_output_is_the_answer_to_output_from_code():
    parsed = parse_encoder(DEFAULT_ENCODER)
    for example in examples("output-from-code-v0"):
        task = next(task for task in TASKS if task.id == example.task_id)
        grid = read_grid(answer(example), parsed)
        given = [p for p in task.train + task.test if same_grid(p.answer, grid)]
        assert any(parsed.encode(pair.input) in example.messages[-2]["content"] for pair in given)


def test_the_pair_asked_for_is_not_among_the_pairs_shown():
    grids = [[[n, 1, 2], [3, n, 4]] for n in range(5, 9)]
    pairs = [{"input": grid, "output": grid[::-1]} for grid in grids]
    task = task_from_json("t", {"train": pairs[:3], "test": pairs[3:]})
    for example in examples("output-from-examples-v1", tasks=(task,), encoder="MinimalGridEncoder()"):
        grid = read_grid(answer(example), parse_encoder("MinimalGridEncoder()"))
        shown = "\n".join("".join(map(str, row)) for row in grid.tolist())
        assert shown not in example.messages[-2]["content"]


def test_fresh_examples_show_pairs_that_the_program_makes():
    encoder = parse_encoder("MinimalGridEncoder()")
    own = fresh = 0
    for example in examples("output-from-code-v0", 30, "MinimalGridEncoder()", fresh=1.0):
        task = next(task for task in TASKS if task.id == example.task_id)
        question = example.messages[-2]["content"]
        if any(encoder.encode(pair.input) in question for pair in task.train + task.test):
            own += 1
            continue
        fresh += 1
        given = read_grid(question.split("called with this grid:")[1].split("Write the")[0], encoder)
        output = programs()[example.task_id].function(given.copy())
        assert same_grid(read_grid(answer(example), encoder), as_grid(output))
    assert fresh > own


def test_the_seed_decides():
    assert examples("output-from-examples-v1") == examples("output-from-examples-v1")
    assert examples("output-from-examples-v1") != examples("output-from-examples-v1", seed=1)


def test_what_cannot_be_made_is_said():
    without = [task for task in TASKS if task.id not in programs()][:2]
    with pytest.raises(TrainingError, match="none of the"):
        examples("code-from-examples-v1", tasks=without)
    with pytest.raises(TrainingError, match="repair-v0"):
        examples("repair-v0")


def test_the_command_writes_json_lines(tmp_path):
    file = tmp_path / "out.jsonl"
    assert run(["export-training", "--count", "7", "--seed", "3", "-o", str(file)]) == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == 7
    assert lines[0] == json.loads(
        json.dumps(examples("code-from-examples-v1", 1, seed=3, fresh=0.5)[0].to_json())
    )
    assert run(["export-training", "--prompt", "nope", "-o", str(file)]) == 2
