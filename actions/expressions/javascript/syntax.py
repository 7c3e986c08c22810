"""The text of a script in, its syntax tree out, or the first error with its place.

Trees are tree-sitter's. Its grammar is a little wider than the language (JSX, `import x from "y"`), so that is refused
here; what only V8 refuses (a name declared twice) is found by ``service.Scripts.check``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

MAX_BYTES = 32 << 10
MAX_DEPTH = 500
MAX_SHOWN = 24

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
        "class_static_block",
    }
)
_LANGUAGE = Language(tree_sitter_javascript.language())
_REFUSED = {
    "import_statement": "Scripts have no modules.",
    "export_statement": "Scripts have no modules.",
    "with_statement": "Scripts are strict: 'with' is not allowed.",
    "hash_bang_line": "This is no JavaScript.",
    "jsx_element": "This is no JavaScript.",
    "jsx_self_closing_element": "This is no JavaScript.",
}
_REFUSED_OUTSIDE = {
    "await_expression": "Scripts are synchronous: there is nothing to await.",
    "yield_expression": "'yield' stands outside of a generator.",
}
# Without one of these, in a text this short, there is nothing to look for.
_SUSPICIOUS = re.compile(rb"import|export|with|await|yield|[<\\#]")
_SHORT = MAX_DEPTH // 2
_OPENING, _CLOSING = frozenset({"(", "[", "{", "${"}), frozenset({")", "]", "}"})


class ScriptSyntaxError(Exception):
    """A text that is no script. ``offset`` counts characters from 0, ``line`` and ``column`` from 1."""

    def __init__(self, message: str, hint: str = "", *, source: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.line = source.count("\n", 0, offset) + 1
        self.column = offset - source.rfind("\n", 0, offset)


@dataclass(frozen=True, slots=True)
class Step:
    """A node on the way down a tree, and the step that led to it."""

    node: Node
    parent: Step | None = None
    depth: int = 0

    def ancestors(self) -> Iterator[Node]:
        """Yield the nodes around this one, the nearest first."""
        step = self.parent
        while step is not None:
            yield step.node
            step = step.parent


@dataclass(frozen=True, slots=True)
class Syntax:
    """A script that could be read. tree-sitter counts bytes: its positions point into ``data``."""

    source: str
    data: bytes
    root: Node

    def text(self, node: Node) -> str:
        """Return the text of a node."""
        return self.data[node.start_byte : node.end_byte].decode()

    def offset(self, byte: int) -> int:
        """Return the place of a byte in characters."""
        return len(self.data[:byte].decode(errors="replace"))

    def error(self, message: str, byte: int) -> ScriptSyntaxError:
        """Return an error at a byte."""
        return ScriptSyntaxError(message, source=self.source, offset=self.offset(byte))


def read_script(source: str) -> Syntax:
    """Return the tree of a script.

    Raises:
        ScriptSyntaxError: the text is no JavaScript, is too long or nested too deeply.
    """
    try:
        data = source.encode()
    except UnicodeEncodeError as error:
        raise ScriptSyntaxError("This is no character.", source=source, offset=error.start) from None
    if len(data) > MAX_BYTES:
        raise ScriptSyntaxError(f"A script may have at most {MAX_BYTES >> 10} KB.", source=source, offset=0)
    syntax = Syntax(source, data, Parser(_LANGUAGE).parse(data).root_node)
    if syntax.root.has_error:
        raise _first_error(syntax)
    if len(data) > _SHORT or _SUSPICIOUS.search(data):
        for step in _walk(syntax):
            _check(syntax, step)
    return syntax


def _walk(syntax: Syntax) -> Iterator[Step]:
    """Yield every node with a name of its own, parents first, in the order of the text.

    Raises:
        ScriptSyntaxError: the script is nested too deeply.
    """
    pending = [Step(syntax.root)]
    while pending:
        step = pending.pop()
        if step.depth > MAX_DEPTH:
            raise syntax.error(f"This is nested deeper than {MAX_DEPTH} levels.", step.node.start_byte)
        yield step
        pending.extend(Step(child, step, step.depth + 1) for child in reversed(step.node.named_children))


def _check(syntax: Syntax, step: Step) -> None:
    node = step.node
    message = _REFUSED.get(node.type)
    if node.type in _REFUSED_OUTSIDE and not any(around.type in FUNCTIONS for around in step.ancestors()):
        message = _REFUSED_OUTSIDE[node.type]
    if node.type == "identifier" and b"\\" in syntax.data[node.start_byte : node.end_byte]:
        message = "Write the name without escapes."
    if message:
        raise syntax.error(message, node.start_byte)


def _first_error(syntax: Syntax) -> ScriptSyntaxError:
    node = _faulty(syntax.root)
    end = len(syntax.data.rstrip())
    if node.is_missing and node.type != ";":
        return syntax.error(f"'{node.type}' is missing.", node.start_byte)
    if node.end_byte >= end and _is_unfinished(node):
        return syntax.error("The script ends too early.", end)
    start = node.start_byte + len(syntax.data[node.start_byte :]) - len(syntax.data[node.start_byte :].lstrip())
    shown = syntax.data[start:].decode().splitlines()[0]
    shown = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}..."
    return syntax.error(f"'{shown}' is no JavaScript.", start)


def _faulty(node: Node) -> Node:
    """Return the first node that could not be read, looking only where there is one."""
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_missing)
    return node


def _is_unfinished(node: Node) -> bool:
    """Tell whether more of it would have been needed: an open bracket, or an operator at the end."""
    leaves = [leaf.type for leaf in _leaves(node)]
    opened = sum(leaf in _OPENING for leaf in leaves) - sum(leaf in _CLOSING for leaf in leaves)
    last = leaves[-1] if leaves else ""
    return opened > 0 or not (last in _CLOSING or last.isidentifier() or last in ('"', "'", "`"))


def _leaves(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        node = pending.pop()
        if not node.children:
            yield node
        pending.extend(reversed(node.children))
