"""Other sites' scripts: none may call unless the operator names the site, and a cookie of ours never goes along."""

from __future__ import annotations

import pytest

from tests.servers import Home

SITE = "https://www.example.org"


def test_nobody_is_named_until_somebody_is(home: Home) -> None:
    """No header without the setting; with it only for the site that is named, and never for the admin."""
    with home.start("--workers", "1") as server, server.client() as client:
        assert "Access-Control-Allow-Origin" not in client.get("/actions", headers={"Origin": SITE}).headers
    with home.with_settings(CORS_ORIGINS=SITE).start("--workers", "1") as server, server.client() as client:
        asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
        asked["Access-Control-Request-Headers"] = "idempotency-key"
        answer = client.options("/action/user_account/signup", headers=asked)
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "idempotency-key" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        refused = client.post("/action/user_account/signup", json={}, headers={"Origin": SITE})
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (422, SITE)
        for origin in ("https://example.org", "null", f"{SITE}.evil.example"):
            assert "Access-Control-Allow-Origin" not in client.get("/actions", headers={"Origin": origin}).headers
        assert "Access-Control-Allow-Origin" not in client.get("/admin/", headers={"Origin": SITE}).headers


@pytest.mark.parametrize("written", ["*", "example.org", "https://example.org/path", "https://*.example.org", "null"])
def test_a_site_is_written_out(written: str, home: Home) -> None:
    """Everybody is nobody's name, and a pattern is none either."""
    ended = home.with_settings(CORS_ORIGINS=f"{SITE},{written}").run("check")
    assert ended.returncode != 0
    assert f"CORS_ORIGINS: '{written}' is not the address of a site." in ended.stderr
