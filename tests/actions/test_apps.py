"""What happens when Django starts."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from django.apps import AppConfig, apps

from actions.apps import discover
from actions.operations import registry
from actions.signatures.registry import all_schemes


def test_shipped_operations_are_registered() -> None:
    """Every module of ``actions.operations`` is imported, so all operations are known."""
    folder = Path(sys.modules["actions.operations"].__path__[0])
    for module in folder.glob("*.py"):
        assert f"actions.operations.{module.stem}" in sys.modules or module.stem == "__init__"
    assert {"entity.create", "action.invoke", "respond"} <= set(registry.all_operations())


def test_shipped_signature_schemes_are_registered() -> None:
    """Every module of ``actions.signatures`` is imported, so all schemes are known."""
    folder = Path(sys.modules["actions.signatures"].__path__[0])
    for module in folder.glob("*.py"):
        assert f"actions.signatures.{module.stem}" in sys.modules or module.stem == "__init__"
    assert {"stripe", "standard", "hmac"} <= set(all_schemes())


def test_operations_of_other_apps_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app gives operations in ``operations.py``, or in the modules of a package of that name."""
    package = tmp_path / "an_app" / "operations"
    package.mkdir(parents=True)
    (tmp_path / "an_app" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "mail.py").write_text(
        "from actions.operations.base import Operation\n"
        "from actions.operations.registry import register\n"
        "@register\nclass Send(Operation):\n    name = 'an_app.send'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = types.ModuleType("an_app")
    module.__path__ = [str(tmp_path / "an_app")]
    config = AppConfig("an_app", module)
    monkeypatch.setattr(registry, "_operations", dict(registry._operations))
    monkeypatch.setattr(apps, "app_configs", {**apps.app_configs, "an_app": config})
    discover("operations")
    assert registry.find("an_app.send") is not None
    for name in [name for name in sys.modules if name.startswith("an_app")]:
        monkeypatch.delitem(sys.modules, name)
