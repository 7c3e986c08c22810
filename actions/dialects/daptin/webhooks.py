"""``Webhook`` in, the plan's receiver out. What its shape shows is reported here; what names mean, by the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from actions.dialects.base import Report
from actions.dialects.daptin.problems import BadName, Misplaced, OutOfRange, UnknownChoice, WrongKind
from actions.dialects.daptin.records import Record, is_null
from actions.expressions.templates import compile_template
from actions.plan.webhooks import EMPTY, GET, POST, Challenge, Named, Ordering, Reply, Requirement, Webhook
from actions.signatures.base import Options, Scheme
from actions.signatures.errors import BadOptions, OptionProblem
from actions.signatures.options import spelled
from actions.signatures.registry import find
from actions.values import Entry, ListValue, MappingValue, Scalar, Value, plain

ACKS = "done", "stored"
ANSWERS = "text", "json"
METHODS = GET, POST
SUCCESS = range(200, 300)
MOST_SECRETS, MOST_NAMES, LONGEST_NAME, MOST_STARS = 10, 100, 255, 8
LONGEST_BODY = 1000
_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_EXPRESSION = re.compile(r"[~$!]|\{\{|js:")
_MEDIA_TYPE = re.compile(r"[!-~]{1,60}/[!-~]{1,60}(?:; ?[!-~]{1,60})?")
# What is not one of the request's to show: who else is signed in where it comes from.
_HIDDEN_HEADERS = frozenset({"cookie", "authorization", "proxy-authorization"})


def compile_webhook(record: Record, report: Report) -> Webhook:
    """Return the receiver; a scheme or options that are refused are kept with the reason, for the rules."""
    scheme = find(record.text("Verify"))
    given = _given(record, scheme)
    options: Options | None = None
    refused: tuple[OptionProblem, ...] = ()
    if scheme is not None:
        try:
            options = scheme.configure({name: plain(entry.value) for name, entry in given.items()})
        except BadOptions as error:
            refused = error.problems
    return Webhook(
        location=record.location,
        scheme_name=Named(record.text("Verify"), record.place("Verify")),
        scheme=scheme,
        options=options,
        refused=refused,
        given={name: entry.location for name, entry in given.items()},
        secrets=_secrets(record, report),
        acknowledges_early=_choice(record, "Ack", ACKS, report) == ACKS[1],
        reply=_reply(record.values.get("Answer"), report),
        types=tuple(_types(record, report)),
        headers=tuple(_headers(record, report)),
        ordering=_ordering(record, report),
        challenge=_challenge(record.values.get("Challenge"), report),
    )


def _given(record: Record, scheme: Scheme | None) -> Mapping[str, Entry]:
    """Return the options by the scheme's spelling."""
    options = scheme.options if scheme else ()
    return {spelled(options, entry.key): entry for entry in record.others}


def _secrets(record: Record, report: Report) -> tuple[Named, ...]:
    names: tuple[Named, ...] = record.values.get("Secret", ())
    if isinstance(record.value("Secret"), ListValue) and not 0 < len(names) <= MOST_SECRETS:
        report(BadName("Secret", f"has 1 to {MOST_SECRETS} names", record.place("Secret")))
    return names


def _choice(record: Record, key: str, known: tuple[str, ...], report: Report) -> str:
    """Return the word, in lower case; the first of those known where the author says nothing."""
    word = record.text(key).lower() or known[0]
    if word not in known:
        report(UnknownChoice(key, record.text(key)[:100], known, record.place(key)))
    return word


def _reply(record: Record | None, report: Report) -> Reply:
    if record is None:
        return Reply()
    status = record.values.get("Status")
    if status is not None and status not in SUCCESS:
        report(OutOfRange("Status", SUCCESS.start, SUCCESS.stop - 1, record.place("Status")))
    if len(record.text("Body")) > LONGEST_BODY:
        report(BadName("Body", f"is longer than {LONGEST_BODY} characters", record.place("Body")))
    if status in EMPTY and record.text("Body"):
        report(Misplaced("Body", f"cannot stand beside 'Status: {status}', which has none", record.key_place("Body")))
    kind = record.text("ContentType") or "text/plain"
    if not _MEDIA_TYPE.fullmatch(kind):
        report(BadName("ContentType", "is no media type", record.place("ContentType")))
    return Reply(status, record.values.get("Body"), kind)


