"""What a client asks of a list, read from query parameters or from the attributes of an outcome."""

from entities.filters.includes import parse_include
from entities.filters.operators import OPERATORS
from entities.filters.parameters import parse_presentation, parse_query
from entities.filters.query import ListQuery

__all__ = ["OPERATORS", "ListQuery", "parse_include", "parse_presentation", "parse_query"]
