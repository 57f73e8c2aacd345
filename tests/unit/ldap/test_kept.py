"""Long lists that are kept until what they were read from changes."""

from __future__ import annotations

from adapter.ldap.kept import KeptLists


class Reader:
    """Gives lists and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, kept: KeptLists, at: str, revision: str, size: int = 2) -> list[str]:
        def read() -> list[str]:
            self.asked.append(f"{at} {revision}")
            return [f"{at}{number}" for number in range(size)]

        return kept.get(at, revision, read)


def test_a_list_is_read_once_for_each_revision() -> None:
    kept, reader = KeptLists(), Reader()
    for revision in ("1", "1", "2", "2"):
        assert reader.of(kept, "a", revision) == ["a0", "a1"]
    assert reader.asked == ["a 1", "a 2"]


def test_lists_that_were_not_asked_for_longest_go_first() -> None:
    kept, reader = KeptLists(5), Reader()
    for at in ("a", "b", "a", "c", "a", "b"):
        reader.of(kept, at, "1")
    assert reader.asked == ["a 1", "b 1", "c 1", "b 1"]


def test_a_list_that_is_too_long_by_itself_is_not_kept() -> None:
    kept, reader = KeptLists(5), Reader()
    for _ in range(2):
        assert len(reader.of(kept, "a", "1", size=6)) == 6
    assert reader.asked == ["a 1", "a 1"]
