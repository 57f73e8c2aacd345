"""For services written in Python: hold whoever sends a request to their policies.

    from adapter import Settings, open_iam
    from adapter.enforcer import Enforcer, InProcess

    enforcer = Enforcer(InProcess(open_iam(Settings.from_env()), service="ecs"))

    @app.post("/ecs/<region>/servers")
    @enforcer.requires("ecs:CreateServers", "arn:aws:ecs:{region}:{account}:server/*", environ=lambda: request.environ)
    def create(region): ...

    app.wsgi_app = enforcer.middleware(app.wsgi_app, Sites.load(Path("sites.toml")))   # … or all of it by a table

`AtADistance` in the place of `InProcess` asks a decision point over HTTP; then a proxy has to say who calls.
"""

from adapter.enforcer.at_a_distance import AtADistance
from adapter.enforcer.backend import CALLER_KEY, Backend, NotAuthenticated
from adapter.enforcer.enforcer import Enforcer
from adapter.enforcer.in_process import InProcess

__all__ = ["CALLER_KEY", "AtADistance", "Backend", "Enforcer", "InProcess", "NotAuthenticated"]
