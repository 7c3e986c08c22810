"""The secret key: made once, private, shared by all processes of an installation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from project.environment import WrongSetting
from project.keys import read_secret_key, read_test_key, state_folder
from tests.actions.signatures.paypal import private_pem, public_pem, weak_key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """The second reading gives the first key."""
    key = read_secret_key(tmp_path / "state")
    assert read_secret_key(tmp_path / "state") == key
    assert len(key) >= 50
    assert (tmp_path / "state" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_many_that_start_together_have_one_key(tmp_path: Path) -> None:
    """Whoever is first makes it; nobody reads half of it, and no draft stays behind."""
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: read_secret_key(tmp_path), range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_each_checkout_has_a_key_of_its_own_outside_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two clones of the same name do not share one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    one, two = state_folder(Path("/a/outfield")), state_folder(Path("/b/outfield"))
    assert one != two
    assert one.parent == tmp_path / "outfield"


def test_a_file_that_is_no_key_stops_with_a_sentence(tmp_path: Path) -> None:
    """A truncated key would make every signature easy to guess."""
    path = tmp_path / "secret_key"
    path.write_text("short\n")
    with pytest.raises(WrongSetting) as wrong:
        read_secret_key(tmp_path)
    assert str(wrong.value) == f"SECRET_KEY: '{path}' holds no key. Delete it, and a new one is made."


def test_a_folder_that_cannot_be_made_stops_with_a_sentence(tmp_path: Path) -> None:
    """The sentence names both ways out."""
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting, match=r"^SECRET_KEY: .* Set SECRET_KEY to a long random text, or OUTFIELD_HOME"):
        read_secret_key(tmp_path / "file" / "state")


def test_a_test_key_is_read_where_things_are_tried_out(tmp_path: Path) -> None:
    """Of the private key only the public one is kept; without a file there is none."""
    path = tmp_path / "key.pem"
    path.write_bytes(private_pem("leaf"))
    assert read_test_key("", debug=False) is None
    assert read_test_key(str(path), debug=True) == public_pem("leaf")


def test_nobody_signs_for_paypal_on_a_real_site(tmp_path: Path) -> None:
    """Without DEBUG the start stops, with a sentence; so it does for what is no key, or a weak one."""
    path = tmp_path / "key.pem"
    path.write_bytes(private_pem("leaf"))
    with pytest.raises(WrongSetting, match=r"PAYPAL_TEST_KEY: It lets its holder sign for PayPal\. Take it away"):
        read_test_key(str(path), debug=False)
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for content in (b"", b"no key", public_pem("leaf"), weak_key().private_bytes(serialization.Encoding.PEM, *form)):
        path.write_bytes(content)
        with pytest.raises(WrongSetting, match="holds no RSA key of 2048 bits or more"):
            read_test_key(str(path), debug=True)
    path.unlink()
    with pytest.raises(WrongSetting, match="holds no RSA key of 2048 bits or more"):
        read_test_key(str(path), debug=True)
