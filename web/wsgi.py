"""What a WSGI server serves: `granian --interface wsgi web.wsgi:app`, set up by `BINDERY_*` variables."""

from __future__ import annotations

from adapter import Settings
from web import create_app

app = create_app(Settings.from_env())
