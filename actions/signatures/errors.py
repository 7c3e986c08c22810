"""Why a request is not taken for what its sender signed, and what may be wrong with a receiver's declaration.

Whoever sends a request sees one answer for every cause; the cause is for the delivery's record only. A secret that
cannot verify anything is refused in the same way, so that no receiver is ever open by accident.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from actions.errors import ActionError


class Cause(StrEnum):
    """Why a request was refused, as the delivery's record has it."""

    MISSING_HEADER = "missing_header"
    MALFORMED_HEADER = "malformed_header"
    UNSUPPORTED_VERSION = "unsupported_version"
    NO_MATCH = "no_match"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    BODY_TOO_LARGE = "body_too_large"
    MALFORMED_BODY = "malformed_body"
    NO_EVENT_ID = "no_event_id"
    CERTIFICATE_UNAVAILABLE = "certificate_unavailable"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    EMPTY_SECRET = "empty_secret"  # noqa: S105
    UNUSABLE_SECRET = "unusable_secret"  # noqa: S105


class BadSignature(ActionError):
    """A webhook request that is not signed as its receiver demands: one answer for every cause.

    ``cause`` and ``detail`` (the name of a header, never what was sent in it) are for the record.
    """

    code, name, status = "ACT601", "bad_signature", 401

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__("The signature of this request is not valid.")
        self.cause = cause
        self.detail = detail


class EmptySecret(BadSignature):
    """A receiver whose secret is missing, empty or blank: nothing is verified with it."""

    code, name, status = "ACT602", "bad_signature", 401

    def __init__(self) -> None:
        super().__init__(Cause.EMPTY_SECRET, "The secret is empty.")


class UnusableSecret(BadSignature):
    """A receiver whose secret does not have the form that its scheme needs."""

    code, name, status = "ACT603", "bad_signature", 401

    def __init__(self, reason: str) -> None:
        super().__init__(Cause.UNUSABLE_SECRET, reason)


@dataclass(frozen=True, slots=True)
class OptionProblem:
    """One thing wrong with a receiver's options: which option, a sentence, how to mend it."""

    option: str
    message: str
    hint: str = ""


class BadOptions(Exception):
    """Options that a scheme refuses; carries every problem."""

    def __init__(self, problems: Iterable[OptionProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


class DuplicateScheme(Exception):
    """Two schemes under one name."""


class CannotSign(Exception):
    """A message that a scheme cannot sign with what it was given."""
