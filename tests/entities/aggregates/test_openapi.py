"""The description of ``/aggregate``: for who may read the entity, and true."""

import jsonschema
import pytest
from openapi_spec_validator import validate

from entities import registry
from entities.actors import SYSTEM
from entities.aggregates.parameters import KNOWN
from entities.examples.models import Project
from entities.openapi import document
from entities.permissions import bits

pytestmark = pytest.mark.django_db


def test_it_is_described_to_who_may_read(exposed, ada):
    """Who may only create rows, or know of them, finds no address for figures."""
    for rights in (["peek"], ["peek", "create", "update", "execute"]):
        registry.register(Project, name="project", permission=bits(user=rights))
        assert "/aggregate/project" not in document(ada.actor)["paths"]
    registry.register(Project, name="project", permission=bits(user=["read"]))
    item = document(ada.actor)["paths"]["/aggregate/project"]
    assert (item["get"]["security"], item["post"]["security"]) == ([{"bearer": []}], [{"bearer": []}])
    registry.register(Project, name="project", permission=bits(guest=["read"]))
    assert "security" not in document(ada.actor)["paths"]["/aggregate/project"]["get"]


def test_every_parameter_is_described():
    """What is read is what is described, as parameters and as members of a body."""
    found = document(SYSTEM)
    validate(found)
    components = found["components"]
    references = found["paths"]["/aggregate/order"]["get"]["parameters"]
    names = {components["parameters"][item["$ref"].rpartition("/")[2]]["name"] for item in references}
    assert names == set(KNOWN)
    assert components["schemas"]["aggregate_question"]["properties"].keys() == {"root_entity", *KNOWN}


def test_questions_and_answers_are_as_described(root, orders):
    """A question that the schema allows is answered with what the schema says."""
    components = document(SYSTEM)["components"]
    question = {"column": ["count"], "group": "status", "query": [{"column": "total", "operator": "gt", "value": 1}]}
    question |= {"page[size]": 1}
    for name, value in (
        ("aggregate_question", question),
        ("aggregate", root.send("post", "/aggregate/order", question, "application/json").json()),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": components}
        jsonschema.Draft202012Validator(schema).validate(value)
