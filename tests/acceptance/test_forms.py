"""An action as a page, as a browser without scripts meets it: the form, its mistakes, and where it leads."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entities.authentication import issue_token
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.servers import Home

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PASSWORD = "correct-horse-battery"
ADA = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "passwordConfirm": PASSWORD}
EVERYTHING = """
Name: everything
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: title, ColumnType: label, ColumnDescription: "<b>What</b> is it?"}
  - {Name: shade, ColumnType: color, IsNullable: true}
  - {Name: day, ColumnType: date, IsNullable: true}
  - {Name: at, ColumnType: datetime, IsNullable: true}
  - {Name: stars, ColumnType: rating, DefaultValue: 3}
  - {Name: price, ColumnType: money, IsNullable: true}
  - {Name: size, ColumnType: enum, Options: [{Value: s, Label: Small}, {Value: l, Label: Large}]}
  - {Name: land, ColumnType: enum, IsNullable: true, Options: [de, es, fr, it, pl]}
  - {Name: terms, ColumnType: truefalse}
  - {Name: news, ColumnType: truefalse, DefaultValue: true}
  - {Name: mail, ColumnType: email, IsNullable: true}
  - {Name: text, ColumnType: content, IsNullable: true}
  - {Name: papers, ColumnType: file.pdf|txt, IsNullable: true}
  - {Name: source, ColumnType: hidden, IsNullable: true}
  - {Name: nick, ColumnType: label, IsNullable: true}
  - {Name: secret, ColumnType: password, IsNullable: true}
Validations:
  - {ColumnName: terms, Tags: required}
  - {ColumnName: nick, Tags: "omitempty,alphanum,min=2,max=9"}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: "!JSON.stringify(attributes)"}
"""


def answering(*outcomes: str, name: str = "answer") -> str:
    """Return a definition that guests may execute, with these outcomes."""
    body = "".join(f"  - {outcome}\n" for outcome in outcomes)
    return (
        f"Name: {name}\nOnType: todo\nInstanceOptional: true\nPermission: {{guest: [execute]}}\n"
        f"InFields:\n  - {{Name: title, ColumnType: label}}\nOutFields:\n{body}"
    )


def directive(name: str, attributes: str) -> str:
    """Return one outcome that answers."""
    return f"{{Type: {name}, Method: ACTIONRESPONSE, Attributes: {{{attributes}}}}}"


NOTIFY = directive("client.notify", 'type: success, title: Well, message: "Hello $title"')


class Tags(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, name: str) -> dict[str, str | None]:
        """Return the attributes of the first control of that name, with its tag."""
        return next({**attributes, "tag": tag} for tag, attributes in self.found if attributes.get("name") == name)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every such tag."""
        return [attributes for found, attributes in self.found if found == tag]


@pytest.fixture
def browser() -> Client:
    """A browser without scripts, on a page of this site."""
    return Client(headers={"Accept": BROWSER, "Sec-Fetch-Site": "same-origin"}, raise_request_exception=False)


def page(response: Any) -> Tags:
    """Return what a page is made of."""
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return Tags(response.content.decode())


