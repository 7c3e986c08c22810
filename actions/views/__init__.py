"""``/action/<type>/<name>``: POST runs an action, GET describes it. HTTP in, an invocation out, an answer back.

A browser that asks for ``text/html`` gets pages: the form of the action, and what came of it (``actions.forms``).
"""

from actions.views.routes import ActionView, WebhookView, guide, nowhere, schema

__all__ = ["ActionView", "WebhookView", "guide", "nowhere", "schema"]
