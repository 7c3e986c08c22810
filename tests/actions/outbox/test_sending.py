"""What becomes of a mail, with a real SMTP server at the other end."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from actions.models import OutgoingEffect
from actions.outbox import forget_old, rows, send_again, send_due
from actions.outbox.kinds import UnknownKind
from actions.states import EffectState
from entities.actors import SYSTEM
from entities.store import unit
from tests.actions.outbox.conftest import Post, make_due, stored, use_smtp
from tests.mails import Sink, running_sink
from tests.servers import free_port

TOKEN = "hx7Qp-reset-token"


def raw_rows() -> str:
    """Return every byte of the table, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox")
        return repr(cursor.fetchall())


def test_a_mail_arrives_as_it_was_written(put: Post, sink: Sink) -> None:
    """Text, HTML, files, names and headers; the row then says sent and holds nothing of it."""
    files = [
        {"name": "ü.txt", "file": base64.b64encode("Grüße".encode()).decode(), "type": "text/plain"},
        {"name": "a.png", "file": "data:image/png;base64,iVBORw0KGgo=", "type": ""},
        {"name": "m.eml", "file": base64.b64encode(b"\xff\xfe").decode(), "type": "message/rfc822"},
    ]
    row = put(
        to=["Ada Löve <ada@example.org>", "bob@example.org"],
        subject="Grüße, Ada",
        body="Hello.\n.\nBye.\r\n",
        html="<p>Hello</p>",
        reply_to="help@example.org",
        attachments=files,
        **{"from": "Shop <shop@example.org>"},
    )
    assert dict(send_due()) == {EffectState.SENT: 1}
    first, second = sink.received
    assert (first.to, second.to) == (("ada@example.org",), ("bob@example.org",))
    assert first.sender == "shop@example.org"
    assert first.raw == second.raw
    mail = first.mail
    assert [str(mail[name]) for name in ("Subject", "From", "To", "Reply-To", "Message-ID", "Auto-Submitted")] == [
        "Grüße, Ada",
        "Shop <shop@example.org>",
        "Ada Löve <ada@example.org>, bob@example.org",
        "help@example.org",
        f"<{row.id}@example.org>",
        "auto-generated",
    ]
    assert first.text.splitlines() == ["Hello.", ".", "Bye."]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hello</p>"  # type: ignore[union-attr]
    assert [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()] == [
        ("ü.txt", "text/plain"),
        ("a.png", "image/png"),
        ("m.eml", "application/octet-stream"),
    ]
    now = stored(row.id)
    assert (now.state, now.payload, now.attempts, now.lease, now.last_error) == ("sent", None, 1, None, "")
    assert now.sent_at is not None


def test_who_gets_it_blind_stands_in_no_header(put: Post, sink: Sink) -> None:
    """Everybody has an envelope of their own, around the same message."""
    put(to="ada@example.org", cc=["Bob <bob@example.org>"], bcc="eve@example.org")
    send_due()
    assert [item.to for item in sink.received] == [("ada@example.org",), ("bob@example.org",), ("eve@example.org",)]
    assert len({item.raw for item in sink.received}) == 1
    mail = sink.received[0].mail
    assert (str(mail["To"]), str(mail["Cc"]), mail["Bcc"]) == ("ada@example.org", "Bob <bob@example.org>", None)
    assert b"eve" not in sink.received[0].raw


@pytest.mark.parametrize("to", [None, [], [None]], ids=["null", "empty", "left-out"])
def test_a_mail_to_nobody_is_a_row_like_any_other(put: Post, sink: Sink, to: Any) -> None:
    """It goes the same way and nobody gets it; the server is not even asked."""
    row = put(to=to)
    assert dict(send_due()) == {EffectState.SENT: 1}
    assert sink.received == []
    assert (stored(row.id).state, stored(row.id).payload) == ("sent", None)


def test_nothing_can_be_read_at_rest(put: Post, settings: Any) -> None:
    """Neither recipient nor link, neither before nor after an attempt that failed."""
    use_smtp(settings, free_port())
    put(body=f"https://example.org/reset?token={TOKEN}", subject=TOKEN)
    for _ in range(2):
        assert TOKEN not in raw_rows()
        assert "ada@" not in raw_rows()
        send_due()
    assert "ConnectionRefusedError" in raw_rows()


