"""Addresses of the whole project."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from project.health import healthz
from project.statistics import ping, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/docs")),
    path("healthz", healthz),
    path("ping", ping),
    path("statistics", statistics),
    path("admin/", admin.site.urls),
    path("", include("actions.urls")),
    path("", include("entities.urls")),
]
