"""What is wrong with the declaration of an operation: every fault, its number, its sentence and how to mend it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from actions.checks import check_operations
from actions.operations import registry
from actions.operations.arguments import bounded
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.faults import faults, owner_of

TYPES = "str, int, float, bool, dict, list, object"
MENDED_PARAM = "Write params = (Param(...),) with its comma."
A_NAME = "Write small letters, digits and _, in parts divided by dots, such as 'shop.reserve'."


def made(**declared: Any) -> Operation:
    """Return an operation that is sound but for what is given; ``None`` leaves a member out."""
    sound = {"__doc__": "Do it.", "name": "a.b", "perform": lambda self, call: Result(None)}
    members = {key: value for key, value in (sound | declared).items() if value is not None}
    return type("Made", (Operation,), members)()


def test_the_shipped_ones_have_none() -> None:
    """Every operation of the project is as an app's own has to be."""
    assert check_operations() == []


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        pytest.param({}, [], id="sound"),
        pytest.param(
            {"__doc__": None},
            [(10, "has no docstring.", "Say in its first line what it does: manual, editor and lists show it.")],
            id="no-docstring",
        ),
        pytest.param(
            {"__doc__": "  \n "},
            [(10, "has no docstring.", "Say in its first line what it does: manual, editor and lists show it.")],
            id="blank-docstring",
        ),
        *(
            pytest.param({"name": name}, [(11, f"has the name '{name[:100]}'.", A_NAME)], id=f"name-{name[:20]}")
            for name in ("", "A.b", "a b", "a..b", "a.", ".a", "1a", "a-b", "ä", "a.b\n", "a." + "b" * 99)
        ),
        *(pytest.param({"name": name}, [], id=f"good-{name[:20]}") for name in ("a", "__a", "$a.b", "a." + "b" * 98)),
        pytest.param(
            {"params": (Param("x", str, " "),), "example": {"x": "y"}},
            [(12, "does not describe 'x'.", "Say what it is: manual and editor show it.")],
            id="no-description",
        ),
        pytest.param(
            {"params": (Param("x", bytes, "X."),)},
            [(12, "gives 'x' a type that no value has.", f"Write one or several of {TYPES}.")],
            id="unknown-type",
        ),
        pytest.param(
            {"params": (Param("x", [int], "X."),)},  # type: ignore[arg-type]
            [(12, "gives 'x' a type that no value has.", f"Write one or several of {TYPES}.")],
            id="types-as-a-list",
        ),
        pytest.param(
            {"params": (Param("x", str, "X.", check=5),), "example": {"x": "a"}},  # type: ignore[arg-type]
            [(12, "gives 'x' a 'check' that cannot be called.", "Write a function of one value.")],
            id="check",
        ),
        pytest.param(
            {"params": (Param("x", int, "X.", check=bounded("x", most=5)),), "example": {"x": 6}},
            [(13, "has an example with a 'x' that it refuses.", "'x' is a whole number from 1 to 5.")],
            id="an-example-that-is-refused",
        ),
        pytest.param(
            {"open_params": True, "example": {"x": Decimal("1.5")}},
            [(13, "has an example that is no data.", "Write texts, numbers, true, false, null, lists and mappings.")],
            id="an-example-that-is-no-data",
        ),
        pytest.param(
            {"params": (Param("x", (), "X."),)},
            [(12, "gives 'x' a type that no value has.", f"Write one or several of {TYPES}.")],
            id="no-type",
        ),
        pytest.param(
            {"params": (Param("x", str, "X."), Param("x", int, "X."))},
            [(12, "declares 'x' 2 times.", "Leave one of them.")],
            id="twice",
        ),
        pytest.param(
            {"params": (Param("", str, "X."),)},
            [(12, "has a parameter without a name.", "Name it as authors will write it.")],
            id="no-name",
        ),
        pytest.param(
            {"params": (Param("x", str, "X.", choices=("a", 1)),)},  # type: ignore[arg-type]
            [(12, "gives 'x' choices that it does not take.", "Write a tuple of values of its type.")],
            id="choices",
        ),
        pytest.param(
            {"params": Param("x", str, "X.")},
            [(12, "has 'params' that are no tuple of Param.", MENDED_PARAM)],
            id="no-comma",
        ),
        pytest.param(
            {"params": ("x",)}, [(12, "has 'params' that are no tuple of Param.", MENDED_PARAM)], id="names-only"
        ),
        pytest.param(
            {"params": (Param("x", str, "X."),)},
            [(13, "has an example without 'x'.", "Add it: the example is shown, and run as a test.")],
            id="no-example",
        ),
        pytest.param({"params": (Param("x", str, "X.", required=False),)}, [], id="nothing-required"),
        pytest.param(
            {"params": (Param("x", str, "X."),), "example": {"x": 5}},
            [(13, "has an example with a 'x' of another type.", "It must be a text, not a number.")],
            id="type-of-example",
        ),
        pytest.param(
            {"params": (Param("x", str, "X."),), "example": {"x": None}},
            [(13, "has an example with a 'x' of another type.", "It must be a text, not null.")],
            id="null-in-example",
        ),
        pytest.param({"params": (Param("x", str, "X.", required=False),), "example": {"x": None}}, [], id="optional"),
        pytest.param(
            {"params": (Param("x", str, "X.", choices=("a", "b")),), "example": {"x": "c"}},
            [(13, "has an example with a 'x' that is none of its choices.", "Write one of a, b.")],
            id="choice-of-example",
        ),
        pytest.param(
            {"example": {"x": 1}},
            [(13, "has an example with 'x', which it does not take.", "Leave it out, or declare it.")],
            id="undeclared",
        ),
        pytest.param({"example": {"x": 1}, "open_params": True}, [], id="open"),
        pytest.param(
            {"example": [1]},
            [(13, "has an example that is no mapping.", "Write arguments by name: {'net': 1000}.")],
            id="no-mapping",
        ),
        pytest.param(
            {"effect": "none"},
            [
                (
                    14,
                    "has an effect that is none.",
                    "Write Effect.NONE, Effect.TRANSACTIONAL or Effect.EXTERNAL.",
                )
            ],
            id="effect",
        ),
        pytest.param({"effect": Effect.EXTERNAL}, [], id="external"),
        pytest.param(
            {"perform": None},
            [(15, "does nothing.", "Define 'perform(self, call)', which returns a Result.")],
            id="no-perform",
        ),
        pytest.param(
            {"secret_results": "otp"},
            [(16, "has 'secret_results' that are no names.", "Write a tuple of texts: ('token',).")],
            id="secret-results",
        ),
    ],
)
def test_every_fault_is_told(declared: dict[str, Any], found: list[tuple[int, str, str]]) -> None:
    """What is missing or of another kind has a number, a sentence and a remedy; what is sound has nothing."""
    assert [(fault.number, fault.message, fault.hint) for fault in faults(made(**declared))] == found


