"""``python -m tests.benchmarks.bare PORT WORKERS``: whatever the settings say, behind our server; nothing is set up."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from project.addresses import Address
from project.serving import serve

if __name__ == "__main__":
    with TemporaryDirectory() as static:
        serve(Address("127.0.0.1", int(sys.argv[1])), workers=int(sys.argv[2]), static=Path(static))