def test_a_browser_gets_a_form_and_a_program_the_description(browser: Client, examples: None) -> None:
    """The same address, by what the client says that it takes; neither is kept for the other."""
    shown, described = browser.get("/action/user_account/signup"), Client().get("/action/user_account/signup")
    assert [item.get("action") for item in page(shown).all("form")] == ["/action/user_account/signup"]
    assert described.json()["inputs"]["required"] == ["name", "email", "password", "passwordConfirm"]
    assert "Accept" in shown["Vary"]
    assert "Accept" in described["Vary"]
    assert shown["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("*/*", id="anything"),
        pytest.param("application/json, text/plain, */*", id="axios"),
        pytest.param("application/json, text/html", id="json-first"),
        pytest.param("text/html;q=0.5, application/json", id="html-less"),
        pytest.param("text/*", id="no-name"),
        pytest.param("\x00;;=text/html;q=zz", id="nonsense"),
    ],
)
def test_a_client_that_does_not_prefer_html_gets_json(accept: str, examples: None) -> None:
    """A form that a program posts is answered as before."""
    answer = Client(headers={"Accept": accept}).post("/action/user_account/signup", {"name": "x"})
    assert answer.status_code == 422
    assert answer.json()[0]["Attributes"]["code"] == "invalid_input"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("title", {"type": "text", "required": None, "maxlength": "100"}, id="text"),
        pytest.param("shade", {"type": "text"}, id="optional-colour"),
        pytest.param("day", {"type": "date"}, id="date"),
        pytest.param("at", {"type": "datetime-local"}, id="datetime"),
        pytest.param("stars", {"type": "number", "min": "0", "max": "10", "step": "1", "value": "3"}, id="number"),
        pytest.param("price", {"type": "number", "step": "any"}, id="money"),
        pytest.param("size", {"type": "radio", "value": "s", "required": None}, id="radio"),
        pytest.param("land", {"tag": "select"}, id="select"),
        pytest.param("terms", {"type": "checkbox", "required": None}, id="box-that-must-be-ticked"),
        pytest.param("news", {"type": "checkbox", "checked": None}, id="ticked-box"),
        pytest.param("mail", {"type": "email", "autocomplete": "email"}, id="email"),
        pytest.param("text", {"tag": "textarea"}, id="textarea"),
        pytest.param("papers", {"type": "file", "accept": ".pdf,.txt", "multiple": None}, id="file"),
        pytest.param("source", {"type": "hidden"}, id="hidden"),
        pytest.param("secret", {"type": "password"}, id="password"),
    ],
)
def test_every_column_type_has_its_control(
    name: str, expected: dict[str, str | None], browser: Client, define: Callable[[str], None]
) -> None:
    """Kind, limits and required marks are those that the action checks."""
    define(EVERYTHING)
    control = page(browser.get("/action/todo/everything")).named(name)
    assert {key: control.get(key, "-") for key in expected} == expected
    assert "required" in expected or "required" not in control


def test_labels_help_and_errors_are_tied_to_their_controls(browser: Client, define: Callable[[str], None]) -> None:
    """Every id that is referred to exists once; every control that is seen has a label or a legend."""
    define(EVERYTHING)
    tags = page(browser.post("/action/todo/everything", {"nick": "#"}))
    assert not tags.all("b")  # the markup of the description is text
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = [word for _, item in tags.found for word in (item.get("aria-describedby") or "").split()]
    assert set(referred) | {item.get("for") for item in tags.all("label")} <= set(ids)
    assert tags.named("title")["aria-describedby"] == "id_f0_helptext id_f0_error"
    assert tags.named("title")["aria-invalid"] == "true"
    assert "autofocus" in tags.named("title")
    assert "autofocus" not in tags.named("nick")


def test_mistakes_are_told_beside_their_fields_and_values_are_kept(browser: Client, examples: None) -> None:
    """But never a password; and what was entered is text, whatever it looks like."""
    hostile = '"><script>alert(1)</script>'
    answer = browser.post(
        "/action/user_account/signup", {**ADA, "email": "nobody", "name": hostile, "password": "short"}
    )
    assert answer.status_code == 422
    tags = page(answer)
    assert tags.named("name")["value"] == hostile
    assert tags.named("email")["value"] == "nobody"
    assert "value" not in tags.named("password")
    assert PASSWORD not in answer.content.decode()
    assert "short" not in answer.content.decode()
    assert "Please enter an e-mail address, such as name@example.org.</p>" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert UserAccount.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "label", "sentence", "told"),
    [
        pytest.param(
            "de-AT,de;q=0.9", "Passwort bestätigen", "Bitte füllen Sie dieses Feld aus.", "Registrierung", id="de"
        ),
        pytest.param("es", "Confirmar la contraseña", "Rellene este campo.", "Registro completado", id="es"),
        pytest.param("xx,en;q=0.1", "Password Confirm", "Please fill this in.", "Signup Successful", id="en"),
        pytest.param("\x00" * 5000, "Password Confirm", "Please fill this in.", "Signup Successful", id="nonsense"),
    ],
)
def test_labels_and_messages_are_in_the_readers_language(
    language: str, label: str, sentence: str, told: str, browser: Client, examples: None
) -> None:
    """What a catalog has; and what was told is told in it on the next page."""
    refused = browser.post("/action/user_account/signup", {"name": "Ada"}, headers={"Accept-Language": language})
    text = refused.content.decode()
    assert label in text
    assert f"{sentence}</p>" in text
    browser.post("/action/user_account/signup", ADA, headers={"Accept-Language": language})
    assert told in browser.get("/action/user_account/signin").content.decode()


