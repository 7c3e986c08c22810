"""What a command line says of authentication in, what is configured out: ``SCHEME=SECRET`` and ``SCHEME.KEY=VALUE``.

    key=shop_key    oauth.client_id=us    oauth.scopes=a b    oauth.parameters.audience=https://api.example.org    key=

A key is one of ``actions.integrations.authentication``; a secret is given by its name. They count in their order. What
is not named stays as it was; an empty value takes back what was said, an empty secret all of its scheme.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.importing.errors import ImportRefused
from actions.integrations.authentication import ABOUT, check_authentication, keys_of
from actions.integrations.documents import SecurityScheme
from actions.integrations.known import Configuration
from actions.validation.known_keys import holds_known_key
from entities.errors import did_you_mean

SECRET, PARAMETERS, SCOPES = "secret", "parameters", "scopes"
MOST_DESCRIBED = 20
NAMES = "SECRET is the name of a secret, kept with 'manage.py secrets set SECRET'."
BACK = "'--auth SCHEME=' takes back what is configured of a scheme."
Schemes = Mapping[str, SecurityScheme]


@dataclass(frozen=True, slots=True)
class Configured:
    """What is kept, and of which schemes something was that the document has no use for any more."""

    authentication: dict[str, dict[str, Any]]
    lost: tuple[str, ...]


def configured(old: Configuration, schemes: Schemes, texts: Iterable[str] = ()) -> Configured:
    """Return what was configured, as far as it fits the schemes of a document, with what is said now.

    Raises:
        ImportRefused: a text names no scheme, or what it says cannot be kept. The reasons list what can be said.
    """
    changes = [_read(text, schemes) for text in texts]
    said = {name for name, _, _ in changes}
    chosen = {name: dict(how) for name, how in old.items() if name in schemes}
    for name in said & {*chosen}:  # what is left of a scheme that was of another kind means nothing any more
        chosen[name] = {key: value for key, value in chosen[name].items() if key in keys_of(schemes[name].kind)}
    for name, key, value in changes:
        chosen[name] = _with(chosen.get(name, {}), key, value)
    kept = {name: how for name, how in chosen.items() if how and (name in said or _fits(name, how, schemes))}
    wrong = [*check_authentication(kept, schemes), *_exposed(kept, said)]
    if wrong:
        raise ImportRefused(*wrong, *describe_schemes(schemes))
    return Configured(kept, tuple(sorted({*old} - {*kept} - said)))


def describe_schemes(schemes: Schemes) -> Iterator[str]:
    """Yield a line for each scheme: ``key (apiKey): --auth key=SECRET. The secret is the key.``"""
    for name, scheme in list(schemes.items())[:MOST_DESCRIBED]:
        yield f"{name} ({scheme.kind}): {choice_of(name, scheme)}. {ABOUT[scheme.kind]}{_besides(name, scheme)}"
    if len(schemes) > MOST_DESCRIBED:
        yield f"{len(schemes) - MOST_DESCRIBED} more schemes."
    yield f"{NAMES} {BACK}" if schemes else "The document declares no scheme at all."


def choice_of(name: str, scheme: SecurityScheme) -> str:
    """Return the options of a command line that configure a scheme: ``--auth key=SECRET``."""
    said = ["=SECRET", ".client_id=ID"] if scheme.kind == "oauth2" and scheme.token_url else ["=SECRET"]
    option = "--auth=" if name.startswith("-") else "--auth "
    return " ".join(f"{option}{shlex.quote(f'{name}{one}')}" for one in said)


def describe_changes(before: Configuration, after: Configuration) -> Iterator[tuple[str, str]]:
    """Yield for each scheme that is configured in another way what became of that, and how it is now."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            state = "removed" if name not in after else "changed" if name in before else "added"
            how = ", ".join(f"{key} {_shown(value)}" for key, value in after.get(name, {}).items())
            yield state, f"authentication '{name}'{how and f': {how}'}"


def _read(text: str, schemes: Schemes) -> tuple[str, str, str]:
    """Return the scheme, the key and its value; where one scheme's name begins like another's, the longer is meant."""
    for name in sorted(schemes, key=len, reverse=True):
        path, mark, value = text[len(name) :].partition("=")
        if text.startswith(name) and mark and path[:1] in ("", "."):
            return name, path[1:] if path else SECRET, value
    name = text.partition("=")[0]
    shown = "--auth" if holds_known_key(name) else f"'{name}'"
    wrong = f"{shown}: The document declares no such scheme. {did_you_mean(name.partition('.')[0], schemes)}"
    raise ImportRefused(wrong.rstrip(), *describe_schemes(schemes))


def _with(how: Mapping[str, Any], key: str, value: str) -> dict[str, Any]:
    """Return what is configured of a scheme with one more thing said, or taken back."""
    first, _, name = key.partition(".")
    given = how.get(PARAMETERS, {})
    if first == PARAMETERS and name and isinstance(given, Mapping):
        return _without_empty({**how, first: _without_empty({**given, name: value})})
    if key == SECRET and not value:
        return {}
    return _without_empty({**how, key: value.split() if key == SCOPES else value})


def _without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def _fits(name: str, how: Mapping[str, Any], schemes: Schemes) -> bool:
    return not check_authentication({name: how}, schemes)


def _exposed(kept: Configuration, said: Iterable[str]) -> Iterator[str]:
    """Refuse a secret in the place of its name: it would be readable in the row. It is not repeated."""
    for name in sorted({*said} & {*kept}):
        if holds_known_key(str(kept[name].get(SECRET, ""))):
            yield f"'{name}': This looks like a secret itself, not like the name of one."


def _besides(name: str, scheme: SecurityScheme) -> str:
    keys = [f"{name}.{key}{'.NAME' if key == PARAMETERS else ''}" for key in keys_of(scheme.kind) if key != SECRET]
    return f" Its keys: {', '.join(keys)}." if keys else ""


def _shown(value: Any) -> str:
    """Return a setting for people; of parameters the names, for nobody knows what a server wants to be told."""
    return f"'{' '.join(value)}'" if isinstance(value, list | dict) else f"'{value}'"
