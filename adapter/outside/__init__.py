"""Changes that others make in the directory with tools of their own: noticed, followed, and written down."""
