"""The services that policies speak about."""
