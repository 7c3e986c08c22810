"""Templates: rows that administrators write, filled with plain data only, whatever they say and whatever is sent."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from actions.models import Run, StoredTemplate
from actions.outbox.sending import send_due
from actions.texts import TemplateFailed, budget, find_template, rendering
from entities.authentication import issue_token
from tests.acceptance.conftest import failure

ACTION = """
Name: show
OnType: todo
Permission: {guest: [execute]}
Record: full
InFields:
  - {Name: value, ColumnType: json, IsNullable: true}
  - {Name: password, ColumnType: label, IsNullable: true, Secret: true}
OutFields:
  - Type: template.render
    Method: EXECUTE
    Reference: page
    Attributes: {template: page, value: "~value", user: "$user", request: "$request", password: "~password"}
  - {Type: todo, Method: POST, Attributes: {title: "never"}}
"""


def keep(content: str, **values: Any) -> StoredTemplate:
    """Keep a template as no form would have refused it."""
    row, _ = StoredTemplate.objects.update_or_create(name="page", defaults={"content": content, **values})
    return row


@pytest.fixture
def shown(define, post, account):
    """Return what a template answers with a value."""
    define(ACTION)

    def show(content: str, value: Any = None, **options: Any) -> str:
        keep(content, **options)
        answer = post("todo/show", {"value": value}, actor=account)
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    return show


def test_a_template_is_the_whole_answer(define, post):
    """Content, media type and headers are the row's, and the action ends with it."""
    define(ACTION)
    keep("<p>{{ value.name }} ☃</p>", headers={"X-From": "row"})
    answer = post("todo/show", {"value": {"name": "Ada"}})
    assert answer.content.decode() == "<p>Ada ☃</p>"
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["X-From"] == "row"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("{{ request.META }}{{ request.session }}", "", id="the request's environment"),
        pytest.param("{{ settings.SECRET_KEY }}", "", id="the settings"),
        pytest.param("{{ user.password }}{{ user.is_superuser }}", "", id="a password hash"),
        pytest.param("{{ user.objects }}{{ user.delete }}", "", id="a model's methods"),
        pytest.param("{{ value.text.format }}{{ value.text.upper }}", "", id="a text's methods"),
        pytest.param("{{ value.clear }}{{ value.pop }}{{ value.text }}", "a<b", id="a mapping's methods"),
        pytest.param("{{ value.number.real }}{{ value.number.to_bytes }}", "", id="a number's attributes"),
        pytest.param("{{ value.list.copy }}{{ value.list.sort }}", "", id="a list's methods"),
        pytest.param("{{ forloop }}{{ block.super }}{{ csrf_token }}", "", id="what Django adds elsewhere"),
        pytest.param("{{ value.text.0 }}{{ value.list.1 }}{{ value.list.9 }}", "ay", id="positions"),
        pytest.param("{% for k, v in value.pairs.items %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;", id="items"),
        pytest.param("{{ value.own.items }}", "mine", id="a key before a method"),
    ],
)
def test_only_data_are_reached(shown, content, text):
    """S19: no lookup leads to an object, and nothing is called."""
    value = {
        "text": "a<b",
        "number": 7,
        "list": ["x", "y"],
        "pairs": {"a": 1, "b": 2},
        "own": {"items": "mine"},
    }
    assert shown(content, value, mime_type="text/plain") == text


@pytest.mark.parametrize(
    ("mime_type", "text"),
    [
        pytest.param("text/html", "&lt;b&gt;&#x27;", id="HTML"),
        pytest.param("application/xml", "&lt;b&gt;&#x27;", id="XML"),
        pytest.param("image/svg+xml", "&lt;b&gt;&#x27;", id="SVG"),
        pytest.param("application/unheard-of", "&lt;b&gt;&#x27;", id="anything else"),
        pytest.param("text/plain", "<b>'", id="text"),
        pytest.param("application/json", "<b>'", id="JSON"),
    ],
)
def test_markup_is_escaped_by_the_media_type(shown, mime_type, text):
    """Whoever sends markup sees it as text."""
    assert shown("{{ value }}", "<b>'", mime_type=mime_type) == text


@pytest.mark.parametrize(
    ("mime_type", "sent"),
    [
        pytest.param("text/plain", "text/plain; charset=utf-8", id="no header takes its place"),
        pytest.param("text/html; charset=latin-1", "text/html; charset=utf-8", id="the encoding is ours"),
        pytest.param("application/xml;charset=UTF-7", "application/xml; charset=utf-8", id="of any kind"),
        pytest.param("text/csv; header=absent", "text/csv; header=absent", id="another parameter"),
    ],
)
def test_the_media_type_is_what_was_escaped_for(define, post, mime_type, sent):
    """What was filled as plain text is not shown as markup, also where a row is older than its form."""
    define(ACTION)
    keep("{{ value }}", mime_type=mime_type, headers={"Content-Type": "text/html", "X-From": "row"})
    answer = post("todo/show", {"value": "<b>ü"})
    assert (answer.headers["Content-Type"], answer.headers["X-From"]) == (sent, "row")


