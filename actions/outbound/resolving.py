"""A host's name in, its addresses out, within a time: the system's resolver cannot be told to stop.

Each look-up has a thread; one that hangs keeps its thread and one of the places, never its caller.
"""

from __future__ import annotations

import os
import socket
import threading
from queue import Empty, SimpleQueue

from actions.outbound.errors import Reason, UpstreamBusy, UpstreamFailed, UpstreamTimeout

MOST_LOOKUPS = 32  # that may hang at a time


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which the system prefers them. Tests put their own here."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class _Lookups:
    """The threads that look names up."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Have none; those of a fork's parent are not here."""
        self.places = threading.BoundedSemaphore(MOST_LOOKUPS)


_lookups = _Lookups()
os.register_at_fork(after_in_child=_lookups.begin)


def addresses(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host.

    Raises:
        UpstreamTimeout: the resolver did not answer in time.
        UpstreamBusy: too many look-ups hang.
        UpstreamFailed: there is no such name, or no resolver could say.
    """
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()
    places = _lookups.places
    if not places.acquire(blocking=False):
        raise UpstreamBusy
    threading.Thread(target=_look_up, args=(host, port, answers, places), name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except Empty:
        raise UpstreamTimeout(seconds) from None
    if isinstance(found, OSError):
        raise UpstreamFailed(_reason(found)) from None
    if not found:
        raise UpstreamFailed("unknown_name")
    return found


def _look_up(host: str, port: int, answers: SimpleQueue[list[str] | OSError], places: threading.Semaphore) -> None:
    try:
        answers.put(resolve(host, port))
    except OSError as error:
        answers.put(error)
    except UnicodeError:  # a label that the system cannot encode
        answers.put(socket.gaierror(socket.EAI_NONAME))
    finally:
        places.release()


def _reason(error: OSError) -> Reason:
    return "unreachable" if error.errno == socket.EAI_AGAIN else "unknown_name"
