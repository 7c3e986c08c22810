"""Files in, served definitions out: what is added, changed, unchanged, missing and refused."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from actions import catalog, loading
from actions.loading import LoadReport, check_paths, load_paths, save_definition
from actions.models import CatalogGeneration, Definition, DefinitionVersion
from tests.actions.documents import BROKEN, calling, greeting

pytestmark = pytest.mark.django_db


def write(folder: Path, name: str, text: str) -> Path:
    """Write a document and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def outcome(report: LoadReport) -> list[tuple[str, str, int]]:
    """Return state, name and served version number of each action."""
    return [(saved.state, saved.name, saved.version) for saved in report.saved]


def said(problems: Any) -> list[str]:
    """Return code, place and message of problems, without the folder."""
    return [f"{item.code} {Path(item.location.source).name}:{item.location.line} {item.message}" for item in problems]


def message(name: str = "greet") -> Any:
    """Return what the served action tells the client."""
    served = catalog.find("usergroup", name)
    assert served is not None
    (step,) = served.plan.body.nodes
    return step.arguments[0].source["message"]  # type: ignore[attr-defined]


def test_new_changed_and_unchanged_files(folder: Path) -> None:
    """A file that says something new makes a version; the others make none."""
    write(folder, "a.yaml", greeting(name="a"))
    write(folder, "b.yml", greeting(name="b"))
    assert outcome(load_paths([folder])) == [("added", "a", 1), ("added", "b", 1)]
    write(folder, "b.yml", greeting("bye", name="b"))
    report = load_paths([folder])
    assert sorted(outcome(report)) == [("changed", "b", 2), ("unchanged", "a", 1)]
    assert ([item.name for item in report.changed], [item.name for item in report.unchanged]) == (["b"], ["a"])
    assert (report.added, report.problems, report.missing) == ((), (), ())
    assert message("b") == "bye"


def test_loading_again_writes_nothing(folder: Path, django_assert_num_queries: Any) -> None:
    """A second load reads the definitions once, compiles nothing and changes nothing."""
    write(folder, "a.yaml", greeting(name="a"))
    write(folder, "b.yaml", greeting(name="b"))
    load_paths([folder])
    marker = CatalogGeneration.current()
    with pytest.MonkeyPatch.context() as patch, django_assert_num_queries(2):
        patch.setattr("actions.loading.compiling.compile_document", None)
        report = load_paths([folder])
    assert len(report.unchanged) == 2
    assert (CatalogGeneration.current(), DefinitionVersion.objects.count()) == (marker, 2)


def test_text_is_stored_as_written(folder: Path) -> None:
    """A version holds the author's text with its comments, its digest, its notation and where it came from."""
    text = f"# Says hello.\n{greeting()}# The end.\n"
    path = write(folder, "greet.yaml", text)
    load_paths([folder])
    version = DefinitionVersion.objects.get()
    assert (version.text, version.dialect, version.source) == (text, "daptin", str(path.resolve()))
    assert version.digest == "".join(Definition.objects.get().loaded.values())
    assert (version.created_by, version.note) == (None, "")


def test_several_actions_of_a_file_have_a_text_each(folder: Path) -> None:
    """Each action of a file is a definition; only those whose own text changes have a new version."""
    both = write(folder, "both.yaml", f"{greeting(name='a')}---\n{greeting(name='b')}")
    load_paths([folder])
    assert [version.text for version in DefinitionVersion.objects.order_by("definition__name")] == [
        greeting(name="a"),
        greeting(name="b"),
    ]
    both.write_text(f"{greeting(name='a')}---\n{greeting('bye', name='b')}")
    assert outcome(load_paths([folder])) == [("unchanged", "a", 1), ("changed", "b", 2)]


def test_broken_file_changes_nothing_of_what_is_served(folder: Path) -> None:
    """One file with a problem is reported with its place; its action stays as it was, the others are loaded."""
    greet = write(folder, "greet.yaml", greeting())
    load_paths([folder])
    greet.write_text(f"{greeting('half', name='other')}---\n{BROKEN}")
    write(folder, "new.yaml", greeting(name="new"))
    report = load_paths([folder])
    assert said(report.errors) == ["ACT204 greet.yaml:15 Unknown reference 'nobody'."]
    assert outcome(report) == [("added", "new", 1)]
    assert message() == "hello"
    assert catalog.find("usergroup", "other") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"\xff\xfe", "ACT102", id="no-utf-8"),
        pytest.param(b"# " + b"x" * 2 * 1024 * 1024, "ACT101", id="too-large"),
        pytest.param(b"", "ACT170", id="empty"),
        pytest.param(b"Name: [", "ACT104", id="no-yaml"),
    ],
)
def test_unreadable_content_is_a_problem_with_a_place(folder: Path, content: bytes, code: str) -> None:
    """Whatever a file holds, loading reports it and goes on."""
    (folder / "bad.yaml").write_bytes(content)
    write(folder, "good.yaml", greeting())
    report = load_paths([folder])
    assert [(item.code, item.location.source) for item in report.errors] == [(code, str(folder / "bad.yaml"))]
    assert outcome(report) == [("added", "greet", 1)]


