"""One V8 isolate with one context: source text in, JSON text out.

    source --evaluate--> (kind, bytes) handed to ``deliver``, on the isolate's own thread

V8 comes with mini-racer (module ``py_mini_racer``). Its public API walks through an asyncio loop for each call and
takes a second to say so (figures in ``service``); its C functions do not, and they need nothing but ``ctypes``, so a
child process starts without the rest of the environment. Imports only the standard library for that reason.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import NamedTuple

# What the library calls its values; only these come back from an evaluation.
TEXT = 5
OUT_OF_MEMORY = 202
STOPPED = (203, 204)

# No other threads, no machine code, and no cache of sources: each request is a new source, and a cache of them fills
# the heap (a harmless load met its limit after about 100,000 calls).
FLAGS = b"--single-threaded --jitless --no-compilation-cache"

PLAIN, SETTLED, NOTHING = 1, 2, 3

Deliver = Callable[[int, bytes], None]


class Library(NamedTuple):
    """Where V8 is: the shared library and its data for internationalisation."""

    path: str
    icu: str


class _Content(ctypes.Union):
    _fields_ = [("bytes", ctypes.c_void_p), ("integer", ctypes.c_int64)]


class _Value(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("content", _Content), ("size", ctypes.c_size_t), ("kind", ctypes.c_uint8)]


_CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_uint64, ctypes.c_void_p)
_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "mr_init_v8": (None, [ctypes.c_char_p, ctypes.c_char_p]),
    "mr_init_context": (ctypes.c_uint64, [_CALLBACK]),
    "mr_free_context": (None, [ctypes.c_uint64]),
    "mr_set_hard_memory_limit": (None, [ctypes.c_uint64, ctypes.c_size_t]),
    "mr_hard_memory_limit_reached": (ctypes.c_bool, [ctypes.c_uint64]),
    "mr_low_memory_notification": (None, [ctypes.c_uint64]),
    "mr_alloc_string_val": (
        ctypes.c_void_p,
        [ctypes.c_uint64, ctypes.c_char_p, ctypes.c_uint64, ctypes.c_uint8],
    ),
    "mr_free_value": (None, [ctypes.c_uint64, ctypes.c_void_p]),
    "mr_eval": (ctypes.c_uint64, [ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64]),
}


def _load(library: Library) -> ctypes.CDLL:
    """Bind the functions used here; a version without one of them is an AttributeError that names it."""
    dll = ctypes.CDLL(library.path)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(dll, name)
        function.restype, function.argtypes = result, arguments
    dll.mr_init_v8(FLAGS, library.icu.encode())
    return dll


class Isolate:
    """A context that evaluates one source at a time."""

    def __init__(self, library: Library, heap: int, deliver: Deliver) -> None:
        self._dll = _load(library)
        self._deliver = deliver
        self._held = (0, b"")
        self._callback = _CALLBACK(self._receive)  # must live as long as the context
        self._context = self._dll.mr_init_context(self._callback)
        self._dll.mr_set_hard_memory_limit(self._context, heap)
        self._nothing = self._text(b"0")

    def evaluate(self, source: bytes, *, settled: bool = False) -> None:
        """Start evaluating; the answer goes to ``deliver``.

        With ``settled`` it is held back until the promises that the source left behind have run: an endless chain of
        them is then the fault of its author and not of whoever comes next.
        """
        text = self._text(source)
        self._dll.mr_eval(self._context, text, SETTLED if settled else PLAIN)
        self._dll.mr_free_value(self._context, text)

    def collect(self) -> None:
        """Free what nothing refers to any more. Waits for what runs.

        V8 by itself waits until its heap is large, and a heap with a small limit meets the limit first.
        """
        self._dll.mr_low_memory_notification(self._context)

    def close(self) -> None:
        """Stop what runs and free the context. Waits for native code that cannot be interrupted."""
        self._dll.mr_free_context(self._context)

    def _text(self, source: bytes) -> int:
        value: int = self._dll.mr_alloc_string_val(self._context, source, len(source), TEXT)
        return value

    def _receive(self, call: int, value: int) -> None:
        """Take a result from V8. Microtasks run between two evaluations, so an empty one marks their end."""
        if call == NOTHING:
            self._dll.mr_free_value(self._context, value)
            self._deliver(*((OUT_OF_MEMORY, b"") if self._is_full() else self._held))
            return
        answer = self._take(value)
        if call == PLAIN:
            self._deliver(*answer)
        else:
            self._held = answer
            self._dll.mr_eval(self._context, self._nothing, NOTHING)

    def _is_full(self) -> bool:
        """Tell whether the heap's limit was met. V8 then ends what runs, also promises that nobody waits for."""
        full: bool = self._dll.mr_hard_memory_limit_reached(self._context)
        return full

    def _take(self, value: int) -> tuple[int, bytes]:
        content = _Value.from_address(value)
        kind, size = content.kind, content.size
        data = ctypes.string_at(content.content.bytes, size) if kind == TEXT else b""
        self._dll.mr_free_value(self._context, value)
        return kind, data
