"""What a WSGI server serves: `granian --interface wsgi web.wsgi:app`, set up by `BINDERY_*` variables."""

from __future__ import annotations

from adapter import Settings, open_iam
from web import create_app

_settings = Settings.from_env()
_iam = open_iam(_settings)
_iam.start()
app = create_app(_settings, _iam)
