"""Grids, pairs, tasks, data sets and augmentations: what ARC is made of, with no opinion on solving it."""

from arc.augment import IDENTITY, Augmentation, random_augmentation, symmetries
from arc.datasets import (
    DEFAULT_DATASET,
    Dataset,
    DatasetError,
    dataset_names,
    load_dataset,
    load_solutions,
    read_json,
)
from arc.grid import (
    COLOURS,
    MAX_SIDE,
    ArcError,
    Grid,
    GridError,
    GridType,
    as_grid,
    grid_key,
    same_grid,
    to_rows,
)
from arc.task import Pair, Task, TaskError, task_from_json

__all__ = [
    "COLOURS",
    "DEFAULT_DATASET",
    "IDENTITY",
    "MAX_SIDE",
    "ArcError",
    "Augmentation",
    "Dataset",
    "DatasetError",
    "Grid",
    "GridError",
    "GridType",
    "Pair",
    "Task",
    "TaskError",
    "as_grid",
    "dataset_names",
    "grid_key",
    "load_dataset",
    "load_solutions",
    "random_augmentation",
    "read_json",
    "same_grid",
    "symmetries",
    "task_from_json",
    "to_rows",
]
