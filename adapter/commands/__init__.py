"""The operator's commands, one module for each part of the work."""
