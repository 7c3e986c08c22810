"""Addresses of CRUD and of figures over rows. A slash at the end is tolerated, never given."""

from __future__ import annotations

from django.urls import path, re_path

from entities.aggregates.views import AggregateView
from entities.discovery import meta
from entities.openapi.views import as_json, as_yaml, docs
from entities.views import ListView, RelatedView, RelationshipView, RowView, nowhere

app_name = "entities"

_NAME = r"(?P<name>[^/]+)"
_ROW = rf"{_NAME}/(?P<public_id>[^/]+)"
_RELATION = r"(?P<relation>[^/]+)"

urlpatterns = [
    re_path(rf"^api/{_NAME}/?$", ListView.as_view(), name="list"),
    re_path(rf"^api/{_ROW}/?$", RowView.as_view(), name="row"),
    re_path(rf"^api/{_ROW}/relationships/{_RELATION}/?$", RelationshipView.as_view(), name="relationship"),
    re_path(rf"^api/{_ROW}/{_RELATION}/?$", RelatedView.as_view(), name="related"),
    re_path(r"^api(?:/.*)?$", nowhere),
    re_path(rf"^aggregate/{_NAME}/?$", AggregateView.as_view(), name="aggregate"),
    re_path(r"^meta/?$", meta),
    path("openapi.json", as_json, name="openapi-json"),
    path("openapi.yaml", as_yaml, name="openapi-yaml"),
    path("docs", docs, name="docs"),
]
