"""References to variables and files: what the settings allow, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from actions.secrets.errors import ReferenceRefused
from actions.secrets.references import resolve
from actions.secrets.texts import LONGEST


@pytest.fixture
def mounted(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that secrets may refer to, with a file beside it that they may not; one allowed variable."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    (tmp_path / "outside").write_text("outside")
    settings.ACTIONS = {**settings.ACTIONS, "SECRET_ENV_NAMES": ["STRIPE_KEY"], "SECRET_FOLDERS": [folder]}
    monkeypatch.setenv("STRIPE_KEY", "from the environment")
    monkeypatch.setenv("OTHER_KEY", "outside")
    return folder


def refusal(reference: str) -> str:
    """Return why a reference is refused."""
    with pytest.raises(ReferenceRefused) as caught:
        resolve(reference)
    return caught.value.message


def test_an_allowed_variable_and_file_are_read(mounted: Path) -> None:
    """Both give their content, without the line break at the end."""
    (mounted / "key").write_text("from a file\n")
    assert resolve("env:STRIPE_KEY") == "from the environment"
    assert resolve(f"file:{mounted}/key") == "from a file"


def test_a_file_is_read_at_every_use(mounted: Path) -> None:
    """Whoever rotates the file need not tell us; a mounted secret is a link to the current one."""
    for content in ("one", "two"):
        (mounted / content).write_text(content)
        (mounted / "next").symlink_to(content)
        (mounted / "next").rename(mounted / "key")
        assert resolve(f"file:{mounted}/key") == content


@pytest.mark.parametrize(
    "name", ["OTHER_KEY", "SECRET_KEY", "PATH", "", "STRIPE_KEY ", "stripe_key", "STRIPE_KEY=", "A\0"]
)
def test_other_variables_are_refused(mounted: Path, name: str) -> None:
    """Only the exact names that the settings list."""
    expected = f"Secrets may not refer to the variable '{name}'. SECRETS_ENV lists those they may."
    assert refusal(f"env:{name}") == expected


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_a_blank_variable_is_none(mounted: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An empty variable protects nothing."""
    monkeypatch.setenv("STRIPE_KEY", value)
    assert refusal("env:STRIPE_KEY") == "'env:STRIPE_KEY' cannot be used. A blank value is no secret."
    monkeypatch.delenv("STRIPE_KEY")
    assert refusal("env:STRIPE_KEY") == "The variable 'STRIPE_KEY' is not set."


@pytest.mark.parametrize("path", ["../outside", "link", "folder/../../outside", "links/outside"])
def test_nothing_outside_the_folder_is_read(mounted: Path, path: str) -> None:
    """Neither by dots nor through a symbolic link."""
    (mounted / "folder").mkdir()
    (mounted / "link").symlink_to(mounted.parent / "outside")
    (mounted / "links").symlink_to(mounted.parent)
    assert refusal(f"file:{mounted}/{path}").startswith("Secrets may not refer to ")


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "key", "", "~/key", "mounted/key", "/", "//etc/passwd", "\0", "/a\0b"]
)
def test_other_paths_are_refused(mounted: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only absolute paths below the folders that the settings list."""
    monkeypatch.chdir(mounted.parent)
    (mounted / "key").write_text("value")
    assert "outside" not in refusal(f"file:{target}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "A blank value is no secret."),
        (b" \n", "A blank value is no secret."),
        (b"\xff\xfe", "A value is text in UTF-8."),
        (b"x" * (LONGEST + 1), f"A value has at most {LONGEST} bytes."),
        (b"x" * 10_000_000, f"A value has at most {LONGEST} bytes."),
    ],
)
def test_a_file_without_a_value_is_refused(mounted: Path, content: bytes, reason: str) -> None:
    """As blank, as no text, or as too long: a huge file is not read to its end."""
    (mounted / "key").write_bytes(content)
    assert refusal(f"file:{mounted}/key") == f"'file:{mounted}/key' cannot be used. {reason}"


def test_what_is_no_file_is_refused_at_once(mounted: Path) -> None:
    """A named pipe does not keep us waiting, a circle of links not running, and a folder is no file."""
    os.mkfifo(mounted / "pipe")
    (mounted / "circle").symlink_to("circle")
    for name in ("pipe", "circle", "missing"):
        assert str(mounted / name) in refusal(f"file:{mounted}/{name}")
    assert refusal(f"file:{mounted}") == f"'{mounted}' cannot be read."


@pytest.mark.parametrize("reference", ["", "STRIPE_KEY", "ENV:STRIPE_KEY", "http://x", "env", "vault:x"])
def test_other_kinds_are_refused(mounted: Path, reference: str) -> None:
    """There are two."""
    assert refusal(reference) == (
        "Secrets may not refer to the variable ''. SECRETS_ENV lists those they may."
        if reference == "env"
        else "A reference is env:NAME or file:/PATH."
    )


def test_a_long_reference_is_refused(mounted: Path) -> None:
    """Before anything is looked up."""
    assert refusal("env:" + "A" * 500) == "A reference has at most 500 characters."


def test_nothing_is_allowed_by_default(settings: Any) -> None:
    """Without settings no reference leads anywhere."""
    assert (settings.ACTIONS["SECRET_ENV_NAMES"], settings.ACTIONS["SECRET_FOLDERS"]) == ([], [])
