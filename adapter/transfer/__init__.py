"""Importing and exporting people, groups and memberships."""
