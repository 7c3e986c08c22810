"""Routes of actions. A slash at the end is tolerated, as in CRUD."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from actions.definitions.entity import NAME
from actions.definitions.views import DefinitionListView, DefinitionRowView
from actions.discovery.views import actions, js_model
from actions.views import ActionView, WebhookView, guide, nowhere, schema

_TYPE, _SUBJECT, _NAME = r"(?P<type_name>[^/]+)", r"(?P<subject_id>[^/]+)", r"(?P<name>[^/]+)"
ACCOUNT = "/action/user_account/%(name)s"  # where redirects and mails lead to without a front end of one's own

urlpatterns = [
    re_path(rf"^action/{_TYPE}/{_NAME}/?$", ActionView.as_view()),
    re_path(rf"^action/{_TYPE}/{_SUBJECT}/{_NAME}/?$", ActionView.as_view()),
    re_path(r"^action(?:/.*)?$", nowhere),
    re_path(rf"^webhook/{_TYPE}/{_NAME}/?$", WebhookView.as_view()),
    re_path(r"^webhook(?:/.*)?$", nowhere),
    re_path(r"^actions/?$", actions),
    re_path(r"^jsmodel/(?P<name>[^/]+)/?$", js_model),
    re_path(rf"^api/{NAME}/?$", DefinitionListView.as_view(), {"name": NAME}),
    re_path(rf"^api/{NAME}/(?P<public_id>[^/]+)/?$", DefinitionRowView.as_view(), {"name": NAME}),
    path("schemas/action.json", schema),
    path("docs/forms", guide),
    re_path(r"^auth/(?P<name>[\w-]{1,100})/?$", RedirectView.as_view(url=ACCOUNT, query_string=True)),
]
