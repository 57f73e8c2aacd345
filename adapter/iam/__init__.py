"""The one door: every operation of the console, the API and the command line goes through `Iam.execute`."""

from adapter.iam.door import Iam

__all__ = ["Iam"]
