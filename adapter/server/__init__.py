"""The private OpenLDAP server: found, configured, started, watched, backed up."""

from adapter.server.backup import InvalidBackup
from adapter.server.bootstrap import FirstStart, bootstrap
from adapter.server.config import ServerConfig, TlsFiles
from adapter.server.program import SlapdError
from adapter.server.server import PrivateServer
from adapter.server.state import UnusableFolder

__all__ = [
    "FirstStart",
    "InvalidBackup",
    "PrivateServer",
    "ServerConfig",
    "SlapdError",
    "TlsFiles",
    "UnusableFolder",
    "bootstrap",
]
