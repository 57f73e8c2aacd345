"""Signing in at the console: password, second factor, proof on demand, sessions."""
