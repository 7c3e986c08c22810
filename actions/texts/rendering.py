"""A template's text and plain data in, the filled text out, within a budget; or the line at which it is wrong.

Django's template language with an engine of its own: no loaders, no context processors, tags and filters from closed
lists. A variable is looked up in mappings and lists alone: no attribute of an object is reached and nothing is called,
but for ``items``, ``keys`` and ``values`` of a mapping, which are lists. A compiled form is kept by its text, so that a
row that did not change is not compiled again, and one that did is compiled by whoever reads it next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from django.template import base
from django.template.context import Context
from django.template.engine import Engine
from django.template.exceptions import TemplateSyntaxError
from django.template.library import Library

from actions.texts import filters, tags
from actions.texts.budget import MAX_OUTPUT, Budget, budget_for, current
from actions.texts.data import TooMuchData, plain_data
from actions.texts.errors import BrokenText, TemplateFailed, TemplateOverBudget
from actions.texts.stored import StoredText
from entities.errors import did_you_mean

MAX_CONTENT = 256 * 1024  # characters of a template
MAX_TOKENS = 10_000
MAX_NESTED = 20
MAX_UNCLOSED = 100  # Django's lexer looks for the end of each of them in the rest of the line
KEPT = 128

_LISTS: Mapping[str, Any] = {"items": dict.items, "keys": dict.keys, "values": dict.values}
_PAIRS = {"{%": "%}", "{{": "}}", "{#": "#}"}
_OPENER = re.compile(r"\{[%{#]")
_LINE = re.compile(r" on line \d+")

_ENGINE = Engine(loaders=[], autoescape=True)
_LIBRARY = Library()
tags.add_tags(_LIBRARY)
filters.add_filters(_LIBRARY)


class _Failed(Exception):
    """A node that failed with the data it got: at which line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Variable(base.Variable):
    """A path through plain data."""

    def _resolve_lookup(self, context: Any) -> Any:
        found: Any = context
        for part in self.lookups or ():
            found = self._member(found, part)
        return found

    def _member(self, value: Any, part: str) -> Any:
        try:
            if isinstance(value, Context):
                return value[part]
            if isinstance(value, dict):
                return value[part] if part in value or part not in _LISTS else list(_LISTS[part](value))
            if isinstance(value, tuple) and part in getattr(value, "_fields", ()):
                return getattr(value, part)  # what 'regroup' makes
            if isinstance(value, list | tuple | str):
                return value[int(part)]
        except (KeyError, IndexError, ValueError):
            pass
        raise base.VariableDoesNotExist("Failed lookup for key [%s].", (part,))


class _Expression(base.FilterExpression):
    """A variable, a constant, and filters; every variable in it is one of ours."""

    def __init__(self, token: str, parser: Any) -> None:
        super().__init__(token, parser)
        self.var = _ours(self.var)
        self.filters = [(function, [(read, _ours(value)) for read, value in args]) for function, args in self.filters]


def _ours(value: Any) -> Any:
    return _Variable(value.var) if isinstance(value, base.Variable) else value


class _Measured(base.Node):
    """A node that asks the budget before, counts what it makes, and knows its line where it fails."""

    def __init__(self, node: base.Node, line: int) -> None:
        self._node, self._line = node, line
        self._is_leaf = not any(hasattr(node, name) for name in ("nodelist", "nodelist_loop", "nodelist_true"))
        self._is_leaf = self._is_leaf and not hasattr(node, "conditions_nodelists")

    def render(self, context: Any) -> Any:
        budget = current()
        budget.line = self._line
        budget.check()
        try:
            text = self._node.render(context)
        except (TemplateOverBudget, _Failed):
            raise
        except Exception as error:
            raise _Failed(self._line) from error
        if self._is_leaf:
            budget.spend(text)
        return text


class _Parser(base.Parser):
    """Django's parser, with our lists, and a bound on how deep tags stand within tags."""

    _depth = 0

    def parse(self, parse_until: Any = None) -> Any:
        self._depth += 1
        if self._depth > MAX_NESTED:
            raise self.error(self.command_stack[-1][1], f"Tags stand more than {MAX_NESTED} deep within one another.")
        nodes = super().parse(parse_until)
        self._depth -= 1
        return nodes

    def extend_nodelist(self, nodelist: Any, node: Any, token: Any) -> None:
        super().extend_nodelist(nodelist, _Measured(node, token.lineno), token)

    def compile_filter(self, token: str) -> Any:
        return _Expression(token, self)

    def find_filter(self, filter_name: str) -> Any:
        if filter_name in self.filters:
            return self.filters[filter_name]
        hint = filters.ABSENT_FILTERS.get(filter_name) or _suggest(filter_name, self.filters, "Filters")
        raise _Refused(f"There is no filter '{filter_name[:50]}'.", hint)

    def invalid_block_tag(self, token: Any, command: str, parse_until: Any = None) -> NoReturn:
        if command.startswith("end") or command in ("else", "elif", "empty"):
            wanted = " or ".join(f"'{name}'" for name in parse_until or ())
            hint = f"Expected {wanted}." if wanted else "Nothing is open."
            raise self.error(token, _Refused(f"'{command[:50]}' does not belong here.", hint))
        hint = tags.ABSENT_TAGS.get(command) or _suggest(command, self.tags, "Tags")
        raise self.error(token, _Refused(f"There is no tag '{command[:50]}'.", hint))


