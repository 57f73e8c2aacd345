"""What can be done: one module for each kind of thing, and the catalogue of all operations."""
