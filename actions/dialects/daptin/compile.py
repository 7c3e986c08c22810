"""A draft in, its plan out: inputs, tags, outcomes, and who may execute it."""

from __future__ import annotations

from actions.dialects.base import Draft, Report
from actions.dialects.daptin.examples import compile_examples
from actions.dialects.daptin.inputs import compile_inputs, compile_tags
from actions.dialects.daptin.outcomes import compile_outcomes
from actions.dialects.daptin.problems import BadName, UnknownChoice
from actions.dialects.daptin.records import Record
from actions.dialects.daptin.webhooks import compile_webhook
from actions.plan.nodes import Plan, RateLimits, Records
from actions.plan.visitor import steps
from actions.plan.webhooks import Webhook
from entities.registry import canonical_name

MAX_NAME, MAX_LABEL = 100, 200
RUN_AS = "system", "actor"
RECORDS = tuple(level.value for level in Records)


def compile_draft(draft: Draft, report: Report) -> Plan:
    """Return the plan of an action; everything wrong with it that its own text shows is reported."""
    record: Record = draft.parts
    for key in ("Name", "OnType"):
        _check_name(record, key, report)
    if len(record.text("Label")) > MAX_LABEL:
        report(BadName("Label", f"is longer than {MAX_LABEL} characters", record.place("Label")))
    body = compile_outcomes(record.records("OutFields"), record.place("OutFields"), report)
    return Plan(
        name=record.text("Name"),
        type_name=canonical_name(record.text("OnType")),
        label=record.text("Label") or record.text("Name"),
        location=record.location,
        body=body,
        inputs=compile_inputs(record.records("InFields"), report),
        validations=compile_tags(record.records("Validations")),
        conformations=compile_tags(record.records("Conformations")),
        additional_inputs=record.flag("AdditionalInputs"),
        instance_optional=record.flag("InstanceOptional", default=True),
        subject_relations=record.values.get("RequestSubjectRelations", ()),
        runs_as_actor=_runs_as_actor(record, report),
        permission=record.values.get("Permission"),
        access_groups=record.values.get("AccessGroups", ()),
        rate_limits=record.values.get("RateLimit", RateLimits()),
        webhook=_webhook(record, report),
        references=frozenset(step.reference for step in steps(body) if step.reference),
        records=_records(record, report),
        business_key=record.text("BusinessKey"),
        examples=compile_examples(record.records("Examples"), report),
    )


def _webhook(record: Record, report: Report) -> Webhook | None:
    found: Record | None = record.values.get("Webhook")
    return None if found is None else compile_webhook(found, report)


def _runs_as_actor(record: Record, report: Report) -> bool:
    word = record.text("RunAs").lower() or RUN_AS[0]
    if word not in RUN_AS:
        report(UnknownChoice("RunAs", record.text("RunAs"), RUN_AS, record.place("RunAs")))
    return word == "actor"


def _records(record: Record, report: Report) -> Records:
    word = record.text("Record").lower() or Records.SUMMARY.value
    if word in RECORDS:
        return Records(word)
    report(UnknownChoice("Record", record.text("Record"), RECORDS, record.place("Record")))
    return Records.SUMMARY


def _check_name(record: Record, key: str, report: Report) -> None:
    """``Name`` and ``OnType`` are segments of a URL."""
    name = record.text(key)
    if key not in record.values:
        return
    if not name.strip():
        report(BadName(key, "is empty", record.place(key)))
    elif len(name) > MAX_NAME:
        report(BadName(key, f"is longer than {MAX_NAME} characters", record.place(key)))
    elif name != name.strip() or not name.isprintable():
        report(BadName(key, "has white space at an end, or a control character", record.place(key)))
    elif "/" in name or name in (".", ".."):
        report(BadName(key, "cannot be a segment of a URL", record.place(key)))
