"""Cryptography without I/O: sealing, signatures, one-time codes, new credentials."""
