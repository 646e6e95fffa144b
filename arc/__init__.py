"""Grids, pairs, tasks, data sets and augmentations: the data of ARC, independent of how it is solved."""

from arc.augment import IDENTITY, Augmentation, random_augmentation, symmetries
from arc.datasets import DEFAULT_DATASET, Dataset, dataset_names, load_dataset, variants
from arc.field_types import check_value, check_values, read_toml
from arc.forms import ATTEMPTS, Form, form_of
from arc.grid import (
    ARC_SIDE,
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
from arc.loading import DatasetError, LoadReport, Skipped, load_solutions, read_json
from arc.task import Pair, Task, TaskError, task_from_json
from arc.text import did_you_mean, encodable, visible

__all__ = [
    "ARC_SIDE",
    "ATTEMPTS",
    "COLOURS",
    "DEFAULT_DATASET",
    "IDENTITY",
    "MAX_SIDE",
    "ArcError",
    "Augmentation",
    "Dataset",
    "DatasetError",
    "Form",
    "Grid",
    "GridError",
    "GridType",
    "LoadReport",
    "Pair",
    "Skipped",
    "Task",
    "TaskError",
    "as_grid",
    "check_value",
    "check_values",
    "dataset_names",
    "did_you_mean",
    "encodable",
    "form_of",
    "grid_key",
    "load_dataset",
    "load_solutions",
    "random_augmentation",
    "read_json",
    "read_toml",
    "same_grid",
    "symmetries",
    "task_from_json",
    "to_rows",
    "variants",
    "visible",
]
