"""The tree of a script in, the names that it reads from outside of it out, each with its place and static path.

Scopes are those of strict ECMAScript: `var` and parameters belong to a function, `let`, `const`, classes and functions
to a block, and a declaration counts for all of its scope, also above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from actions.expressions.javascript.syntax import FUNCTIONS, Step, Syntax

_BLOCKS = frozenset(
    {
        "statement_block",
        "switch_body",
        "for_statement",
        "for_in_statement",
        "catch_clause",
        "class_declaration",
        "class",
    }
)
_NAMED_OUTSIDE = frozenset({"function_declaration", "generator_function_declaration", "class_declaration"})
_NAMED_INSIDE = frozenset({"function_expression", "generator_function", "class_declaration", "class"})
_REFERENCES = frozenset({"identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"})
_PATTERNS = frozenset(
    {"object_pattern", "array_pattern", "pair_pattern", "rest_pattern", "assignment_pattern"}
    | {"object_assignment_pattern", "formal_parameters"}
)
_NAMED = _NAMED_OUTSIDE | _NAMED_INSIDE
_DECLARING = FUNCTIONS | _BLOCKS | _PATTERNS | {"variable_declarator"}
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FreeName:
    """A name read from outside. ``path`` goes on as far as it can be told without running the script.

    ``probed`` says that only its type is asked for (`typeof name`), so that it need not exist.
    """

    path: Path
    offset: int
    probed: bool = False

    @property
    def name(self) -> str:
        """The name itself, without its members."""
        return str(self.path[0])


@dataclass(eq=False, slots=True)
class _Scope:
    parent: _Scope | None = None
    is_function: bool = True
    names: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.parent
        return False

    def function(self) -> _Scope:
        scope = self
        while not scope.is_function and scope.parent is not None:
            scope = scope.parent
        return scope


def free_names(syntax: Syntax) -> tuple[FreeName, ...]:
    """Return every use of a name that the script does not declare, in the order of the text."""
    references = list(_Walk(syntax).references())
    free = [(step, name) for step, name, scope in references if not scope.has(name)]
    return tuple(_free_name(syntax, step, name) for step, name in free)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A node to visit in its scope; ``binds`` is the scope that its names are declared in, if it is a pattern."""

    step: Step
    scope: _Scope
    binds: _Scope | None = None


@dataclass(slots=True)
class _Walk:
    """One walk over a tree: declares names in their scopes and yields all references."""

    syntax: Syntax

    def references(self) -> Iterator[tuple[Step, str, _Scope]]:
        pending = [_Visit(Step(self.syntax.root), _Scope())]
        while pending:
            visit = pending.pop()
            node = visit.step.node
            if node.type in _REFERENCES:
                name = self.syntax.text(node)
                if visit.binds is None:
                    yield visit.step, name, visit.scope
                else:
                    visit.binds.names.add(name)
            if node.named_child_count:
                pending.extend(reversed(list(self._children(visit))))

    def _children(self, visit: _Visit) -> Iterator[_Visit]:
        node, step, scope = visit.step.node, visit.step, visit.scope
        if node.type not in _DECLARING:
            return (_Visit(Step(child, step), scope) for child in node.named_children)
        self._declare_name(node, scope)
        return self._declared(visit, self._inner_scope(node, scope))

    def _declared(self, visit: _Visit, inner: _Scope) -> Iterator[_Visit]:
        node = visit.step.node
        own_name = node.child_by_field_name("name") if node.type in _NAMED else None
        for child in node.named_children:
            if child == own_name:
                continue
            outside = node.type == "method_definition" and child.type == "computed_property_name"
            binds = _binds(node, child, inner, visit.binds)
            yield _Visit(Step(child, visit.step), visit.scope if outside else inner, binds)

    def _declare_name(self, node: Node, scope: _Scope) -> None:
        if node.type in _NAMED_OUTSIDE and (name := node.child_by_field_name("name")):
            scope.names.add(self.syntax.text(name))

    def _inner_scope(self, node: Node, scope: _Scope) -> _Scope:
        if node.type in FUNCTIONS:
            scope = _Scope(scope)
            if node.type != "arrow_function":
                scope.names.add("arguments")
        elif node.type in _BLOCKS:
            scope = _Scope(scope, is_function=False)
        if node.type in _NAMED_INSIDE and (name := node.child_by_field_name("name")):
            scope.names.add(self.syntax.text(name))
        return scope


def _binds(node: Node, child: Node, scope: _Scope, around: _Scope | None) -> _Scope | None:
    """Return the scope that ``child`` declares its names in, or ``None`` when it only uses them."""
    if node.type in _PATTERNS:
        is_value = child in (node.child_by_field_name("right"), node.child_by_field_name("key"))
        return None if is_value else around
    if node.type in FUNCTIONS and child.type == "formal_parameters":
        return scope
    if node.type in FUNCTIONS or node.type == "catch_clause":
        return scope if child == node.child_by_field_name("parameter") else None
    if node.type == "for_in_statement" and child == node.child_by_field_name("left"):
        kind = node.child_by_field_name("kind")
        return None if kind is None else scope.function() if kind.type == "var" else scope
    if node.type == "variable_declarator" and child == node.child_by_field_name("name"):
        return scope.function() if node.parent and node.parent.type == "variable_declaration" else scope
    return None


# What is read of a name


def _free_name(syntax: Syntax, step: Step, name: str) -> FreeName:
    offset = syntax.offset(step.node.start_byte)
    path: list[str | int] = [name]
    node = step.node
    for around in step.ancestors():
        if around.type == "parenthesized_expression":
            node = around
            continue
        segment = _segment(syntax, node, around)
        if segment is None:
            return FreeName(_trimmed(path, node, around), offset, _is_probed(node, around, path))
        path.append(segment)
        node = around
    return FreeName(tuple(path), offset)


def _segment(syntax: Syntax, node: Node, around: Node) -> str | int | None:
    """Return the member of ``node`` that ``around`` reads, if it can be told."""
    if around.type not in ("member_expression", "subscript_expression"):
        return None
    if around.child_by_field_name("object") != node:
        return None
    member = around.child_by_field_name("property") or around.child_by_field_name("index")
    return _static_key(syntax, member) if member else None


def _static_key(syntax: Syntax, member: Node) -> str | int | None:
    text = syntax.text(member)
    if member.type == "property_identifier":
        return text
    if member.type == "number" and _INDEX.fullmatch(text):
        return int(text)
    if member.type == "string" and "\\" not in text:
        return text[1:-1]
    return None


def _trimmed(path: list[str | int], node: Node, around: Node) -> Path:
    """Leave out a last member that is no data of the value: a method, a length, or something written."""
    is_called = around.type == "call_expression" and around.child_by_field_name("function") == node
    is_built = around.type == "new_expression"
    is_written = around.type == "assignment_expression" and around.child_by_field_name("left") == node
    is_deleted = around.type == "unary_expression" and _operator(around) == "delete"
    if len(path) > 1 and (is_called or is_built or is_written or is_deleted or path[-1] == "length"):
        return tuple(path[:-1])
    return tuple(path)


def _is_probed(node: Node, around: Node, path: list[str | int]) -> bool:
    return len(path) == 1 and around.type == "unary_expression" and _operator(around) == "typeof"


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return operator.type if operator else ""
