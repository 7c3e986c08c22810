"""How much a file may hold. Both directions have the same bounds, so that what was exported can be imported."""

from __future__ import annotations

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_CELLS = 1_000_000
MAX_CELL = 100_000  # characters; below the 131,072 at which Python's reader of CSV stops by itself
MAX_FILE = 20 * 1024 * 1024  # bytes of a file that is made
MAX_PROBLEMS = 50  # that are told of one file

# Of an .xlsx file, which is a ZIP archive of XML.
MAX_PARTS = 1_000
MAX_UNPACKED = 100 * 1024 * 1024  # bytes of all parts
MAX_ELEMENTS = 4_000_000  # of one part: what is neither a row nor a cell costs time, too
MAX_DEPTH = 100  # elements in one another
MAX_SILENCE = 512 * 1024  # bytes in which nothing begins, ends or is said
MAX_STYLES = 100_000  # of cells; spreadsheets themselves have 65,490 at most
MAX_SHEET_TEXT = 32_767  # characters that a cell of a spreadsheet holds

# A password takes as long to hash as the settings want; more of them would keep a process busy for minutes.
HASHED = frozenset({"password", "bcrypt", "md5-bcrypt"})  # column types
MAX_HASHED = 100

MAX_BATCH = 1_000
DEFAULT_BATCH = 100
MAX_PAGE = 10_000
DEFAULT_PAGE = 1_000
