"""The tags that templates may use: a closed list of Django's own, none of which reads anything but the data.

Not among them are those that load code or other templates (``load``, ``include``, ``extends``, ``block``), show what
surrounds a request (``debug``, ``url``, ``csrf_token``), or turn escaping off (``autoescape``, ``filter``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template import defaulttags
from django.template.base import Node, NodeList
from django.template.library import Library

from actions.texts.budget import current

NAMES = (
    "comment",
    "cycle",
    "firstof",
    "for",
    "if",
    "ifchanged",
    "now",
    "regroup",
    "resetcycle",
    "spaceless",
    "templatetag",
    "verbatim",
    "widthratio",
    "with",
)
# Why some that people know are not there.
ABSENT_TAGS: Mapping[str, str] = {
    **dict.fromkeys(("include", "extends", "block"), "A template stands alone: write all of it here."),
    **dict.fromkeys(
        ("trans", "translate", "blocktrans", "blocktranslate"),
        "Keep a template for each language: the name of a template may be an expression.",
    ),
    "load": "Nothing is loaded: the tags and filters of docs/texts.md are there already.",
    "autoescape": "The template's mime_type decides what is escaped.",
    **dict.fromkeys(("url", "static", "csrf_token", "debug"), "A template sees only what its outcome gives it."),
}


class _Tick(Node):
    """Ends a loop that takes too long, also one that does nothing."""

    def render(self, context: Any) -> str:
        current().check()
        return ""


def _for(parser: Any, token: Any) -> Node:
    node = defaulttags.do_for(parser, token)
    node.nodelist_loop = NodeList([_Tick(), *node.nodelist_loop])
    return node


def add_tags(library: Library) -> None:
    """Register every tag of the list."""
    for name in NAMES:
        library.tag(name, defaulttags.register.tags[name])
    library.tag("for", _for)
