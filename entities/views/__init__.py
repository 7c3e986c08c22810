"""The routes of CRUD. Each method reads what is asked, checks the right, calls one function and writes the answer.

DRF does authentication, negotiation, throttling and exceptions; bodies and answers are our own. Every write is one
transaction. Sources: JSON:API 1.1 and Daptin.
"""

from entities.views.base import EntityView, nowhere
from entities.views.relations import RelatedView, RelationshipView
from entities.views.rows import ListView, RowView

__all__ = ["EntityView", "ListView", "RelatedView", "RelationshipView", "RowView", "nowhere"]