def test_a_server_that_was_down_gets_the_mail_later(put: Post, settings: Any, caplog: Any) -> None:
    """Down: it waits, for longer each time. Up: the same message, once."""
    port = free_port()
    use_smtp(settings, port)
    row = put()
    assert dict(send_due()) == {EffectState.PENDING: 1}
    waiting = stored(row.id)
    assert (waiting.state, waiting.attempts, waiting.last_error) == (
        "pending",
        1,
        "ConnectionRefusedError Connection refused",
    )
    assert timedelta(0) < waiting.next_attempt_at - row.created_at <= timedelta(minutes=1, seconds=10)
    assert f"mail {row.id} was not sent at attempt 1: ConnectionRefusedError" in caplog.text
    make_due(row.id)
    with running_sink(port) as sink:
        assert dict(send_due()) == {EffectState.SENT: 1}
        assert [received.mail["Message-ID"] for received in sink.received] == [f"<{row.id}@localhost>"]


@pytest.mark.parametrize("where", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "state", "error"),
    [
        pytest.param("451 4.7.1 Greylisted, hx7Qp-reset-token", "pending", "451 4.7.1", id="temporary"),
        pytest.param("550 5.1.1 No hx7Qp-reset-token here", "failed", "550 5.1.1", id="permanent"),
        pytest.param("554 No", "failed", "554", id="permanent-without-a-reason"),
    ],
)
def test_a_refusal_is_tried_again_only_where_that_helps(
    put: Post, sink: Sink, caplog: Any, where: str, reply: str, state: str, error: str
) -> None:
    """4xx: again, and then it arrives. 5xx: never, unless somebody says so. What the server said is kept nowhere."""
    if where == "RCPT":
        sink.replies["ada@example.org"] = reply
    else:
        sink.to_data = reply
    row = put(body=TOKEN)
    send_due()
    now = stored(row.id)
    name = {"RCPT": "SMTPRecipientsRefused", "DATA": "SMTPDataError"}[where]
    assert (now.state, now.last_error, now.attempts) == (state, f"{name} {error}", 1)
    assert TOKEN not in raw_rows() + caplog.text
    sink.replies, sink.to_data = {}, "250 OK"
    if state == "failed":
        make_due(row.id)
        assert not send_due()
        assert send_again(OutgoingEffect.objects.all()) == 1
    else:
        make_due(row.id)
    assert dict(send_due()) == {EffectState.SENT: 1}
    assert [received.text.strip() for received in sink.received] == [TOKEN]


def test_one_refused_recipient_keeps_nobody_else_from_theirs(put: Post, sink: Sink) -> None:
    """Only those who are left get it at the next attempt."""
    sink.replies = {"bob@example.org": "550 No", "eve@example.org": "450 Later"}
    row = put(to=["ada@example.org", "bob@example.org", "eve@example.org", "ida@example.org"])
    assert dict(send_due()) == {EffectState.PENDING: 1}
    assert [received.to[0] for received in sink.received] == ["ada@example.org", "ida@example.org"]
    del sink.replies["eve@example.org"]
    make_due(row.id)
    assert dict(send_due()) == {EffectState.FAILED: 1}
    assert [received.to[0] for received in sink.received[2:]] == ["eve@example.org"]
    assert stored(row.id).last_error == "SMTPRecipientsRefused 550"


def test_an_address_that_smtp_cannot_carry_fails_for_good(put: Post, sink: Sink) -> None:
    """An account may have such an address, so composing takes it; the server is not bothered."""
    row = put(to="jürgen@example.org")
    assert dict(send_due()) == {EffectState.FAILED: 1}
    assert (stored(row.id).last_error, sink.received) == ("Undeliverable", [])


