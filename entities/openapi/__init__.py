"""OpenAPI 3.1 of everything that a caller may use, derived from what is registered."""

from entities.openapi.contributions import contribute
from entities.openapi.document import document

__all__ = ["contribute", "document"]
