"""The console and a site under two names, behind a real nginx: one sign-in is good for both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from string import Template
from typing import Final

from playwright.sync_api import expect

from adapter.server.tree import DEMO_PASSWORD
from tests.browser.conftest import OpenPage
from tests.clients.behind import Behind
from tests.clients.ecs.portal import listens
from tests.clients.ldap_programs.machine import Machine
from tests.clients.nginx import configuration
from tests.clients.processes import until_ready, web_server
from tests.conftest import Directory
from tests.ports import free_port

SITES: Final = """
[[site]]
host = "shop.company.localhost:$port"
service = "shop"
[[site.route]]
path = "/orders"
action = "shop:ListOrders"
resource = "*"
[[site.route]]
path = "/refunds"
action = "iam:ListUsers"
resource = "*"
"""
NGINX: Final = Template("""
  merge_slashes off;
  proxy_set_header Host $$http_host;
  proxy_set_header X-Forwarded-Method $$request_method;
  proxy_set_header X-Forwarded-Proto $$scheme;
  proxy_set_header X-Forwarded-Host $$http_host;
  proxy_set_header X-Forwarded-Uri $$request_uri;
  proxy_set_header X-Forwarded-For $$remote_addr;
  server {
    listen 127.0.0.1:$port;
    server_name iam.company.localhost;
    location / { proxy_pass $bindery; }
  }
  server {
    listen 127.0.0.1:$port;
    server_name shop.company.localhost;
    location /console/ { return 302 http://iam.company.localhost:$port$$request_uri; }
    location ~ ^/(static|bootstrap/static)/ { proxy_pass $bindery; }
    location / {
      auth_request /_ask;
      auth_request_set $$user $$upstream_http_x_auth_request_user;
      auth_request_set $$sign_in $$upstream_http_location;
      error_page 401 = @sign_in;
      error_page 403 = @refused;
      proxy_set_header X-Auth-Request-User $$user;
      proxy_set_header Cookie "";
      proxy_pass http://127.0.0.1:$service;
    }
    location = /_ask {
      internal;
      proxy_pass $bindery/access/v1/forward-auth;
      proxy_pass_request_body off;
    }
    location @sign_in { return 302 $$sign_in; }
    location @refused {
      rewrite ^ /access/v1/forward-auth?page=yes break;
      proxy_pass $bindery;
    }
  }
""")


@contextmanager
def company(directory: Directory, folder: Path) -> Iterator[tuple[int, Behind]]:
    """Bindery, a service and nginx in front of both; gives nginx's port."""
    port, service = free_port(), Behind()
    threading.Thread(target=service.serve_forever, daemon=True).start()
    (folder / "sites.toml").write_text(Template(SITES).substitute(port=port))
    settings = replace(
        directory.settings,
        sites_file=folder / "sites.toml",
        asking_proxies=("127.0.0.1/32",),
        public_url=f"http://iam.company.localhost:{port}",
        cookie_domain="company.localhost",
    )
    with web_server(settings, folder / "web.log") as bindery:
        until_ready(bindery, folder / "web.log")
        text = configuration(NGINX.substitute(port=port, bindery=bindery, service=service.server_port))
        machine = Machine(folder / "machine", {"etc/nginx/company.conf": text})
        log = folder / "nginx.log"
        try:
            machine.start("nginx", "-e", "stderr", "-p", folder, "-c", "/etc/nginx/company.conf", log=log)
            machine.until(partial(listens, f"127.0.0.1:{port}"), log)
            yield port, service
        finally:
            machine.close()
            service.shutdown()
            service.server_close()


def test_who_signs_in_at_the_console_is_known_at_the_site(
    demo_directory: Directory, tmp_path: Path, open_page: OpenPage
) -> None:
    with company(demo_directory, tmp_path) as (port, service):
        console, shop = (f"http://{name}.company.localhost:{port}" for name in ("iam", "shop"))
        page = open_page()
        page.goto(f"{shop}/orders")
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        assert page.url.startswith(f"{console}/console/sign-in")
        page.get_by_label("Account").fill(demo_directory.account_id)
        page.get_by_label("User name").fill("bob")
        page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{shop}/orders")
        assert service.got[-1].headers["x-auth-request-user"] == "bob"
        assert "cookie" not in service.got[-1].headers


def test_what_is_refused_at_the_site_is_explained_at_the_console(
    demo_directory: Directory, tmp_path: Path, open_page: OpenPage
) -> None:
    with company(demo_directory, tmp_path) as (port, service):
        page = open_page()
        page.goto(f"http://shop.company.localhost:{port}/refunds")
        page.get_by_label("Account").fill(demo_directory.account_id)
        page.get_by_label("User name").fill("joy")
        page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are not allowed to do that")
        page.get_by_role("link", name="Why").click()
        page.wait_for_url(f"http://iam.company.localhost:{port}/console/**")
        expect(page.get_by_text("iam:ListUsers").first).to_be_visible()
        assert service.got == []
