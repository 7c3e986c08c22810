"""Another service's OpenAPI document in, its operations out; arguments of one checked, and a request built from them.

    bytes --read_service--> Service --operations--> ServiceOperation
    ServiceOperation, arguments --check_arguments--> problems
    ServiceOperation, arguments, server --build_request--> Built(method, url, headers, body)

OpenAPI 3.0, 3.1 and Swagger 2.0. Pure: no database, no network, no file. Documents in the wild are imperfect, so what
is wrong in one is listed and read around; only a text that is no such document at all is refused. An operation stands
for itself: its ``$ref``s are resolved, its schemas are JSON Schema 2020-12 with what they need in their own ``$defs``.
"""

from actions.integrations.documents.arguments import argument_names
from actions.integrations.documents.checking import check_arguments
from actions.integrations.documents.errors import BadArguments, UnreadableDocument
from actions.integrations.documents.requests import build_request
from actions.integrations.documents.service import read_service
from actions.integrations.documents.values import (
    Argument,
    ArgumentProblem,
    Body,
    Built,
    DocumentProblem,
    Medium,
    Parameter,
    SecurityScheme,
    Service,
    ServiceOperation,
)

__all__ = [
    "Argument",
    "ArgumentProblem",
    "BadArguments",
    "Body",
    "Built",
    "DocumentProblem",
    "Medium",
    "Parameter",
    "SecurityScheme",
    "Service",
    "ServiceOperation",
    "UnreadableDocument",
    "argument_names",
    "build_request",
    "check_arguments",
    "read_service",
]
