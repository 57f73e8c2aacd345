"""The raw limit: libldap in C, called in a loop, for comparison with the adapter."""

from __future__ import annotations

import ctypes
import ctypes.util
from ctypes import POINTER, byref, c_char_p, c_int, c_ssize_t, c_void_p

_PROTOCOL_VERSION = 0x11
_VERSION_3 = c_int(3)


class _Berval(ctypes.Structure):
    _fields_ = (("length", c_ssize_t), ("value", c_char_p))


def _library() -> ctypes.CDLL:
    name = ctypes.util.find_library("ldap-2.5") or ctypes.util.find_library("ldap") or "libldap-2.5.so.0"
    library = ctypes.CDLL(name)
    library.ldap_initialize.argtypes = [POINTER(c_void_p), c_char_p]
    library.ldap_set_option.argtypes = [c_void_p, c_int, c_void_p]
    library.ldap_sasl_bind_s.argtypes = [c_void_p, c_char_p, c_char_p, POINTER(_Berval), c_void_p, c_void_p, c_void_p]
    library.ldap_unbind_ext_s.argtypes = [c_void_p, c_void_p, c_void_p]
    return library


class Connection:
    """A connection that binds again and again.

    Args:
        uri: where the server is.
    """

    def __init__(self, uri: str) -> None:
        self._library = _library()
        self._handle = c_void_p()
        if self._library.ldap_initialize(byref(self._handle), uri.encode()):
            raise OSError(f"{uri} can't be used")
        self._library.ldap_set_option(self._handle, _PROTOCOL_VERSION, byref(_VERSION_3))

    def bind(self, dn: str, password: str) -> None:
        """A simple bind.

        Raises:
            PermissionError: it was refused.
        """
        secret = password.encode()
        berval = _Berval(len(secret), secret)
        code = self._library.ldap_sasl_bind_s(self._handle, dn.encode(), None, byref(berval), None, None, None)
        if code:
            raise PermissionError(f"bind as {dn}: result {code}")

    def close(self) -> None:
        """Ends the connection."""
        self._library.ldap_unbind_ext_s(self._handle, None, None)
