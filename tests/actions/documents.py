"""Documents for tests that are about definitions, not about what is in them."""

from __future__ import annotations

BROKEN = """\
Name: greet
OnType: usergroup
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: "$nobody.name"}
"""
BROKEN_ELSEWHERE = """\
Name: greet
OnType: no_such_entity
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: hello}
"""


def greeting(message: str = "hello", *, name: str = "greet", on_type: str = "usergroup") -> str:
    """Return an action that tells the client ``message``, which anybody may execute."""
    return f"""\
Name: {name}
Label: Greet
OnType: {on_type}
Permission: {{guest: [execute]}}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {{type: success, message: "{message}"}}
"""


def calling(name: str, target: str) -> str:
    """Return an action on ``usergroup`` that does nothing but invoke another one there."""
    return f"""\
Name: {name}
OnType: usergroup
OutFields:
  - Type: action.invoke
    Method: EXECUTE
    Attributes: {{type: usergroup, name: {target}}}
"""
