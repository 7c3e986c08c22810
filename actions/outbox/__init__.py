"""External effects that wait for the commit: kept in a table, sent afterwards, again and again until they are.

    operation --enqueue--> row of the same transaction --commit--> claim --> send --> sent, pending again, or failed

An effect is sent at least once; each attempt carries the same id, by which the receiver knows it again. Nothing of it
can be read at rest: the payload is encrypted, erased once it was sent, and never told in a log or an error.
"""

from actions.outbox.calling import Outgoing, authenticates, exchange
from actions.outbox.composing import compose_mail, read_address, read_addresses, read_subject
from actions.outbox.enqueuing import enqueue
from actions.outbox.http import HTTP
from actions.outbox.mail import MAIL
from actions.outbox.rows import forget_old, send_again
from actions.outbox.sending import send_due

__all__ = [
    "HTTP",
    "MAIL",
    "Outgoing",
    "authenticates",
    "compose_mail",
    "enqueue",
    "exchange",
    "forget_old",
    "read_address",
    "read_addresses",
    "read_subject",
    "send_again",
    "send_due",
]
