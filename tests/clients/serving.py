"""The web server as operators run it, in a process of its own: `python -m tests.clients.serving HOST:PORT`."""

from __future__ import annotations

import sys

from adapter.addresses import Address
from adapter.installation.webserver import serve

if __name__ == "__main__":
    serve(Address.parse(sys.argv[1]))
