"""The process that scripts run in: frames with source text come in on descriptor 0, frames with answers leave on it.

    request: source, marked 1 when its promises must settle        answer: JSON text, marked with V8's kind of value

Started by ``workers.ProcessWorker`` with an empty environment; it imports nothing but the standard library and its
neighbours. It ends with its parent (the channel is then at its end), also while a script runs that has no end.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import resource
import signal
import socket
import sys

from actions.expressions.javascript import frames
from actions.expressions.javascript.isolate import Isolate, Library

COLLECT_EVERY = 1000  # evaluations, which leave half a kilobyte each; it takes a few milliseconds
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


def main() -> None:
    """Serve until the channel closes. Arguments: library, its data, heap, memory of the process, seconds."""
    channel = socket.socket(fileno=0)
    try:
        serve(channel, *sys.argv[1:])
    except frames.Closed:
        pass
    except Exception as error:
        channel.sendall(frames.pack(repr(error).encode(), frames.NOT_STARTED))
    finally:
        os._exit(0)  # an ordinary exit would wait for the isolate's thread


def serve(channel: socket.socket, *arguments: str) -> None:
    """Evaluate what comes. The alarm ends this process when a script outlives the parent that would do it."""
    path, icu, heap, memory, seconds = arguments
    ignore_signals()

    def deliver(kind: int, data: bytes) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        channel.sendall(frames.pack(data, kind))

    isolate = Isolate(Library(path, icu), int(heap), deliver)
    limit_process(int(memory))
    sys.setswitchinterval(0.0005)  # the isolate's thread must not wait for this one to give up the lock
    for number in itertools.count(1):
        source, settled = frames.receive(channel, frames.UNBOUNDED)
        signal.setitimer(signal.ITIMER_REAL, float(seconds))
        isolate.evaluate(source, settled=bool(settled))
        if number % COLLECT_EVERY == 0:
            isolate.collect()


def ignore_signals() -> None:
    """A request in flight when the server is asked to stop is still answered: the parent's end is our end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def limit_process(memory: int) -> None:
    """Bound what this process may have from now on."""
    bounds = {
        resource.RLIMIT_DATA: max(memory - shared_memory(), 0),
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 3,
        resource.RLIMIT_NPROC: 0,
    }
    for name, bound in bounds.items():
        resource.setrlimit(name, (bound, bound))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def shared_memory() -> int:
    """Return the bytes of resident pages that are the library's file: they count for a process, but not as data."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[2]) * resource.getpagesize()
