"""Files are replaced whole; devices, pipes and links are written through; errors name what was asked for."""

import os
import threading
from pathlib import Path

import pytest

from scoring.files import replacing, write_whole


def test_a_failure_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(KeyError), replacing(path) as new:
        new.write_text("half")
        raise KeyError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "file", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink() and target.read_text() == "new"


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, "whole")
    reader.join()
    assert read == ["whole"] and pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "error"),
    [("folder", IsADirectoryError), ("", IsADirectoryError), ("absent/file", FileNotFoundError)],
)
def test_errors_name_the_path_that_was_asked_for(tmp_path: Path, name: str, error: type[OSError]) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(error) as caught:
        write_whole(path, "text")
    assert caught.value.filename == str(path)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "folder"]
