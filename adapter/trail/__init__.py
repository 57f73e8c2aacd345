"""The audit trail: written, kept, read, verified."""