def test_what_is_sent_is_never_a_template(shown):
    """A value with tags in it is a value."""
    sent = "{{ user.email }}{% debug %}"
    assert shown("{{ value }}", sent, mime_type="text/plain") == sent


REFUSED = [
    pytest.param("a\n{% debug %}", "Line 2: There is no tag 'debug'. A template sees only", id="debug"),
    pytest.param("{% include 'x' %}", "Line 1: There is no tag 'include'. A template stands alone", id="include"),
    pytest.param("\n\n{% load log %}", "Line 3: There is no tag 'load'. Nothing is loaded", id="load"),
    pytest.param("{% extends 'x' %}", "Line 1: There is no tag 'extends'. A template stands alone", id="extends"),
    pytest.param("{% trans 'x' %}", "Line 1: There is no tag 'trans'. Keep a template for each language", id="trans"),
    pytest.param("{% url 'x' %}", "Line 1: There is no tag 'url'. A template sees only", id="url"),
    pytest.param("{% autoescape off %}", "Line 1: There is no tag 'autoescape'. The template's", id="autoescape"),
    pytest.param("{% iff x %}", "Line 1: There is no tag 'iff'. Did you mean 'if'?", id="misspelt"),
    pytest.param("{{ x|safe }}", "Line 1: There is no filter 'safe'. What comes from outside", id="safe"),
    pytest.param("{{ x|uper }}", "Line 1: There is no filter 'uper'. Did you mean 'upper'?", id="filter"),
    pytest.param("{{ x._private }}", "Line 1: Variables and attributes may not begin with", id="underscore"),
    pytest.param("{% if x %}\n{% endfor %}", "Line 2: 'endfor' does not belong here. Expected", id="wrong end"),
    pytest.param("{% endif %}", "Line 1: 'endif' does not belong here. Nothing is open.", id="end of nothing"),
    pytest.param("\n{% if x %}", "Line 2: Unclosed tag", id="not closed"),
    pytest.param("{% if x %}" * 20 + "{% endif %}" * 20, "Line 1: Tags stand more than 20 deep", id="too deep"),
    pytest.param("{% if " + "not " * 5_000 + "x %}{% endif %}", "Line 1: ", id="deep expression"),
    pytest.param("x" * (256 * 1024 + 1), "Line 1: A template has at most 262144 characters.", id="too long"),
    pytest.param("{{ x }}\n" * 5_001, "Line 5001: A template has at most 10000 parts.", id="too many parts"),
    pytest.param("{%" * 101, "Line 1: More than 100 opening brackets", id="opened and not closed"),
]


def create(client: Client, actor: Any, **attributes: Any) -> Any:
    """Post a row over the API."""
    data = {"data": {"type": "template", "attributes": {"name": "page", **attributes}}}
    headers = {"Authorization": f"Bearer {issue_token(actor)}"} if actor else {}
    return client.post("/api/template", json.dumps(data), content_type="application/vnd.api+json", headers=headers)


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_the_api_refuses_what_cannot_be_used(client, administrator, content, message):
    """S19: 422 on the field, with the line and a hint, quickly; nothing is stored."""
    started = time.perf_counter()
    answer = create(client, administrator, content=content)
    assert time.perf_counter() - started < 2
    assert answer.status_code == 422, answer.content
    (error,) = answer.json()["errors"]
    assert error["source"]["pointer"] == "/data/attributes/content"
    assert message[0].lower() + message[1:] in error["detail"]
    assert not StoredTemplate.objects.exists()


@pytest.mark.parametrize(("content", "message"), [REFUSED[0], REFUSED[1], REFUSED[7]])
def test_the_admin_refuses_it_too(client, administrator, content, message):
    """As an error of the form's field."""
    client.force_login(administrator)
    form = {"name": "page", "content": content, "mime_type": "text/html", "headers": "{}"}
    answer = client.post("/admin/actions/storedtemplate/add/", form)
    (error,) = answer.context["adminform"].form.errors["content"]
    assert error.startswith(message)
    assert not StoredTemplate.objects.exists()