def test_attempts_come_to_an_end(put: Post, settings: Any) -> None:
    """The last one that fails is final, and so is one that was never heard of again."""
    use_smtp(settings, free_port())
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOX": {"ATTEMPTS": 2}}
    row, hanging = put(), put()
    make_due(hanging.id, state=EffectState.SENDING, attempts=2)
    assert dict(send_due()) == {EffectState.PENDING: 1, EffectState.FAILED: 1}
    assert stored(hanging.id).last_error == "No attempt came to an end."
    make_due(row.id)
    assert dict(send_due()) == {EffectState.FAILED: 1}
    assert stored(row.id).attempts == 2


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({"kind": "pigeon"}, UnknownKind.__name__, id="unknown-kind"),
        pytest.param({}, "InvalidToken", id="lost-key"),
    ],
)
def test_what_cannot_be_sent_here_keeps_nothing_else_waiting(
    put: Post, sink: Sink, settings: Any, values: dict[str, str], error: str
) -> None:
    """A newer version's kind of effect, a payload under another key: that row fails, the next one is sent."""
    bad = put()
    if values:
        make_due(bad.id, **values)
    else:
        settings.ENTITIES = {**settings.ENTITIES, "ENCRYPTION_KEYS": ["another key"]}
    put()
    assert dict(send_due()) == {EffectState.PENDING: 1, EffectState.SENT: 1}
    assert OutgoingEffect.objects.defer("payload").get(pk=bad.id).last_error == error


def test_what_ended_is_forgotten_after_a_while(put: Post) -> None:
    """Sent and failed rows go; what still waits stays, however old."""
    old = timezone.now() - timedelta(days=31)
    for state in EffectState:
        make_due(put().id, state=state, created_at=old)
    make_due(put().id, state=EffectState.SENT)
    assert forget_old() == 2
    assert sorted(OutgoingEffect.objects.values_list("state", flat=True)) == ["pending", "sending", "sent"]


def test_only_what_failed_is_sent_again(put: Post) -> None:
    """Nothing that is on its way, or arrived, is sent a second time."""
    for state in EffectState:
        make_due(put().id, state=state, attempts=3)
    assert send_again(OutgoingEffect.objects.all()) == 1
    assert sorted(OutgoingEffect.objects.values_list("state", "attempts")) == [
        ("pending", 0), ("pending", 3), ("sending", 3), ("sent", 3),
    ]  # fmt: skip


def test_whoever_lost_the_lease_changes_nothing(put: Post) -> None:
    """A process that hung comes back after another one has taken its mail: what that one notes stays."""
    row = put()
    slow = rows.claim()
    assert slow is not None
    make_due(row.id)
    fast = rows.claim()
    assert fast is not None
    assert (fast.id, fast.attempt) == (row.id, 2)
    rows.note_failed(slow, "late", None)
    with pytest.raises(rows.LeaseLost):
        rows.parcel(slow)
    assert stored(row.id).state == "sending"
    rows.note_sent(fast)
    assert stored(row.id).state == "sent"


def test_a_lease_keeps_others_away(put: Post) -> None:
    """For a minute from the last sign of life."""
    row = put()
    claimed = rows.claim()
    assert claimed is not None
    assert rows.claim() is None
    ends = stored(row.id).next_attempt_at
    rows.parcel(claimed).keep()
    assert ends < stored(row.id).next_attempt_at <= timezone.now() + timedelta(seconds=60)


def test_a_unit_that_is_undone_leaves_nothing_and_wakes_nobody(put: Post) -> None:
    """Neither the row nor the call after the commit survives the unit, or the savepoint, that failed."""
    called: list[str] = []
    with pytest.raises(RuntimeError), unit(SYSTEM) as work:
        work.add(OutgoingEffect(kind="mail", payload="{}"))
        work.after_commit(lambda: called.append("undone"))
        raise RuntimeError
    with unit(SYSTEM) as work:
        with pytest.raises(RuntimeError), work.savepoint():
            work.add(OutgoingEffect(kind="mail", payload="{}"))
            work.after_commit(lambda: called.append("savepoint"))
            raise RuntimeError
        work.after_commit(lambda: called.append(str(OutgoingEffect.objects.count())))
        work.add(OutgoingEffect(kind="mail", payload="{}"))
        assert called == []
    assert called == ["1"]
