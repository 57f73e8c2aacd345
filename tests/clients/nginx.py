"""What every nginx of the tests is told: to stay in the foreground, and to keep its files in its own folder."""

from __future__ import annotations

from typing import Final

_FRAME: Final = """
worker_processes 1;
daemon off;
pid nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
%s
}
"""


def configuration(text: str) -> str:
    """A whole configuration with this inside `http`."""
    return _FRAME % text