@pytest.mark.parametrize(("content", "message"), REFUSED[:4])
def test_what_was_stored_by_another_way_is_refused_when_it_is_used(define, post, content, message):
    """The name and the line are told, never the text."""
    define(ACTION)
    keep(content)
    told = failure(post("todo/show", {}))
    line = message.split(":")[0].removeprefix("Line ")
    assert told["code"] == "template_failed"
    assert told["message"] == f"The template 'page' cannot be read (line {line})."
    assert told["outcome"] == {"index": 0, "reference": "page"}


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({"content": "x", "headers": {"Set-Cookie": "a=b"}}, "headers"),
        ({"content": "x", "headers": {"X": "a\r\nY: b"}}, "headers"),
        ({"content": "x", "headers": ["X"]}, "headers"),
        ({"content": "x", "headers": {"content-Type": "text/html"}}, "headers"),
        ({"content": "x", "mime_type": "text/html\r\nX: y"}, "mime_type"),
        ({"content": "x", "name": "a\nb"}, "name"),
    ],
)
def test_headers_and_media_types_are_those_that_http_allows(client, administrator, attributes, field):
    """When the row is saved, not when somebody is answered."""
    answer = create(client, administrator, **attributes)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["source"]["pointer"] == f"/data/attributes/{field}"


def test_only_administrators_write_and_read_them(client, account, administrator):
    """Over the API and in the admin; staff is not enough."""
    assert create(client, None, content="x").status_code == 401
    assert create(client, account, content="x").status_code in (403, 404)
    assert create(client, administrator, content="x").status_code == 201
    headers = {"Authorization": f"Bearer {issue_token(account)}"}
    assert client.get("/api/template", headers=headers).status_code in (403, 404)
    account.is_staff = True
    account.save()
    client.force_login(account)
    assert client.get("/admin/actions/storedtemplate/").status_code == 403
    assert client.get("/admin/actions/statement/").status_code == 403


HUGE = "{% for a in value %}" * 3
END = "{% endfor %}" * 3


@pytest.mark.parametrize(
    ("content", "value"),
    [
        pytest.param(f"{HUGE}{END}", list(range(5_000)), id="nested loops that do nothing"),
        pytest.param(f"{HUGE}x{END}", list(range(5_000)), id="nested loops"),
        pytest.param(
            "{% with a=value|add:value %}{% with b=a|add:a %}{% with c=b|add:b %}{{ c|add:c }}"
            "{% endwith %}{% endwith %}{% endwith %}",
            "x" * 200_000,
            id="doubling",
        ),
        pytest.param("{% for a in value %}{{ value }}{% endfor %}", list(range(5_000)), id="much text"),
        pytest.param("{{ value|join:value }}", list(range(5_000)), id="joined by itself"),
        pytest.param('{{ value|center:"1001" }}', "x", id="a wide field"),
        pytest.param('{{ value|floatformat:"31" }}', 1.5, id="many places"),
        pytest.param("{{ value|make_list }}", "x" * 10_001, id="many letters"),
        pytest.param(
            "{% for a in value %}{% regroup value by x as g %}{% cycle value value as c silent %}{% endfor %}",
            list(range(9_000)),
            id="regrouped again and again",
        ),
    ],
)
def test_every_template_ends(define, post, monkeypatch, content, value):
    """Time and size are bounded, whatever is multiplied by what; nothing was written."""
    monkeypatch.setattr(budget, "SECONDS", 0.3)
    define(ACTION)
    keep(content)
    started = time.perf_counter()
    told = failure(post("todo/show", {"value": value}))
    assert time.perf_counter() - started < 3
    assert (told["code"], told["message"].startswith("The template 'page' ")) == ("template_over_budget", True)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{{ value|date:"d.m.Y H:i" }}', "01.02.2024 10:30"),
        ('{{ "2024-02-30"|date }}{{ "x"|date }}', ""),
        ("{{ 7|add:5 }}{{ 'a'|add:'b' }}", "12ab"),
        ('{{ 3.14159|floatformat:2 }}{{ 5|stringformat:"03d" }}', "3.14005"),
        ('{{ 5|stringformat:"999999999d" }}', ""),
        ('{% if value > "2023" %}yes{% else %}no{% endif %}', "yes"),
        ("{% verbatim %}{{ x }}{% endverbatim %}{# no #}{% comment %}{{ no }}{% endcomment %}", "{{ x }}"),
        ('{% templatetag openblock %}{% firstof no "yes" %}{% widthratio 50 100 10 %}', "{%yes5"),
        ('{% for c in "abc" %}{% cycle "1" "2" %}{{ forloop.counter }}{% endfor %}', "112213"),
        ("{% spaceless %}<p> <b>x</b> </p>{% endspaceless %}", "<p><b>x</b></p>"),
    ],
)
def test_tags_and_filters_do_what_they_are_known_for(shown, content, text):
    """Django's own, on plain data; a moment is a text in ISO 8601."""
    assert shown(content, "2024-02-01T10:30:00Z", mime_type="text/plain") == text


