"""Workbooks made part by part, so that a test can break any of them."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLACES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = f"""\
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{PLACES}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{PLACES}"><sheets><sheet name="s" r:id="r1"/></sheets></workbook>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData></worksheet>'
TITLE = '<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>'


def archive(parts: dict[str, str | bytes], compression: int = ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive."""
    made = io.BytesIO()
    with ZipFile(made, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def workbook(rows: str, **parts: str | bytes) -> bytes:
    """Return a workbook with these rows as XML; ``parts`` by their last name replace or add others."""
    places = {"book": "xl/workbook.xml", "strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    given = {places[name]: content for name, content in parts.items()}
    return archive(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS,
            "xl/worksheets/sheet1.xml": SHEET % rows,
            **given,
        }
    )


def titled(rows: str, **parts: str | bytes) -> bytes:
    """Return a workbook whose first row says ``title``."""
    return workbook(TITLE + rows, **parts)
