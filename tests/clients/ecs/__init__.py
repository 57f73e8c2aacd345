"""Elastic Cloud Server: a small service that keeps no users and asks Bindery about every request."""
