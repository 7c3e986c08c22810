"""Bodies are unpacked in bounded memory; what was not asked for is left as it is."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.outbound import Limits, Request, ResponseTooLarge, UpstreamFailed, fetch
from actions.outbound.unpacking import read_body
from tests.upstreams import Upstream, answer, bomb, gzip_bomb

TEXT = b"as it was meant " * 20
ROOT = Path(__file__).resolve().parents[3]


def raw_deflate(data: bytes) -> bytes:
    """Return deflate without the zlib format around it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed", "body"),
    [
        pytest.param("gzip", gzip.compress(TEXT), TEXT, id="gzip"),
        pytest.param(" GZIP ", gzip.compress(TEXT), TEXT, id="capitals"),
        pytest.param("x-gzip", gzip.compress(TEXT), TEXT, id="x-gzip"),
        pytest.param("gzip", gzip.compress(TEXT) + gzip.compress(b"more"), TEXT + b"more", id="two-members"),
        pytest.param("gzip", gzip.compress(b""), b"", id="gzip-of-nothing"),
        pytest.param("gzip", b"", b"", id="nothing-at-all"),
        pytest.param("deflate", zlib.compress(TEXT), TEXT, id="deflate"),
        pytest.param("deflate", raw_deflate(TEXT), TEXT, id="raw-deflate"),
        pytest.param("identity", TEXT, TEXT, id="identity"),
        pytest.param("br", b"\x0b\x02\x80hello\x03", b"\x0b\x02\x80hello\x03", id="br-is-left"),
        pytest.param("zstd", b"\x28\xb5", b"\x28\xb5", id="zstd-is-left"),
        pytest.param("gzip, gzip", gzip.compress(TEXT), gzip.compress(TEXT), id="twice-is-left"),
    ],
)
def test_a_body_is_unpacked(upstream: Upstream, encoding: str, packed: bytes, body: bytes) -> None:
    """The headers stay as they came."""
    upstream.answers(answer(200, packed, headers={"Content-Encoding": encoding}))
    response = fetch(Request("GET", upstream.url))
    assert response.body == body
    assert response.headers["content-encoding"] == encoding.strip()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        pytest.param("gzip", TEXT, id="no-gzip"),
        pytest.param("gzip", gzip.compress(TEXT)[:-4], id="cut"),
        pytest.param("gzip", gzip.compress(TEXT) + b"tail", id="something-behind-it"),
        pytest.param("gzip", gzip.compress(TEXT)[:-8] + bytes(8), id="wrong-sum"),
        pytest.param("deflate", b"\xff" * 9, id="no-deflate"),
        pytest.param("deflate", zlib.compress(TEXT)[:-4] + bytes(4), id="wrong-sum-of-deflate"),
        pytest.param("deflate", zlib.compress(TEXT) * 2, id="deflate-twice"),
        pytest.param("gzip", gzip.compress(b"") * 1001, id="too-many-members"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_a_failure(upstream: Upstream, encoding: str, packed: bytes) -> None:
    """Nobody goes on with a part of it."""
    upstream.answers(answer(200, packed, headers={"Content-Encoding": encoding}))
    with pytest.raises(UpstreamFailed, match=r"^The other server's answer cannot be read\.$"):
        fetch(Request("GET", upstream.url))


@pytest.mark.parametrize(("most", "fits"), [(5000, True), (4999, False)], ids=["most", "one-more"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_comes_out_has_a_size(upstream: Upstream, encoding: str, most: int, fits: bool) -> None:
    """Exactly so many bytes, although few travel."""
    packed = gzip.compress(bytes(5000)) if encoding == "gzip" else zlib.compress(bytes(5000))
    upstream.answers(answer(200, packed, headers={"Content-Encoding": encoding}))
    if fits:
        assert fetch(Request("GET", upstream.url), Limits(most_bytes=most)).body == bytes(5000)
    else:
        with pytest.raises(ResponseTooLarge):
            fetch(Request("GET", upstream.url), Limits(most_bytes=most))


def test_what_travels_has_a_size(upstream: Upstream) -> None:
    """Also where less comes out of it."""
    packed = gzip.compress(b"") * 100
    upstream.answers(answer(200, packed, headers={"Content-Encoding": "gzip"}))
    assert fetch(Request("GET", upstream.url), Limits(most_bytes=len(packed))).body == b""
    with pytest.raises(ResponseTooLarge):
        fetch(Request("GET", upstream.url), Limits(most_bytes=len(packed) - 1))


def test_an_answer_to_head_has_nothing_to_unpack(upstream: Upstream) -> None:
    """Its headers are those of an answer with a body."""
    upstream.answers(answer(200, headers={"Content-Encoding": "gzip"}))
    assert fetch(Request("HEAD", upstream.url)).body == b""


@given(st.binary(max_size=2000), st.lists(st.integers(1, 200), max_size=40), st.sampled_from(["gzip", "deflate", ""]))
def test_pieces_do_not_matter(data: bytes, sizes: list[int], encoding: str) -> None:
    """However a body is cut on its way, the same comes out."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "": bytes}[encoding](data)
    pieces, rest = [], packed
    for size in sizes:
        pieces, rest = [*pieces, rest[:size]], rest[size:]
    assert read_body([*pieces, rest], encoding, 4000) == data


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "x-gzip", "br", ""]))
def test_hostile_bodies_fail_or_fit(data: bytes, encoding: str) -> None:
    """Nothing else comes out of them, and nothing else is raised."""
    with suppress(UpstreamFailed, ResponseTooLarge):
        assert len(read_body([data], encoding, 200)) <= 200


MEASURED = """
import resource, sys
import django
django.setup()
from actions.outbound import Limits, Request, ResponseTooLarge, fetch
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
fetch(Request("GET", sys.argv[1] + "/warm"))
before = peak()
for most in (5 * 1024 * 1024, 20 * 1024 * 1024):
    try:
        fetch(Request("GET", sys.argv[1] + "/bomb"), Limits(most_bytes=most))
    except ResponseTooLarge:
        print("refused")
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the memory of a process")
def test_a_bomb_of_10_gb_costs_little_memory(upstream: Upstream) -> None:
    """10 MB that inflate to 10 GB: refused as they travel, or as they come out; measured in a process of its own."""
    packed = gzip_bomb(10 * 1024)
    assert 9_000_000 < len(packed) < 11_000_000
    upstream.at("/bomb", answer(200, packed, headers={"Content-Encoding": "gzip"}))
    environment = {
        "WORKFLOW_ALLOWED_HTTP_HOSTS": upstream.netloc,
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "SECRET_KEY": "of this test",
    }
    command = [sys.executable, "-c", MEASURED, upstream.url]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    *refused, grown = ended.stdout.split()
    assert refused == ["refused", "refused"], ended.stderr
    assert int(grown) < 64 * 1024


def test_a_small_bomb_is_refused_at_once(upstream: Upstream) -> None:
    """A thousandth of the size travels."""
    upstream.answers(bomb(64))
    with pytest.raises(ResponseTooLarge):
        fetch(Request("GET", upstream.url))