def test_success_is_told_on_the_page_that_it_leads_to_once(browser: Client, examples: None) -> None:
    """303 to the redirect; without a front end of one's own to the form for signing in, and then to the docs."""
    answer = browser.post("/action/user_account/signup", ADA)
    assert (answer.status_code, answer["Location"]) == (303, "/auth/signin")
    signin = browser.get("/auth/signin", follow=True)
    assert signin.redirect_chain == [("/action/user_account/signin", 302)]
    assert "Success: Signup Successful" in signin.content.decode()
    assert "Success: Signup" not in browser.get("/action/user_account/signin").content.decode()
    answer = browser.post("/action/user_account/signin", {"email": ADA["email"], "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert answer.cookies["token"]["samesite"] == "Strict"
    assert "Success: Logged in" in browser.get("/docs").content.decode()
    assert "Success: Logged in" not in browser.get("/docs").content.decode()


HUSH = """
Name: hush
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: title, ColumnType: label, DefaultValue: shown-title}
  - {Name: password, ColumnType: password, DefaultValue: canary-default}
  - {Name: pin, ColumnType: measurement, Secret: true, DefaultValue: 77337733}
  - {Name: choice, ColumnType: enum, Options: [a, b]}
OutFields:
  - {Type: said, Method: ACTIONRESPONSE, Attributes: {right: "!pin === 77337733 && password === 'canary-default'"}}
"""


def test_secrets_are_in_no_page_and_no_description(browser: Client, define: Callable[[str], None]) -> None:
    """Neither a default that counts where nothing was sent, nor what was proposed or typed before a mistake."""
    define(HUSH)
    assert browser.post("/action/todo/hush", {"choice": "a"}, headers={"accept": "application/json"}).json() == [
        {"ResponseType": "said", "Attributes": {"right": True, "__type": "said"}}
    ]
    pages = [
        *(browser.get(path, headers={"accept": "application/json"}) for path in ("/action/todo/hush", "/openapi.json")),
        *(browser.get(path) for path in ("/action/todo/hush", "/action/todo/hush?pin=55115511&password=canary-asked")),
        browser.post("/action/todo/hush", {"choice": "c", "pin": "55115511", "password": "canary-typed"}),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 422]
    texts = [page.content.decode() for page in pages]
    assert ["shown-title" in text for text in texts] == [True, True, True, True, False]
    assert [text for text in texts for word in ("canary", "77337733", "55115511") if word in text] == []


def test_what_a_browser_leaves_out_is_meant(browser: Client, define: Callable[[str], None]) -> None:
    """An open box is false, even where the default is true; an optional text that was left empty was not sent."""
    define(EVERYTHING)
    empty = {
        "shade": "",
        "day": "",
        "mail": "",
        "text": "",
        "nick": "",
        "land": "",
        "secret": "",
        "at": "2026-01-02T03:04",
    }
    sent = {"title": "T", "stars": "4", "size": "s", "terms": "on", **empty}
    text = browser.post("/action/todo/everything", sent).content.decode()
    for part in ("&quot;news&quot;:false", "&quot;terms&quot;:true", "&quot;at&quot;:&quot;2026-01-02T03:04:00Z&quot;"):
        assert part in text
    for name in ("shade", "day", "mail", "text", "nick", "land", "secret"):
        assert f"&quot;{name}&quot;" not in text
    assert (
        "&quot;terms&quot;:false" not in browser.post("/action/todo/everything", {**sent, "terms": ""}).content.decode()
    )


def test_a_file_is_sent_by_a_form(browser: Client, define: Callable[[str], None]) -> None:
    """The form says multipart, and its field takes a file."""
    define(EVERYTHING)
    assert page(browser.get("/action/todo/everything")).all("form")[0]["enctype"] == "multipart/form-data"
    file = SimpleUploadedFile("a.txt", b"hello", "text/plain")
    sent = {"title": "T", "size": "s", "terms": "on", "papers": file}
    assert base64.b64encode(b"hello").decode() in browser.post("/action/todo/everything", sent).content.decode()
    sent["papers"] = SimpleUploadedFile("a.exe", b"hello")
    assert browser.post("/action/todo/everything", sent).status_code == 422


def test_what_the_address_proposes_is_filled_in(browser: Client, examples: None) -> None:
    """Defaults give way to it; a secret is never taken from there, nor a name that is no input's."""
    tags = page(browser.get("/action/user_account/signup?name=%3Ci%3E&password=x&other=1"))
    assert tags.named("name")["value"] == "<i>"
    assert "value" not in tags.named("password")
    assert "other" not in [item.get("name") for item in tags.all("input")]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        pytest.param("/action/user_account/nothing", 404, "There is nothing here", id="unknown"),
        pytest.param("/action/a/b/c/d", 404, "There is nothing here", id="nowhere"),
        pytest.param("/action/user_account/change-password", 401, "Please sign in first.", id="guest"),
        pytest.param("/action/todo/hidden", 401, "Please sign in first.", id="hidden-from-guests"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_gets_a_page_that_says_so(
    method: str, path: str, status: int, sentence: str, browser: Client, examples: None, define: Callable[[str], None]
) -> None:
    """With the status, and for a guest the way to sign in."""
    define("{Name: hidden, OnType: todo, Permission: {}, OutFields: [" + NOTIFY.replace("$title", "you") + "]}")
    answer = getattr(browser, method)(path)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert ("/action/user_account/signin" in answer.content.decode()) == (status == 401)
    assert not page(answer).all("form")


def test_an_instance_is_named_by_the_address(browser: Client, examples: None, account: UserAccount) -> None:
    """``?instance=`` gives a form for that row, and only one that the actor may act on; a cookie says who that is."""
    browser.cookies["token"] = issue_token(account)
    assert browser.get("/action/user_account/rename").status_code == 422
    for foreign in ("0" * 36, "%00", "..%2F..", "%F0%9F%98%80", "1" * 5000):
        assert browser.get(f"/action/user_account/rename?instance={foreign}").status_code == 404
    other = UserAccount.objects.create_user("eve@example.org", PASSWORD, name="Eve")
    assert browser.get(f"/action/user_account/rename?instance={other.pk}").status_code == 404
    shown = browser.get(f"/action/user_account/rename?instance={account.pk}")
    (form,) = page(shown).all("form")
    assert form["action"] == f"/action/user_account/{account.pk}/rename"
    answer = browser.post(str(form["action"]), {"name": "Countess"})
    assert "Hello, Countess." in answer.content.decode()


def test_a_page_of_another_site_gets_no_cookie_and_acts_for_nobody(browser: Client, examples: None) -> None:
    """Its form is a guest's, and signs nobody's browser in; with the cookie of somebody it is refused."""
    browser.post("/action/user_account/signup", ADA)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    sent = {"email": ADA["email"], "password": PASSWORD}
    answer = browser.post("/action/user_account/signin", sent, headers=foreign)
    assert answer.status_code == 303
    assert "token" not in answer.cookies
    browser.cookies["token"] = issue_token(UserAccount.objects.get())
    answer = browser.post("/action/user_account/signin", sent, headers=foreign)
    assert answer.status_code == 403
    assert "You may not do this." in answer.content.decode()


def test_a_browser_that_says_nothing_of_itself_shows_the_token_of_the_page(examples: None) -> None:
    """Neither ``Sec-Fetch-Site`` nor ``Origin``: the form's own token proves that the page is ours."""
    old = Client(headers={"Accept": BROWSER}, enforce_csrf_checks=True)
    token = str(page(old.get("/action/user_account/signup")).named("csrfmiddlewaretoken")["value"])
    old.post("/action/user_account/signup", {**ADA, "csrfmiddlewaretoken": token})
    sent = {"email": ADA["email"], "password": PASSWORD}
    assert "token" not in old.post("/action/user_account/signin", sent).cookies
    assert "token" in old.post("/action/user_account/signin", {**sent, "csrfmiddlewaretoken": token}).cookies


def test_a_double_click_has_one_effect(browser: Client, define: Callable[[str], None]) -> None:
    """The page carries a key; what is changed after going back is another request."""
    define(answering("{Type: todo, Method: POST, Attributes: {title: ~title}}", NOTIFY))
    key = str(page(browser.get("/action/todo/answer")).named("Idempotency-Key")["value"])
    for title in ("one", "one", "two", "one"):
        answer = browser.post("/action/todo/answer", {"title": title, "Idempotency-Key": key})
        assert f"Hello {title}" in answer.content.decode()
    assert sorted(Todo.objects.values_list("title", flat=True)) == ["one", "two"]
    assert key != page(browser.get("/action/todo/answer")).named("Idempotency-Key")["value"]
    assert browser.post("/action/todo/answer", {"title": "x", "Idempotency-Key": "\n" * 300}).status_code == 400


def test_data_for_the_visitor_is_shown(browser: Client, define: Callable[[str], None]) -> None:
    """What the author answers with besides directives and rows; no script takes it away, and markup in it is text."""
    data = directive("key", 'recovery_codes: ["<b>", "two"], at: {x: 1}, none: null')
    define(answering("{Type: todo, Method: POST, Attributes: {title: ~title}}", data))
    assert "data-action" not in page(browser.get("/action/todo/answer")).all("form")[0]
    text = browser.post("/action/todo/answer", {"title": "a row"}, headers={"Accept-Language": "de"}).content.decode()
    shown = ["Wiederherstellungscodes", "&lt;b&gt;", "two", "At", "{&quot;x&quot;:1}"]
    assert re.findall(r"<d[td]>(?:<code>)?(.*?)(?:</code>)?</d[td]>", text) == shown
    assert "a row" not in text


SLOW = answering(
    "{Type: todo, Method: POST, Reference: made, Attributes: "
    '{title: "!const end = Date.now() + 400; while (Date.now() < end); title"}}',
    directive("client.notify", 'type: success, message: "Made $made.reference_id."'),
)


def test_the_second_click_gets_the_answer_of_the_first(home: Home) -> None:
    """Both arrive while the first is worked on: the browser shows what came of it, and there is one row."""
    (home.folder / "slow.yaml").write_text(SLOW, encoding="utf-8")
    sent = {"data": {"title": "x", "Idempotency-Key": "abc"}, "headers": {"Accept": "text/html"}}
    with home.with_settings(ACTIONS_PATH="slow.yaml").start("--workers", "1") as server, ThreadPoolExecutor() as pool:
        clicks = [pool.submit(server.post, "/action/todo/answer", **sent) for _ in range(3)]
        answers = [click.result() for click in clicks]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({re.findall(r"Made [0-9a-f-]{36}\.", answer.text)[0] for answer in answers}) == 1


def test_directives_are_shown_in_order(browser: Client, define: Callable[[str], None]) -> None:
    """Notices with their headings; markup in them is text."""
    define(answering(NOTIFY, directive("client.notify", 'type: error, message: "<i>second</i>"')))
    text = browser.post("/action/todo/answer", {"title": "<b>"}).content.decode()
    assert text.index("Hello &lt;b&gt;") < text.index("&lt;i&gt;second")
    assert "<strong>Well</strong>" in text


def test_a_file_is_served_as_the_answer(browser: Client, define: Callable[[str], None]) -> None:
    """To be saved, never opened on our site, under a name that is only a name."""
    attributes = 'content: aGVsbG8=, name: "~title", contentType: text/html'
    define(answering(NOTIFY, directive("client.file.download", attributes)))
    answer = browser.post("/action/todo/answer", {"title": 'a"; filename=b.html'})
    assert answer.content == b"hello"
    assert answer["Content-Disposition"] == r'attachment; filename="a\"; filename=b.html"'
    refused = browser.post("/action/todo/answer", {"title": 'a"\r\nX-Evil: 1\r\n.html'})
    assert refused.status_code == 422
    assert "X-Evil" not in refused
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        pytest.param("key: lang, value: de", "lang=de; Path=/; SameSite=Lax", id="plain"),
        pytest.param(
            'key: lang, value: "de; Max-Age=60; Secure; SameSite=none"',
            "lang=de; Max-Age=60; Path=/; SameSite=None; Secure",
            id="attributes",
        ),
        pytest.param("key: sessionid, value: stolen", "", id="session"),
        pytest.param("key: csrftoken, value: stolen", "", id="csrf"),
        pytest.param('key: "a b", value: x', "", id="bad-name"),
        pytest.param(
            'key: a, value: "x; Path=/\\r\\nX-Evil: 1; Domain=example.org"', "a=x; Path=/; SameSite=Lax", id="split"
        ),
    ],
)
def test_cookies_are_set_as_told_and_never_the_sites_own(
    cookie: str, expected: str, browser: Client, define: Callable[[str], None]
) -> None:
    """No attribute splits a header, names a domain or outlives its bound."""
    define(answering(directive("client.cookie.set", cookie)))
    answer = browser.post("/action/todo/answer", {"title": "x"})
    assert answer.status_code == 200
    written = {name: morsel.OutputString() for name, morsel in answer.cookies.items()}
    written = {
        name: "; ".join(part for part in text.split("; ") if "expires" not in part) for name, text in written.items()
    }
    assert list(written.values()) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"%ff=1", "application/x-www-form-urlencoded", 400, id="not-utf-8"),
        pytest.param(b"\xff\xff", "multipart/form-data; boundary=x", 400, id="no-parts"),
        pytest.param(b"title=%00", "application/x-www-form-urlencoded", 422, id="nul"),
        pytest.param(b"title=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", 413, id="too-large"),
        pytest.param(
            b"&".join(b"a%d=1" % at for at in range(1100)), "application/x-www-form-urlencoded", 413, id="many"
        ),
        pytest.param(b"<a/>", "text/xml", 415, id="xml"),
        pytest.param(b"title=x&other=%3Cscript%3E", "application/x-www-form-urlencoded", 422, id="unknown"),
    ],
)
def test_hostile_bodies_are_refused_with_a_page(
    body: bytes, kind: str, status: int, browser: Client, define: Callable[[str], None]
) -> None:
    """Whatever was sent, the answer is a form again, and nothing of it is markup."""
    define(answering("{Type: todo, Method: POST, Attributes: {title: ~title}}"))
    answer = browser.post("/action/todo/answer", body, content_type=kind)
    assert answer.status_code == status
    assert page(answer).all("form")
    assert b"<script>" not in answer.content


def test_a_rate_limit_keeps_what_was_entered(browser: Client, define: Callable[[str], None]) -> None:
    """The visitor waits, and sends it again."""
    define(answering(NOTIFY).replace("InFields", "RateLimit: 1/hour\nInFields"))
    browser.post("/action/todo/answer", {"title": "x"})
    answer = browser.post("/action/todo/answer", {"title": "kept"})
    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    assert page(answer).named("title")["value"] == "kept"
    assert "That was too often." in answer.content.decode()


def test_a_page_that_an_action_renders_is_the_answer(browser: Client, define: Callable[[str], None]) -> None:
    """As it is, with its own media type."""
    define(answering(directive("render", "content: PGI+, mime_type: text/html")))
    answer = browser.post("/action/todo/answer", {"title": "x"})
    assert (answer.content, answer["Content-Type"]) == (b"<b>", "text/html")
