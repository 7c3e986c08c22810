"""Catalogs of translations: what must be in them, what is, and ``python -m tests.catalogs``, which compiles them.

A catalog has every text that forms show: those of the code and the templates, and what the shipped definitions say to
visitors word by word. The compiled files are kept, so that nothing is compiled where the project runs.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "actions" / "locale"
LANGUAGES = ("de", "es")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')\s*%\}""")
ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)
COMPUTED = re.compile(r"[$~{]|^!")


def catalog(language: str, suffix: str = "po") -> Path:
    """Return the file of a language."""
    return LOCALE / language / "LC_MESSAGES" / f"django.{suffix}"


def expected() -> set[str]:
    """Return every text that forms show."""
    return {text for source in (_in_code(), _in_templates(), _in_definitions()) for text in source}


def _in_code() -> Iterator[str]:
    for path in (ROOT / "actions" / "forms").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                yield from (item.value for item in node.args if isinstance(item, ast.Constant))


def _in_templates() -> Iterator[str]:
    for path in (ROOT / "actions" / "templates").rglob("*.html"):
        yield from (double or single for double, single in TAG.findall(path.read_text(encoding="utf-8")))


def _in_definitions() -> Iterator[str]:
    for path in (ROOT / "fixtures" / "actions" / "daptin").rglob("*.yaml"):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8").replace("!'", "'!")):
            yield from () if "Webhook" in document else _said(document)


def _said(document: dict[str, Any]) -> Iterator[str]:
    texts = [document.get("Label")]
    for field in document.get("InFields") or ():
        name = field.get("Name") or field["ColumnName"]
        texts += [_readable(name), field.get("ColumnDescription")]
    for name, attributes in _answers(document.get("OutFields")):
        told = [attributes.get("title"), attributes.get("message")]
        texts += told if name.startswith("client.") else [_readable(key) for key in attributes]
    yield from (text for text in texts if isinstance(text, str) and not COMPUTED.search(text))


def _readable(name: str) -> str:
    return name[:1].upper() + name[1:].replace("_", " ")


def _answers(outcomes: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for outcome in outcomes or ():
        name = outcome.get("Type", "")
        if outcome.get("Method") == "ACTIONRESPONSE" and (name == "client.notify" or not name.startswith("client.")):
            yield name, outcome["Attributes"]
        yield from (found for key in ("Then", "Else") for found in _answers(outcome.get(key)))


def read(path: Path) -> dict[str, str]:
    """Return the translations of a ``.po`` file, its head under the empty text."""
    pairs = ENTRY.findall(path.read_text(encoding="utf-8"))
    return {_joined(text): _joined(translation) for text, translation in pairs}


def _joined(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.splitlines() if line)


def compiled(translations: dict[str, str]) -> bytes:
    """Return the ``.mo`` file. Source of the format: GNU gettext, "The Format of GNU MO Files"."""
    pairs = [(text.encode(), translations[text].encode()) for text in sorted(translations, key=str.encode)]
    at = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    content = b""
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), at + len(content)]
            content += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1]) + content


if __name__ == "__main__":
    for language in LANGUAGES:
        catalog(language, "mo").write_bytes(compiled(read(catalog(language))))
