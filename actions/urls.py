"""Routes of actions. A slash at the end is tolerated, as in CRUD."""

from django.urls import path, re_path

from actions.views import ActionView, nowhere, schema

_TYPE, _SUBJECT, _NAME = r"(?P<type_name>[^/]+)", r"(?P<subject_id>[^/]+)", r"(?P<name>[^/]+)"

urlpatterns = [
    re_path(rf"^action/{_TYPE}/{_NAME}/?$", ActionView.as_view()),
    re_path(rf"^action/{_TYPE}/{_SUBJECT}/{_NAME}/?$", ActionView.as_view()),
    re_path(r"^action(?:/.*)?$", nowhere),
    path("schemas/action.json", schema),
]