async def _later(self: Operation, call: Call) -> Result:
    return Result(None)


def _in_parts(self: Operation, call: Call) -> Any:
    yield Result(None)


@pytest.mark.parametrize(
    ("perform", "found"),
    [
        pytest.param(lambda self: Result(None), "has a 'perform' that does not take a call.", id="no-call"),
        pytest.param(lambda self, call, net: Result(None), "has a 'perform' that does not take a call.", id="more"),
        pytest.param("x", "has a 'perform' that does not take a call.", id="no-method"),
        pytest.param(_later, "has a 'perform' that does not return a Result.", id="async"),
        pytest.param(_in_parts, "has a 'perform' that does not return a Result.", id="generator"),
        pytest.param(lambda self, call, net=1: Result(None), None, id="a-default"),
    ],
)
def test_how_it_is_performed_is_checked_too(perform: Any, found: str | None) -> None:
    """What no call could be handed to is found at the start, not by the first request."""
    told = [(fault.number, fault.message) for fault in faults(made(perform=perform))]
    assert told == ([] if found is None else [(15, found)])


def test_the_check_names_class_and_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """All faults of all operations at once; ``manage.py check`` fails with them."""
    bad = made(__doc__=None, perform=None)
    monkeypatch.setattr(registry, "_operations", {"a.b": bad})
    missing, nothing = check_operations()
    assert (missing.id, missing.obj, nothing.id) == ("actions.E010", "a.b", "actions.E015")
    assert missing.msg == f"The operation {__name__}.Made has no docstring."
    assert owner_of(bad) == f"{__name__}.Made"
    with pytest.raises(SystemCheckError, match=r"Made has no docstring\.\n\tHINT: Say in its first line"):
        call_command("check", tags=["operations"])


class Sound(Operation):
    """Do it."""

    name = "a.sound"

    def perform(self, call: Call) -> Result:
        return Result(None)


class Nameless(Operation):
    """Do it."""


class Wanting(Sound):
    """Do it."""

    name = "a.wanting"

    def __init__(self, setting: str) -> None:
        self.setting = setting


class Twin(Sound):
    """Do it again."""


class NoOperation:
    """Something else."""

    name = "a.other"


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (Nameless, 'Nameless has no name. Give it one, such as name = "shop.reserve".'),
        (Wanting, "Wanting wants arguments to be made. Leave out its '__init__'."),
        (Twin, f"Twin is named 'a.sound' as {__name__}.Sound is. Give it another name."),
        (NoOperation, "NoOperation is no operation. Derive it from actions.operations.base.Operation."),
    ],
)
def test_what_cannot_be_registered_is_refused(monkeypatch: pytest.MonkeyPatch, refused: Any, message: str) -> None:
    """By its class and module, as a setting that is wrong: ``manage.py`` prints the sentence and ends."""
    monkeypatch.setattr(registry, "_operations", {"a.sound": Sound()})
    with pytest.raises(registry.RefusedOperation) as caught:
        registry.register(refused)
    assert str(caught.value) == f"{__name__}.{message}"
    assert {*registry.all_operations()} == {"a.sound"}


def test_the_same_class_may_be_registered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is imported twice is no second operation."""
    monkeypatch.setattr(registry, "_operations", {})
    assert registry.register(registry.register(Sound)) is Sound
