"""What a step can do: an operation has a name, typed parameters, an effect and one method, ``perform``.

Arguments arrive evaluated; an operation never sees an expression, a request or a dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from actions.expressions.shapes import ANY, Shape
from actions.operations.calls import Calls, Place
from actions.operations.params import Param, accept
from actions.outbound import Response
from actions.outbox.calling import Outgoing
from actions.rates import Rate
from entities.actors import Actor
from entities.store import Unit
from entities.values import ABSENT

__all__ = ["Attempt", "Call", "CountAttempt", "Effect", "Entry", "Operation", "Param", "Result", "Services"]


class Effect(Enum):
    """How a step may be undone."""

    NONE = "none"
    TRANSACTIONAL = "transactional"
    EXTERNAL = "external"


@dataclass(slots=True)
class Call:
    """One performance: the evaluated arguments, who acts, and the unit of work that every write goes through.

    ``is_deferred``: nobody reads the answer, so that the effect waits for the commit (``Operation.answers``).
    ``place`` tells calls of other servers apart (``actions.operations.calls``).
    ``call["name"]`` is the argument as its ``Param`` declares it; ``arguments`` has all of them as they came.
    """

    arguments: Mapping[str, Any]
    fixed: Mapping[str, Any]
    actor: Actor
    unit: Unit
    services: Services
    tag: object = None
    params: tuple[Param, ...] = ()
    is_deferred: bool = False
    place: Place = ()

    def __getitem__(self, name: str) -> Any:
        """Return a declared argument of its declared kind; ``None`` where it is optional and was not given.

        Raises:
            OutcomeRefused: it is missing, of another kind, or none of the choices. KeyError: an undeclared one.
        """
        param = next((param for param in self.params if param.name == name), None)
        return self.arguments[name] if param is None else accept(param, self.arguments.get(name, ABSENT))

    def make(self, outgoing: Outgoing) -> Response | UUID:
        """Call another server: return what it answers, or the id of the effect that waits for the commit.

        Raises:
            ActionError: of ``actions.outbound.errors``; UpstreamStatus.
        """
        if self.is_deferred:
            return self.services.calls.defer(outgoing, self.place, self.unit, self.tag)
        return self.services.calls.answer(outgoing, self.place)

    def rehearse(self, outgoing: Outgoing) -> None:
        """Leave what waits for the commit to a transaction that is undone; nobody is called."""
        if self.is_deferred:
            self.make(outgoing)


@dataclass(frozen=True, slots=True)
class Services:
    """What the engine hands to operations, so that they import nothing above them."""

    invoke: Callable[[str, str, Mapping[str, Any]], list[Entry]]
    switch_actor: Callable[[Actor], None]
    calls: Calls
    count_attempt: CountAttempt


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that may be tried only so often: ``what``, for each of ``who``, and from the address of the caller."""

    what: str
    who: tuple[str, ...]
    per_who: Rate
    per_source: Rate


# Count an attempt, whatever becomes of the run; the seconds to wait before the next one, 0 where this one is allowed.
CountAttempt: TypeAlias = Callable[[Attempt], float]


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the answer: ``ResponseType`` and ``Attributes`` on the wire."""

    type: str
    attributes: Any


@dataclass(frozen=True, slots=True)
class Result:
    """What a step run produced: the value its reference holds, and the entries it adds to the answer."""

    value: Any
    entries: tuple[Entry, ...] = ()
    ends_run: bool = False


class Hold(Enum):
    """What the database holds for others to wait for, once an operation was performed."""

    NOTHING = "nothing"
    WAITING_ROWS = "waiting rows"  # to be inserted; sent as soon as somebody reads
    LOCKS = "locks"


class Operation:
    """Base of every operation: subclasses are registered instances-by-name in ``actions.operations.registry``.

    ``open_params`` says that arguments beyond ``params`` are allowed (the attributes of a row, of a directive).
    ``secret_results`` names what is secret of what it makes, wherever in it that stands: no trace shows it.
    ``answers``, of an external effect: somebody answers, which an outcome may read; it is then performed in place, and
    otherwise after the commit. ``reads`` says that it looks into the database, which sends the rows that wait.
    ``hidden_results`` names what of its own result no trace shows, where that is no secret but may hold one.
    ``gives`` says for people what a Reference holds, where the columns of ``shape`` do not.
    ``hints`` says, for attributes of the original and choices that it refuses, what to do instead.
    ``is_shipped`` is set here: it is one of ours, which begin the transaction by themselves and give nothing but data.
    """

    name: ClassVar[str]
    effect: ClassVar[Effect] = Effect.NONE
    params: ClassVar[tuple[Param, ...]] = ()
    open_params: ClassVar[bool] = False
    example: ClassVar[Mapping[str, Any]] = {}
    secret_results: ClassVar[tuple[str, ...]] = ()
    answers: ClassVar[bool] = False
    reads: ClassVar[bool] = True
    gives: ClassVar[str] = ""
    hidden_results: ClassVar[frozenset[str]] = frozenset()
    hints: ClassVar[Mapping[str, str]] = {}
    is_shipped: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.is_shipped = cls.__module__.startswith("actions.")

    def perform(self, call: Call) -> Result:
        """Do the work.

        Raises:
            ActionError: a failure the client may see.
            EntityError: a refused read or write.
        """
        raise NotImplementedError

    def rehearse(self, call: Call) -> Result:
        """Do in a dry run what the transaction undoes; nothing that would leave the database, and then give null."""
        return Result(None) if self.effect is Effect.EXTERNAL else self.perform(call)

    def hold(self, fixed: Mapping[str, Any]) -> Hold:
        """Return what the database holds afterwards."""
        return {
            Effect.NONE: Hold.NOTHING,
            Effect.TRANSACTIONAL: Hold.LOCKS,
            Effect.EXTERNAL: Hold.WAITING_ROWS,  # of the outbox; what is performed in place leaves none
        }[self.effect]

    def is_available(self) -> bool:
        """Say whether the operation can be performed at all, at present.

        An action that certainly performs one that cannot be is not there: not listed, and not found by anybody.
        """
        return True

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        """Return what a reference to the result holds, as far as it is known when the definition is loaded."""
        return ANY

    def explain(self, fixed: Mapping[str, Any]) -> str:
        """Return what a step does besides the operation's name, for people; ``""`` where that says it all."""
        return ""
