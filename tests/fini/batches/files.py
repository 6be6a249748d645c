"""Batch files by hand: CSV in any encoding, and the few parts of an XLSX file."""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from fini.batches import opening
from fini.batches.rows import Row

HEADING = [
    *("ownRef", "ipoID", "firmID", "appQuantity", "idType", "idCountryJurisdiction"),
    *("idNum", "fullNameEng", "fullNameChi"),
]
LINE = [
    "CL-1",
    "1234",
    "00000",
    "1000",
    "1",
    "HKG",
    "A123456(3)",
    "CHAN TAI MAN",
    "陳大文",
]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def csv_text(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


def read(content: bytes) -> list[Row]:
    return list(opening.rows(io.BytesIO(content)))


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read(content)]


def relations(*entries: tuple[str, str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="{ident}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for ident, kind, target in entries
    )
    return f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'


def parts(sheet: str, strings: str = "") -> dict[str, str]:
    return {
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Batch" sheetId="1" r:id="rId7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "sharedStrings", "sharedStrings.xml"),
            ("rId6", "worksheet", "worksheets/other.xml"),
            ("rId7", "worksheet", "/xl/worksheets/sheet1.xml"),
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}'
        "</sheetData></worksheet>",
    }


def zipped(members: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as target:
        for name, text in members.items():
            target.writestr(name, text)
    return made.getvalue()


def workbook(sheet: str, strings: str = "") -> bytes:
    return zipped(parts(sheet, strings))


def sheet_of(rows: Iterable[list[str]]) -> str:
    """Inline text without references, as some exporters write."""
    return "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{escape(c)}</t></is></c>' for c in row)
        + "</row>"
        for row in rows
    )
