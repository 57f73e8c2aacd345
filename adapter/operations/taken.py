"""Names that somebody else has already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapter.errors import EntityAlreadyExists
from adapter.ldap import AlreadyThere


@contextmanager
def unless_taken(refusal: str) -> Iterator[None]:
    """Makes something of a name, or gives it another.

    Args:
        refusal: what is said when the directory has that name already.

    Raises:
        EntityAlreadyExists: it has.
    """
    try:
        yield
    except AlreadyThere as error:
        raise EntityAlreadyExists(refusal) from error