def test_path_that_is_not_there(folder: Path) -> None:
    """A missing path is a problem, not a crash."""
    report = load_paths([folder / "gone", str(folder)])
    assert said(report.errors) == [f"ACT120 gone:1 '{folder / 'gone'}' cannot be read: no such file or folder."]


def test_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without the right to read it is a problem, not a crash."""
    secret = write(folder, "secret.yaml", greeting())

    def refuse(path: Path, *args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert said(load_paths([folder]).errors) == [f"ACT120 secret.yaml:1 '{secret}' cannot be read: Permission denied."]


def test_only_documents_are_read_in_order(folder: Path) -> None:
    """Folders are walked to their end, sorted; other files and hidden ones are left alone; a file counts once."""
    for name in ("b/c.JSON", "b.yaml", "a.yml"):
        text = greeting(name=name[0] + name[-1].lower())
        write(folder, name, text)
    for name in ("notes.txt", ".hidden.yaml", ".git/x.yaml", "a.yaml~"):
        write(folder, name, "{")
    report = load_paths([folder, folder / "b.yaml"])
    assert report.problems == ()
    assert [Path(item.source).name for item in report.added] == ["a.yml", "c.JSON", "b.yaml"]


def test_actions_of_other_files_may_be_invoked(folder: Path) -> None:
    """Files know one another, whichever is read first, and know what is stored."""
    write(folder, "a.yaml", calling("first", "second"))
    write(folder, "b.yaml", calling("second", "stored"))
    save_definition(greeting(name="stored"), "admin")
    report = load_paths([folder])
    assert (report.problems, [item.name for item in report.added]) == ((), ["first", "second"])


def test_unknown_action_is_refused_with_all_other_problems(folder: Path) -> None:
    """A file is told everything at once, also what only shows when all files are known."""
    write(folder, "a.yaml", calling("first", "secnd") + BROKEN[BROKEN.index("  - Type") :])
    write(folder, "b.yaml", greeting(name="second"))
    assert said(load_paths([folder]).errors) == [
        "ACT221 a.yaml:6 Unknown action 'secnd' on 'usergroup'.",
        "ACT204 a.yaml:9 Unknown reference 'nobody'.",
    ]


def test_file_that_is_refused_takes_its_actions_away(folder: Path) -> None:
    """An action is not loaded when what it invokes is not, through however many files."""
    write(folder, "a.yaml", calling("first", "second"))
    write(folder, "b.yaml", calling("second", "third"))
    write(folder, "c.yaml", calling("third", "nowhere"))
    report = load_paths([folder])
    assert said(report.errors) == [
        "ACT221 a.yaml:6 Unknown action 'second' on 'usergroup'.",
        "ACT221 b.yaml:6 Unknown action 'third' on 'usergroup'.",
        "ACT221 c.yaml:6 Unknown action 'nowhere' on 'usergroup'.",
    ]
    assert Definition.objects.count() == 0


def test_cycle_through_files_is_refused(folder: Path) -> None:
    """Actions of two files that invoke one another for ever are refused, both."""
    write(folder, "a.yaml", calling("ping", "pong"))
    write(folder, "b.yaml", calling("pong", "ping"))
    report = load_paths([folder])
    assert [item.code for item in report.errors] == ["ACT222", "ACT222"]
    assert Definition.objects.count() == 0


def test_cycle_through_a_stored_action_is_refused(folder: Path) -> None:
    """A changed file cannot close a cycle with an action whose file is not even read again."""
    write(folder, "a.yaml", calling("ping", "pong"))
    pong = write(folder, "b.yaml", greeting(name="pong"))
    load_paths([folder])
    pong.write_text(calling("pong", "ping"))
    report = load_paths([folder])
    assert [item.code for item in report.errors] == ["ACT222"]
    assert message("pong") == "hello"


def test_later_folder_wins_with_a_notice(tmp_path: Path) -> None:
    """What two folders declare is taken from the later one, and stays so when either is loaded again."""
    write(tmp_path, "base/greet.yaml", greeting("base"))
    custom = write(tmp_path, "custom/greet.yaml", greeting("custom"))
    paths = [tmp_path / "base", tmp_path / "custom"]
    notice = f"ACT122 greet.yaml:1 Action 'greet' on 'usergroup' is taken from {custom}, not from here."
    report = load_paths(paths)
    assert (outcome(report), said(report.problems)) == ([("added", "greet", 1)], [notice])
    assert (report.errors, message()) == ((), "custom")
    write(tmp_path, "base/greet.yaml", greeting("another base"))
    assert said(load_paths(paths).problems) == [notice]
    assert message() == "custom"


def test_broken_file_of_a_later_folder_keeps_its_action(tmp_path: Path) -> None:
    """The earlier folder does not take an action back because the later file cannot be read at the moment."""
    write(tmp_path, "base/greet.yaml", greeting("base"))
    custom = write(tmp_path, "custom/greet.yaml", greeting("custom"))
    paths = [tmp_path / "base", tmp_path / "custom"]
    load_paths(paths)
    custom.write_text(BROKEN)
    assert [item.code for item in load_paths(paths).errors] == ["ACT204"]
    assert message() == "custom"


def test_file_of_a_later_folder_that_is_removed_gives_way(tmp_path: Path) -> None:
    """Without the later file the earlier one is served again, although it has not changed."""
    base = f"{greeting('base')}---\n{greeting(name='other')}"
    write(tmp_path, "base/greet.yaml", base)
    custom = write(tmp_path, "custom/greet.yaml", greeting("custom"))
    paths = [tmp_path / "base", tmp_path / "custom"]
    load_paths(paths)
    custom.unlink()
    report = load_paths(paths)
    assert (report.missing, outcome(report)) == ((), [("changed", "greet", 2), ("unchanged", "other", 1)])
    assert message() == "base"


def test_two_files_of_one_folder_cannot_declare_one_action(folder: Path) -> None:
    """Nobody can tell which is meant: the second is refused as a whole, new or changed."""
    first = write(folder, "a.yaml", greeting())
    write(folder, "b.yaml", f"{greeting(name='other')}---\n{greeting('copy')}")
    expected = ["ACT121 b.yaml:10 Action 'greet' on 'usergroup' is declared twice."]
    report = load_paths([folder])
    assert (said(report.errors), outcome(report)) == (expected, [("added", "greet", 1)])
    assert report.errors[0].hint == f"It stands first in {first}."
    assert said(load_paths([folder]).errors) == expected


def test_action_may_move_to_another_file(folder: Path) -> None:
    """A renamed file is no duplicate, and makes no version."""
    write(folder, "b.yaml", greeting())
    load_paths([folder])
    (folder / "b.yaml").rename(folder / "a.yaml")
    report = load_paths([folder])
    assert (outcome(report), report.problems, report.missing) == ([("unchanged", "greet", 1)], (), ())
    assert Definition.objects.get().source == str((folder / "a.yaml").resolve())


def test_checkout_may_move(tmp_path: Path) -> None:
    """The same files in another place change nothing, and do not undo an edit made in the admin."""
    write(tmp_path, "old/greet.yaml", greeting())
    load_paths([tmp_path / "old"])
    save_definition(greeting("edited"), "admin")
    (tmp_path / "old").rename(tmp_path / "new")
    report = load_paths([tmp_path / "new"])
    assert outcome(report) == [("unchanged", "greet", 2)]
    assert message() == "edited"


def test_action_without_its_file_is_served_and_named(folder: Path) -> None:
    """What a file does not declare any more is reported at every load and served until somebody disables it."""
    both = write(folder, "both.yaml", f"{greeting(name='a')}---\n{greeting(name='b')}")
    write(folder, "c.yaml", greeting(name="c"))
    load_paths([folder])
    both.write_text(greeting(name="a"))
    (folder / "c.yaml").unlink()
    for _ in range(2):
        assert load_paths([folder]).missing == ("usergroup.b", "usergroup.c")
    assert message("b") == message("c") == "hello"
    write(folder, "c.yaml", greeting("back", name="c"))
    assert load_paths([folder]).missing == ("usergroup.b",)
    assert message("c") == "back"


def test_files_elsewhere_are_not_missed(tmp_path: Path) -> None:
    """Loading one folder says nothing about the actions of another."""
    write(tmp_path, "a/a.yaml", greeting(name="a"))
    write(tmp_path, "b/b.yaml", greeting(name="b"))
    load_paths([tmp_path / "a", tmp_path / "b"])
    (tmp_path / "b" / "b.yaml").unlink()
    assert load_paths([tmp_path / "a"]).missing == ()


def test_edit_made_in_the_admin_outlives_loading(folder: Path) -> None:
    """Loading again keeps a newer edit and says so; only a file that has itself changed takes its place."""
    path = write(folder, "greet.yaml", greeting())
    load_paths([folder])
    save_definition(greeting("edited"), "admin")
    (saved,) = load_paths([folder]).saved
    assert (saved.state, saved.version) == ("unchanged", 2)
    assert saved.note == "(version 2 from 'admin' is kept: the file has not changed)"
    assert str(saved) == f"usergroup.greet {path.resolve()} {saved.note}"
    path.write_text(f"# Another comment.\n{greeting()}")
    assert outcome(load_paths([folder])) == [("changed", "greet", 3)]
    assert message() == "hello"


def test_file_may_catch_up_with_an_edit(folder: Path) -> None:
    """A file that now says what the admin has said makes no further version."""
    path = write(folder, "greet.yaml", greeting())
    load_paths([folder])
    save_definition(greeting("edited"), "admin")
    path.write_text(greeting("edited"))
    (saved,) = load_paths([folder]).saved
    assert (saved.state, saved.version, saved.note) == ("unchanged", 2, "")


def test_action_of_the_admin_is_taken_over_by_a_new_file(folder: Path) -> None:
    """A file that was never loaded counts as changed."""
    save_definition(greeting("by hand"), "admin")
    write(folder, "greet.yaml", greeting("by file"))
    assert outcome(load_paths([folder])) == [("changed", "greet", 2)]


def test_disabled_definition_stays_disabled(folder: Path) -> None:
    """Loading a changed file does not enable what somebody has disabled, nor touch its permission."""
    path = write(folder, "greet.yaml", greeting())
    load_paths([folder])
    Definition.objects.update(enabled=False, permission=0)
    path.write_text(greeting("bye"))
    load_paths([folder])
    assert list(Definition.objects.values_list("enabled", "permission")) == [(False, 0)]
    assert catalog.find("usergroup", "greet") is None


def test_many_files_are_saved_together(folder: Path, django_assert_max_num_queries: Any) -> None:
    """The number of statements does not grow with the number of files."""
    for number in range(60):
        write(folder, f"{number}.yaml", greeting(name=f"a{number}"))
    with django_assert_max_num_queries(30):
        assert len(load_paths([folder]).added) == 60


def test_garbage_collection_goes_on(folder: Path) -> None:
    """Loading holds the collector only while it compiles, and leaves it off where it was off."""
    write(folder, "greet.yaml", BROKEN)
    load_paths([folder])
    assert gc.isenabled()
    gc.disable()
    try:
        load_paths([folder])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_saving_is_all_or_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last statement of a load fails, nothing of it is there."""
    write(folder, "a.yaml", greeting(name="a"))
    load_paths([folder])
    write(folder, "a.yaml", greeting("bye", name="a"))
    write(folder, "b.yaml", greeting(name="b"))

    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(Definition.objects.all()), "bulk_update", fail)
    with pytest.raises(RuntimeError):
        load_paths([folder])
    assert (Definition.objects.count(), DefinitionVersion.objects.count()) == (1, 1)
    assert message("a") == "hello"


def test_check_needs_no_database(folder: Path, django_assert_num_queries: Any) -> None:
    """Checking reports what loading would, and asks the database nothing."""
    write(folder, "a.yaml", calling("first", "second"))
    write(folder, "b.yaml", BROKEN)
    with django_assert_num_queries(0):
        checked = check_paths([folder])
    assert (checked.files, checked.integrations) == (2, ())
    assert said(checked.problems) == [
        "ACT221 a.yaml:6 Unknown action 'second' on 'usergroup'.",
        "ACT204 b.yaml:6 Unknown reference 'nobody'.",
    ]


def test_package_offers_what_others_use() -> None:
    """Commands, the admin and the server import from the package, not from its modules."""
    assert all(hasattr(loading, name) for name in loading.__all__)
