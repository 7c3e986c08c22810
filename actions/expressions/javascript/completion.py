"""The tree of a script in, the body of a function out that returns what ``eval`` of the script would give.

A script of one expression returns it. Otherwise each expression that stands as a statement is kept in a variable, and
what ECMAScript calls UpdateEmpty is spelled out: a statement with parts (`if`, loops, `switch`, `try`) begins with
`undefined`, a declaration leaves the value as it was, and what `finally` computes does not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from actions.expressions.javascript.syntax import Syntax

STRICT = '"use strict";'
_RESETS = frozenset(
    {"if_statement", "for_statement", "for_in_statement", "while_statement", "do_statement"}
    | {"switch_statement", "try_statement"}
)
_LISTS = frozenset({"program", "statement_block", "else_clause", "switch_body"})
_PARTS = ("body", "consequence", "alternative", "handler")  # `finalizer` is no part: its value does not count
_KEEPS = frozenset({"function_declaration", "generator_function_declaration", "class_declaration"})

Edit = tuple[int, str]


def function_body(syntax: Syntax) -> str:
    """Return the body of the strict function that a script becomes."""
    statements = [node for node in syntax.root.named_children if node.type != "comment"]
    if len(statements) == 1 and (expression := _only_expression(syntax, statements[0])):
        return f"{STRICT} return (\n{expression}\n);"
    kept = _unused_name(syntax)
    return f"{STRICT} let {kept};\n{_applied(syntax, _edits(syntax.root, kept))}\nreturn {kept};"


def _only_expression(syntax: Syntax, statement: Node) -> str | None:
    """Return the text of a script that is one expression. `{}` is one too: an empty block would say nothing."""
    if statement.type == "expression_statement":
        return syntax.text(_expression(statement))
    if statement.type == "statement_block" and not statement.named_children:
        return "{}"
    return None


def _expression(statement: Node) -> Node:
    return next(node for node in statement.named_children if node.type != "comment")


def _unused_name(syntax: Syntax) -> str:
    name = "$value"
    while name in syntax.source:
        name += "_"
    return name


def _edits(node: Node, kept: str) -> Iterator[Edit]:
    """Yield what to insert where, in the order of the text, so that the value of ``node`` is kept."""
    inside = _unlabelled(node)
    if inside.type == "expression_statement":
        expression = _expression(inside)
        yield expression.start_byte, f"{kept} = ("
        yield expression.end_byte, ")" if _is_ended(inside) else ");"
        return
    resets = inside.type in _RESETS
    if resets:
        yield node.start_byte, f"{{ {kept} = undefined; "
    if node.type == "catch_clause" and (body := node.child_by_field_name("body")):
        yield body.start_byte + 1, f" {kept} = undefined; "
    for part in _parts(inside):
        yield from _edits(part, kept)
    if resets:
        yield node.end_byte, " }"


def _is_ended(statement: Node) -> bool:
    return any(child.type == ";" and child.end_byte > child.start_byte for child in statement.children)


def _unlabelled(node: Node) -> Node:
    while node.type == "labeled_statement" and (body := node.child_by_field_name("body")):
        node = body
    return node


def _parts(node: Node) -> Iterator[Node]:
    """Yield the statements in a statement, and its clauses. Functions are values, not statements."""
    if node.type in _KEEPS:
        return
    if node.type in _LISTS:
        yield from node.named_children
    for name in _PARTS:
        yield from node.children_by_field_name(name)


def _applied(syntax: Syntax, edits: Iterator[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for place, text in edits:
        pieces += syntax.data[done:place].decode(), text
        done = place
    return "".join((*pieces, syntax.data[done:].decode()))
