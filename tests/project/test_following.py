"""Following folders: what counts as a change, and when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from project.following import Follower


class Loader:
    """Counts its calls; cannot load while ``answer`` is False."""

    def __init__(self) -> None:
        self.calls = 0
        self.answer = True

    def __call__(self) -> bool:
        self.calls += 1
        return self.answer


@pytest.fixture
def loader() -> Loader:
    return Loader()


def steps(follower: Follower, number: int) -> None:
    for _ in range(number):
        follower.step()


def test_what_is_there_at_the_start_is_no_change(tmp_path: Path, loader: Loader) -> None:
    """Start-up has loaded it already."""
    (tmp_path / "a.yaml").write_text("one")
    steps(Follower([tmp_path], loader), 3)
    assert loader.calls == 0


def test_a_change_is_acted_upon_once_and_when_it_stands_still(tmp_path: Path, loader: Loader) -> None:
    """Half a save is not read: the first look only notices."""
    file = tmp_path / "a.yaml"
    file.write_text("one")
    follower = Follower([tmp_path], loader)
    file.write_text("half")
    follower.step()
    file.write_text("whole text")
    follower.step()
    assert loader.calls == 0
    steps(follower, 3)
    assert loader.calls == 1


@pytest.mark.parametrize("name", ["b.yaml", "b.YML", "b.json"])
def test_new_files_count_in_folders_below_too(tmp_path: Path, loader: Loader, name: str) -> None:
    """A definition may be added while the server runs."""
    follower = Follower([tmp_path], loader)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / name).write_text("new")
    steps(follower, 3)
    assert loader.calls == 1


@pytest.mark.parametrize("name", ["a.yaml~", ".a.yaml", "readme.md"])
def test_other_files_do_not_count(tmp_path: Path, loader: Loader, name: str) -> None:
    """Editors leave backups and swap files."""
    follower = Follower([tmp_path], loader)
    (tmp_path / name).write_text("text")
    steps(follower, 3)
    assert loader.calls == 0


def test_a_removed_file_counts(tmp_path: Path, loader: Loader) -> None:
    """Its author hears that its actions are served until they are disabled."""
    file = tmp_path / "a.yaml"
    file.write_text("one")
    follower = Follower([tmp_path], loader)
    file.unlink()
    steps(follower, 3)
    assert loader.calls == 1


def test_a_load_that_could_not_happen_is_tried_again(tmp_path: Path, loader: Loader) -> None:
    """A database that is away for a moment does not lose an edit."""
    follower = Follower([tmp_path], loader)
    (tmp_path / "a.yaml").write_text("new")
    loader.answer = False
    steps(follower, 3)
    assert loader.calls == 2
    loader.answer = True
    steps(follower, 3)
    assert loader.calls == 3


def test_a_save_by_replacing_the_file_is_a_change(tmp_path: Path, loader: Loader) -> None:
    """Many editors write beside and rename, perhaps with the old size."""
    file = tmp_path / "a.yaml"
    file.write_text("one")
    follower = Follower([file], loader)
    draft = tmp_path / "draft"
    draft.write_text("two")
    draft.replace(file)
    steps(follower, 3)
    assert loader.calls == 1