def test_lists_are_grouped_and_sorted(shown):
    """What regroup makes is read like data."""
    rows = [{"k": "b", "v": 1}, {"k": "a", "v": 2}, {"k": "b", "v": 3}]
    content = (
        '{% regroup value|dictsort:"k" by k as groups %}'
        "{% for group in groups %}{{ group.grouper }}:{% for row in group.list %}{{ row.v }}{% endfor %} {% endfor %}"
    )
    assert shown(content, rows) == "a:2 b:13 "


def test_a_failing_template_tells_its_line_and_no_value(define, post):
    """The value that it failed with is not in the answer."""
    define(ACTION)
    keep("a\n{{ value|divisibleby:0 }}")
    told = failure(post("todo/show", {"value": "s3cr3t"}))
    assert told["code"] == "template_failed"
    assert told["message"] == "The template 'page' fails with these data (line 2)."
    assert "s3cr3t" not in str(told)


def test_a_template_is_compiled_once_for_each_text(shown, monkeypatch):
    """Another text is seen at once; the same one is not compiled again."""
    compiled = []
    original = rendering.Form.compile_nodelist
    monkeypatch.setattr(rendering.Form, "compile_nodelist", lambda self: compiled.append(1) or original(self))
    assert [shown("one of these {{ value }}", number) for number in (1, 2)] == ["one of these 1", "one of these 2"]
    assert len(compiled) == 1
    assert shown("another of these", 1) == "another of these"
    assert len(compiled) == 2


MAILED = """
Name: mail
OnType: todo
Permission: {guest: [execute]}
InFields: [{Name: name, ColumnType: label}]
OutFields:
  - {Type: template.render, Method: EXECUTE, Reference: mail, Attributes: {template: page, as: text, name: "~name"}}
  - {Type: mail.send, Method: EXECUTE, Attributes: {to: "a@example.org", subject: "Hi", body: "$mail.content"}}
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {type: "$mail.mime_type"}}
"""


def test_a_text_goes_into_a_mail(define, post):
    """As text the operation answers nothing, and the action goes on."""
    define(MAILED)
    keep("Dear {{ name }} & all", mime_type="text/plain")
    answer = post("todo/mail", {"name": "Ada <3"})
    assert answer.json() == [{"ResponseType": "said", "Attributes": {"type": "text/plain", "__type": "said"}}]
    send_due()
    assert mail.outbox[0].body == "Dear Ada <3 & all"


def test_an_unknown_template_is_named(define, post):
    """At run; when it is loaded it was a warning."""
    define(ACTION)
    told = failure(post("todo/show", {}))
    assert (told["code"], told["message"]) == ("template_failed", "No template 'page'.")


@pytest.mark.parametrize("name", ["x" * 101, "a\x00b", "\ud800", "é"])
def test_what_is_no_name_is_the_name_of_nothing(transactional_db, name):
    """No database is asked for it, and none that is cut is found."""
    StoredTemplate.objects.create(name="x" * 100, content="never")
    with pytest.raises(TemplateFailed):
        find_template(name)


BOTH = """
Name: both
OnType: todo
Permission: {guest: [execute]}
InFields: [{Name: text, ColumnType: content}]
OutFields:
  - {Type: template, Method: POST, SkipInResponse: true, Attributes: {name: new, content: "~text"}}
  - {Type: template.render, Method: EXECUTE, Attributes: {template: new, n: 7}}
"""


def test_a_template_of_the_same_action_is_there(define, post):
    """What waits to be written is written before it is looked for."""
    define(BOTH)
    assert post("todo/both", {"text": "Hi {{ n }}"}).content == b"Hi 7"


def test_a_trace_has_no_rendered_secret(define, post, administrator):
    """Neither as it was sent nor in base64, nor in a dry run, which leaves nothing."""
    define(ACTION)
    keep("{{ password }}")
    answer = post("todo/show?dry_run=true", {"password": "s3cr3t-word"}, actor=administrator)
    encoded = base64.b64encode(b"s3cr3t-word").decode()
    assert answer.status_code == 200
    assert not Run.objects.exists()
    assert post("todo/show", {"password": "s3cr3t-word"}).content == b"s3cr3t-word"
    kept = str(list(Run.objects.values()))
    for text in (answer.content.decode(), kept):
        assert "s3cr3t-word" not in text
        assert encoded not in text
        assert '"template": "page"' in text or '"template":"page"' in text
