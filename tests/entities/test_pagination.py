"""Pages of a list: by number and by cursor, their links and their totals."""

import pytest

from entities.examples.models import Todo
from entities.permissions import OWNED_ROW


@pytest.fixture
def seven(ada):
    """Seven todos, two without a day and two on the same; their titles by id, in the order of creation."""
    days = ["2024-01-03", None, "2024-01-01", "2024-01-03", None, "2024-01-02", "2024-01-04"]
    return {ada.create("todo", title=str(index), due=day)["id"]: str(index) for index, day in enumerate(days)}


def numbers(**changes):
    """What links and meta say about a page, but for the changes."""
    return {"total": 7, "per_page": 3, "current_page": 1, "last_page": 3, "from": 1, "to": 3} | changes


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(1, numbers(), id="first"),
        pytest.param(2, numbers(current_page=2, **{"from": 4, "to": 6}), id="middle"),
        pytest.param(3, numbers(current_page=3, **{"from": 7, "to": 7}), id="last"),
        pytest.param(9, numbers(current_page=9, **{"from": None, "to": None}), id="beyond"),
    ],
)
def test_a_page_says_where_it_stands(ada, seven, number, expected):
    """``meta`` and, as in the original, ``links`` have the totals."""
    page = ada.get("/api/todo", **{"page[number]": number, "page[size]": 3}).json()
    assert page["meta"] == expected
    assert expected.items() <= page["links"].items()
    assert len(page["data"]) == (expected["to"] - expected["from"] + 1 if expected["to"] else 0)


def test_ten_rows_are_a_page(ada, settings):
    """The size of a page is the settings', within their ceiling."""
    account = ada.account
    Todo.objects.bulk_create(Todo(title="x", user_account=account, permission=OWNED_ROW) for _ in range(12))
    assert len(ada.ids("/api/todo")) == 10
    settings.ENTITIES = {**settings.ENTITIES, "PAGE_SIZE": 50, "MAX_PAGE_SIZE": 11}
    assert len(ada.ids("/api/todo")) == 11
    answer = ada.get("/api/todo", **{"page[size]": 12})
    assert answer.json()["errors"][0]["detail"] == "'page[size]' may be at most 11."


def test_an_empty_list_has_one_page(ada):
    """Nothing is page 1 of 1."""
    page = ada.get("/api/todo").json()
    assert (page["data"], page["meta"]) == (
        [],
        {"total": 0, "per_page": 10, "current_page": 1, "last_page": 1, "from": None, "to": None},
    )
    assert (page["links"]["prev"], page["links"]["next"]) == (None, None)


def test_links_lead_through_all_pages(ada, seven):
    """``next`` from the first page on and ``prev`` back again show every row once, whatever else was asked."""
    url = "/api/todo?page[size]=3&sort=title&filter[done]=false"
    forth = list(walk(ada, url, "next"))
    assert [title for page in forth for title in page["titles"]] == [str(index) for index in range(7)]
    back = list(walk(ada, forth[-1]["links"]["self"], "prev"))
    assert [page["titles"] for page in back[::-1]] == [page["titles"] for page in forth]
    assert forth[0]["links"]["last"] == forth[0]["links"]["last_page_url"]
    assert titles(ada.get(forth[0]["links"]["last"]).json()) == ["6"]
    assert titles(ada.get(forth[2]["links"]["first"]).json()) == ["0", "1", "2"]


@pytest.mark.parametrize(
    "sort", ["title", "-title", "due", "-due", "due,-title", "-due,title", "done", "reference_id", ""]
)
def test_cursors_lead_through_all_rows_in_order(ada, seven, sort):
    """``page[after]`` and ``page[before]`` go through the order of numbers, equal and missing values included."""
    everything = ada.ids("/api/todo", sort=sort, **{"page[size]": 100})
    forth = ada.ids("/api/todo", sort=sort, **{"page[size]": 2})
    while rest := ada.ids("/api/todo", sort=sort, **{"page[size]": 2, "page[after]": forth[-1]}):
        forth += rest
    back = everything[-1:]
    while rest := ada.ids("/api/todo", sort=sort, **{"page[size]": 2, "page[before]": back[0]}):
        back = rest + back
    assert forth == back == everything
    assert set(everything) == set(seven)


def test_cursor_links_lead_on(ada, seven):
    """A page found by a cursor links to its neighbours by cursors."""
    first, second = ada.ids("/api/todo", sort="title")[:2]
    page = ada.get("/api/todo", sort="title", **{"page[size]": 2, "page[after]": first}).json()
    assert titles(page) == ["1", "2"]
    assert titles(ada.get(page["links"]["next"]).json()) == ["3", "4"]
    assert titles(ada.get(page["links"]["prev"]).json()) == ["0"]
    assert (page["meta"]["current_page"], page["meta"]["from"], page["meta"]["total"]) == (None, None, 7)
    start = ada.get("/api/todo", sort="title", **{"page[before]": second}).json()
    assert (titles(start), start["links"]["prev"]) == (["0"], None)
    end = ada.get("/api/todo", sort="title", **{"page[after]": list(seven)[-1]}).json()
    assert (end["data"], end["links"]["next"]) == ([], None)


def test_a_cursor_of_somebody_else_is_none(ada, bob, seven):
    """A row that one may not read cannot be asked about by its place."""
    foreign = bob.create("todo", title="b")["id"]
    assert ada.get("/api/todo", **{"page[after]": foreign}).status_code == 400


def test_links_are_uri_references_of_this_site(ada, seven):
    """Links are paths: neither the Host header nor a bracket gets into them."""
    answer = ada.client.get("/api/todo?page[size]=3", headers={"host": "localhost"})
    links = answer.json()["links"]
    assert links["next"] == "/api/todo?page%5Bsize%5D=3&page%5Bnumber%5D=2"
    assert links["next_page_url"] == links["next"]


def titles(page):
    """The titles of a page."""
    return [row["attributes"]["title"] for row in page["data"]]


def walk(api, url, direction):
    """Follow a link until it ends."""
    while url:
        page = api.get(url).json()
        yield {"titles": titles(page), "links": page["links"]}
        url = page["links"][direction]
