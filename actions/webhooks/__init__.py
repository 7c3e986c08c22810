"""What arrives from outside, signed: a request in, its events stored, each with one effect, and an answer out.

    request --verify--> events --store--> deliveries --process, once each--> answer
                 |                             |
                 401, counted                  failed or interrupted: by the next request, by the sweeper, by hand

An event is on disk before anything is made of it. Processing is one transaction: it takes the delivery's row, marks it
and runs the action, so that a process that dies leaves nothing locked and nothing half done.
"""

from actions.webhooks.processing import process_again, process_due
from actions.webhooks.pruning import prune
from actions.webhooks.receiving import allowed_methods, find_receiver, receive

__all__ = ["allowed_methods", "find_receiver", "process_again", "process_due", "prune", "receive"]