def _types(record: Record, report: Report) -> Iterator[str]:
    if isinstance(record.value("Filter"), ListValue) and not record.values.get("Filter"):
        report(BadName("Filter", "has no entries: leave it out to take every type", record.place("Filter")))
    for item in _bounded(record, "Filter", report):
        if _EXPRESSION.match(item.name):
            report(BadName("Filter", "names types as the provider writes them: no expression is read", item.location))
        elif not 0 < len(item.name) <= LONGEST_NAME or item.name.count("*") > MOST_STARS:
            reason = f"has 1 to {LONGEST_NAME} characters, of which at most {MOST_STARS} are '*'"
            report(BadName("Filter", reason, item.location))
        yield item.name


def _headers(record: Record, report: Report) -> Iterator[str]:
    for item in _bounded(record, "Headers", report):
        if not _HEADER.fullmatch(item.name):
            report(BadName("Headers", "must be names of headers", item.location))
        elif item.name.lower() in _HIDDEN_HEADERS:
            report(BadName("Headers", f"cannot have '{item.name.lower()}': no receiver looks at it", item.location))
        yield item.name.lower().replace("_", "-")  # a server does not tell one from the other


def _bounded(record: Record, key: str, report: Report) -> tuple[Named, ...]:
    names: tuple[Named, ...] = record.values.get(key, ())
    if len(names) > MOST_NAMES:
        report(BadName(key, f"has more than {MOST_NAMES} entries", record.place(key)))
    return names[:MOST_NAMES]


def _ordering(record: Record, report: Report) -> Ordering | None:
    key, newer = (_given_value(record, name) for name in ("Once", "Newer"))
    if key is None:
        if newer is not None:
            report(Misplaced("Newer", "needs 'Once': the thing that the event is about", record.key_place("Newer")))
        return None
    return Ordering(compile_template(key, report), None if newer is None else compile_template(newer, report))


def _given_value(record: Record, key: str) -> Value | None:
    value = record.value(key)
    return None if value is None or is_null(value) else value


def _challenge(record: Record | None, report: Report) -> Challenge | None:
    if record is None:
        return None
    method = record.text("Method").upper()
    if method not in METHODS and "Method" in record.values:
        report(UnknownChoice("Method", record.text("Method")[:100], METHODS, record.place("Method")))
    in_body = "Field" in record.values
    found = Challenge(
        method=method,
        name=record.text("Field") or record.text("Param"),
        in_body=in_body,
        as_json=_choice(record, "Answer", ANSWERS, report) == ANSWERS[1],
        requirements=tuple(_requirements(record, report)),
    )
    if in_body == ("Param" in record.values) or not found.name:
        report(Misplaced("Challenge", "has either 'Param' or 'Field'", record.location))
    elif in_body and (method != POST or not found.requirements):
        reason = "needs 'Method: POST' and 'Require', or an event could be taken for a challenge"
        report(Misplaced("Field", reason, record.key_place("Field")))
    return found


def _requirements(record: Record, report: Report) -> Iterator[Requirement]:
    value = record.value("Require")
    if value is None:
        return
    if not isinstance(value, MappingValue):
        report(
            WrongKind("Require", "a mapping of names to texts", value.location, "For example {hub.mode: subscribe}.")
        )
        return
    for entry in value.entries:
        found = _requirement(entry)
        if found is None:
            report(WrongKind(entry.key[:100], "a text, or {Secret: NAME}", entry.value.location))
        else:
            yield found


def _requirement(entry: Entry) -> Requirement | None:
    if isinstance(entry.value, Scalar):
        return Requirement(entry.key, entry.value.value) if isinstance(entry.value.value, str) else None
    name: Any = plain(entry.value)
    if isinstance(name, dict) and len(name) == 1:
        ((key, secret),) = name.items()
        if key.lower() == "secret" and isinstance(secret, str):
            return Requirement(entry.key, secret=Named(secret, entry.value.location))
    return None
