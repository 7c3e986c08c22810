"""The tables of the code in, pages of the manual and the README's error table out: ``python -m tests.manual``.

What the parser, the validation and the operations read is what the pages show; a test fails when they differ.
"""

from __future__ import annotations

import json
import os
import pkgutil
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
PAGE, README = ROOT / "docs" / "notation.md", ROOT / "README.md"
WEBHOOKS = ROOT / "docs" / "webhooks.md"
OPERATIONS_PAGE = ROOT / "docs" / "operations.md"
LISTED = ("<!-- operations: made by python -m tests.manual -->\n", "<!-- end of operations -->\n")
SCHEMES = ("<!-- schemes: made by python -m tests.manual -->\n", "<!-- end of schemes -->\n")
ERRORS = "| code | name | status | when |\n|---|---|---|---|\n"
HEAD = """\
# The action notation

Made by `python -m tests.manual` from the tables that the parser and the validation read; edit those. Keys, methods and
column types are taken in any case. A file is one action, a list of actions, `Actions: [...]`, or several documents
divided by `---`, in YAML or JSON; `/schemas/action.json` is the same for editors.
"""
EXPRESSIONS = r"""## Methods

| method | `Type` is | does |
|---|---|---|
| `POST`, `GET`, `GET_BY_ID`, `PATCH` (`PUT`, `UPDATE`), `DELETE` | an entity | works on its rows |
| `ACTIONRESPONSE` | a directive | tells the client what to do |
| `EXECUTE` | an operation | performs it |
| `SWITCH_USER` | any name | goes on as another account |
| an operation's id, or `GET /path` | an integration | calls [another service](integrations.md) |

## Expressions

Values in `Attributes`, `Condition` and `ForEach` are expressions:

| text | value |
|---|---|
| `~path` | what stands at the path, its JSON type kept; `~.x` is the subject's x |
| `$path` | the same; inside text each `$path` is replaced, and `US$5` stays as it is |
| `$list[0].x` | by position, at any depth |
| `!expr`, `{{expr}}`, `js:expr` | JavaScript; every name in scope is a variable |
| `text {{expr}} text` | text with values embedded |
| `\~`, `\!`, `\$`, `\{{` | the character itself |

In scope are each input, `attributes` (all of them), each Reference, `subject` (the instance), `user` (who asks),
`request`, `env`, and `item` and `index` within a `ForEach`. A name that nothing provides is refused when the file is
loaded. An optional input that was not sent leaves its attribute out. A condition passes unless it gives false, null,
nothing, 0, `""`, `"0"`, `"false"`, `[]` or `{}`.
"""
RATES = """\
A rate is a number and a unit (`second`, `minute`, `hour`, `day`), as in `5/hour`. `RateLimit: 20/minute` alone is the
rate of a caller. Without `PerAddress` guests have the setting's `GUEST_RATE_LIMIT`; `none` in its place is no limit.
Every attempt counts, also one that fails; those beyond the rate get 429 with `Retry-After`. Texts of an input count
without regard to case. Actions that actions invoke are not counted.
"""
RECEIVERS = """\
The options of the scheme stand beside `Verify`; [webhooks](webhooks.md) has them, and what becomes of a request. Only
signed requests run a receiver, at `/webhook/<type>/<name>` or the address of the action. Its expressions have `event`
(the body as data), `delivery` (`id`, `event_id`, `event_type`, `received_at`, `attempt`), and in `request` the raw
`body` and those `headers` that are signed or listed. Its inputs are members of the event; others are ignored.
"""
DIRECTIVES = """\
## Directives

`Method: ACTIONRESPONSE` with one of these as `Type` tells the client what to do; any other name is data.
"""
OPERATIONS = """\
## Operations

`Method: EXECUTE` performs an operation, whose name is the `Type`: [operations](operations.md).
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join(part.rstrip() + "\n" for part in _parts())


def _parts() -> Iterator[str]:
    from actions.dialects.daptin.keys import (
        ACTION,
        ANSWER,
        CHALLENGE,
        FAIL,
        INPUT,
        OUTCOME,
        RATE_LIMIT,
        TAGS,
        WEBHOOK,
    )
    from actions.operations import directives

    yield HEAD
    yield keys("## An action", ACTION)
    yield keys("## `RateLimit`", RATE_LIMIT)
    yield RATES
    yield keys("## `Webhook`", WEBHOOK)
    yield keys("### `Answer`", ANSWER)
    yield keys("### `Challenge`", CHALLENGE)
    yield RECEIVERS
    yield keys("## An input, in `InFields`", INPUT)
    yield keys("## `Validations` and `Conformations`", TAGS)
    yield keys("## An outcome, in `OutFields`", OUTCOME)
    yield keys("### `Fail`", FAIL)
    yield EXPRESSIONS
    yield DIRECTIVES
    for name, params in directives.DIRECTIVES.items():
        yield arguments(f"### `{name}`", params)
    yield OPERATIONS
    yield column_types()
    yield tags()


def keys(title: str, table: Mapping[str, object]) -> str:
    """Return a table of keys."""
    rows = ([f"`{key.name}`", "yes" if key.required else "", key.about] for key in table.values())  # type: ignore[attr-defined]
    return f"{title}\n\n{_table(['key', 'required', 'meaning'], rows)}"


def arguments(title: str, params: Iterable[object]) -> str:
    """Return a table of arguments."""
    rows = [[name, *rest] for name, _, *rest in _with_types(params)]
    return f"{title}\n\n{_table(['attribute', 'required', 'meaning'], rows)}" if rows else f"{title}\n"


def _with_types(params: Iterable[object]) -> list[list[str]]:
    from actions.operations.params import types_of

    rows = []
    for param in params:
        choices = ", ".join(f"`{choice}`" for choice in param.choices)  # type: ignore[attr-defined]
        about = param.description + (f" One of {choices}." if choices else "")  # type: ignore[attr-defined]
        required = "yes" if param.required else ""  # type: ignore[attr-defined]
        rows.append([f"`{param.name}`", types_of(param), required, about])  # type: ignore[attr-defined,arg-type]
    return rows


def column_types() -> str:
    """Return the table of column types."""
    from entities.fields import all_column_types

    rows = ([f"`{kind.name}`", f"`{json.dumps(kind.json_schema)}`", kind.control] for kind in all_column_types())
    return f"## Column types\n\n{_table(['type', 'JSON Schema of a value', 'form control'], rows)}"


def tags() -> str:
    """Return the lists of tags."""
    from entities.tags.conformations import CONFORMATIONS
    from entities.tags.validations.table import CONTROLS, TAGS

    lists = {"Validation tags": [*CONTROLS, *TAGS], "Conformation tags": list(CONFORMATIONS)}
    return "\n".join(
        f"## {title}\n\n{', '.join(f'`{name}`' for name in sorted(names))}\n" for title, names in lists.items()
    )


def with_error_table(readme: str) -> str:
    """Return the README with a row for every failure: code, public name, status, first line of its docstring."""
    before, after = readme.split(ERRORS)
    rest = after[after.index("\n\n") :] if after.startswith("| ") else "\n" + after
    rows = [
        f"| `{failure.code}` | `{failure.name}` | {_status(failure)} | {_sentence(failure)} |"
        for failure in sorted(all_failures(), key=lambda failure: failure.code)
    ]
    return before + ERRORS + "\n".join(rows) + rest


def with_scheme_tables(text: str) -> str:
    """Return the page about webhooks with what every signature scheme declares, between the two marks."""
    start, end = (text.index(mark) for mark in SCHEMES)
    return text[:start] + SCHEMES[0] + "\n" + "\n".join(_scheme_tables()) + "\n" + text[end:]


def with_operations(text: str) -> str:
    """Return the page about operations with all that are shipped, between the two marks."""
    start, end = (text.index(mark) for mark in LISTED)
    return text[:start] + LISTED[0] + "\n" + "\n".join(_operations()) + "\n" + text[end:]


def _operations() -> Iterator[str]:
    from actions.listing import Registered

    yield "## All of them\n"
    for item in Registered().overview():
        holds = textwrap.fill(f"A Reference holds {item.result}", 120)
        about = f"{item.about}\n\nEffect: {item.effect}.\n\n{holds}"
        rows = _with_types(item.params) + ([["...", "anything", "", "Any further ones."]] if item.is_open else [])
        table = f"\n{_table(['attribute', 'type', 'required', 'meaning'], rows)}" if rows else ""
        yield f"### `{item.name}`\n\n{about}\n{table}"
        yield f"```yaml\n{item.example}```\n"


def _scheme_tables() -> Iterator[str]:
    from actions.signatures.registry import all_schemes

    schemes = {name: scheme for name, scheme in sorted(all_schemes().items()) if name != "hmac"}
    schemes["hmac"] = all_schemes()["hmac"]
    rows = [[f"`{name}`", _headers(item), item.signed_text, item.algorithm] for name, item in schemes.items()]
    yield _table(["scheme", "headers, signed ones in bold", "what is signed", "how"], rows)
    rows = [[f"`{name}`", _window(item), item.event_id_in, item.event_type_in] for name, item in schemes.items()]
    yield _table(["scheme", "window", "event id", "event type"], rows)
    yield _table(
        ["scheme", "secret", "notes"],
        [[f"`{name}`", item.secret.about, _sentence(item).split(". ", 1)[-1]] for name, item in schemes.items()],
    )
    options = [(name, option) for name, item in schemes.items() for option in item.options]
    rows = [
        [f"`{name}`", f"`{option.name}`", "yes" if option.required else "", option.about] for name, option in options
    ]
    yield _table(["scheme", "option", "required", "meaning"], rows)


def _headers(scheme: Any) -> str:
    marked = (f"**`{name}`**" if name in scheme.signed_headers else f"`{name}`" for name in scheme.headers)
    return ", ".join(marked) or "`Header`, `TimestampHeader`"


def _window(scheme: Any) -> str:
    seconds = [option.default for option in scheme.options if option.name == "Tolerance"]
    return f"{seconds[0]} s either way" if seconds else "none: no time is signed"


def all_failures() -> list[type[Any]]:
    """Return every class of failure, wherever it is defined: every module is imported first."""
    import actions
    import entities
    from actions.errors import ActionError
    from entities.errors import EntityError

    for package in (actions, entities):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return [*_below(EntityError), *_below(ActionError)]


def _below(base: type[Any]) -> list[type[Any]]:
    """Return the classes below ``base``, which is never raised itself; tests' own are left out."""
    direct = [item for item in base.__subclasses__() if item.__module__.split(".")[0] in ("actions", "entities")]
    return [item for child in direct for item in (child, *_below(child))]


def _status(failure: type[Any]) -> str:
    """Return the status of a class; one that the author of an action declares is not the class's."""
    return str(failure.status) if "status" in vars(failure) else "declared"


def _sentence(item: object) -> str:
    """Return the first line of a docstring, in Markdown."""
    return (item.__doc__ or "").splitlines()[0].replace("``", "`")


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    WEBHOOKS.write_text(with_scheme_tables(WEBHOOKS.read_text(encoding="utf-8")), encoding="utf-8")
    OPERATIONS_PAGE.write_text(with_operations(OPERATIONS_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    README.write_text(with_error_table(README.read_text(encoding="utf-8")), encoding="utf-8")