class _Refused(TemplateSyntaxError):
    """What our lists do not have, with a hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _suggest(name: str, known: Mapping[str, Any], kind: str) -> str:
    return did_you_mean(name, known) or f"{kind}: {', '.join(sorted(known))}."


class Form(base.Template):
    """A compiled template. Safe for use by threads."""

    def compile_nodelist(self) -> Any:
        tokens = base.Lexer(self.source).tokenize()
        if len(tokens) > MAX_TOKENS:
            raise BrokenText(tokens[MAX_TOKENS].lineno or 1, f"A template has at most {MAX_TOKENS} parts.")
        return _Parser(tokens, {}, [_LIBRARY], self.origin).parse()

    def _render(self, context: Any) -> Any:
        return self.nodelist.render(context)


@lru_cache(maxsize=KEPT)
def compile_form(text: str) -> Form:
    """Return the compiled form of a text.

    Raises:
        BrokenText: with the line.
    """
    if len(text) > MAX_CONTENT:
        raise BrokenText(1, f"A template has at most {MAX_CONTENT} characters.")
    _check_unclosed(text)
    try:
        return Form(text, engine=_ENGINE)
    except BrokenText:
        raise
    except TemplateSyntaxError as error:
        line = getattr(getattr(error, "token", None), "lineno", 1)
        raise BrokenText(line, _sentence(error), getattr(error, "hint", "")) from None
    except Exception as error:  # nested too deep, or whatever else Django's parser does not expect
        line = getattr(getattr(error, "token", None), "lineno", 1)
        raise BrokenText(line, "This cannot be read.") from error


def _sentence(error: TemplateSyntaxError) -> str:
    text = _LINE.sub("", str(error))[:300].rstrip(".")
    return f"{text}."


def _check_unclosed(text: str) -> None:
    unclosed = 0
    for number, line in enumerate(text.split("\n"), 1):
        unclosed += sum(1 for _ in _unclosed(line))
        if unclosed > MAX_UNCLOSED:
            raise BrokenText(number, f"More than {MAX_UNCLOSED} opening brackets are not closed in their line.")


def _unclosed(line: str) -> Iterator[int]:
    """Yield the brackets of a line that nothing closes after them."""
    ends = {opener: line.rfind(closer) for opener, closer in _PAIRS.items()}
    return (found.start() for found in _OPENER.finditer(line) if ends[found.group()] < found.start())


def escapes(mime_type: str) -> bool:
    """Say whether values are escaped for markup: all but plain kinds of text and JSON are taken for it."""
    essence = mime_type.partition(";")[0].strip().lower()
    is_markup = "html" in essence or "xml" in essence
    return is_markup or not (essence.startswith("text/") or essence == "application/json")


def render_stored(stored: StoredText, data: Mapping[str, Any]) -> str:
    """Fill a stored template with data, and return the text.

    Raises:
        TemplateFailed: with its name and the line, never its text. TemplateOverBudget.
    """
    try:
        return render(stored.name, stored.content, data, escaped=escapes(stored.mime_type))
    except BrokenText as error:
        raise TemplateFailed(
            f"The template '{stored.name}' cannot be read (line {error.line}).",
            hint="Save it again in the admin, which says why.",
        ) from error
    except _Failed as error:
        raise TemplateFailed(f"The template '{stored.name}' fails with these data (line {error.line}).") from error


def render(name: str, text: str, data: Mapping[str, Any], *, escaped: bool) -> str:
    """Compile and fill a text.

    Raises:
        BrokenText, TemplateOverBudget.
    """
    form = compile_form(text)
    with budget_for(name) as budget:
        made = str(form.render(_context(data, budget, escaped=escaped)))
        if len(made.encode("utf-8", "replace")) > MAX_OUTPUT:
            raise budget.too_long()
    return "".join(made)


def _context(data: Mapping[str, Any], budget: Budget, *, escaped: bool) -> Context:
    try:
        return Context(plain_data(data), autoescape=escaped, use_l10n=False)
    except TooMuchData:
        raise budget.exceeded("is given more data than a template may have") from None
