"""What is kept is never older than the last change that it rests on."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adapter.cache import Loaded, ReadThrough


def test_a_value_is_read_once() -> None:
    reads = []
    cache = ReadThrough(10)
    for _ in range(3):
        cache.get("bob", lambda: Loaded(reads.append(1), frozenset({"bob"})))
    assert len(reads) == 1


def test_an_evicted_value_is_read_again() -> None:
    cache = ReadThrough(10)
    cache.get("bob", lambda: Loaded("old", frozenset({"bob", "admin"})))
    cache.evict({"admin"})
    assert cache.get("bob", lambda: Loaded("new", frozenset())) == "new"


def test_what_rests_on_nothing_evicted_stays() -> None:
    cache = ReadThrough(10)
    cache.get("bob", lambda: Loaded("kept", frozenset({"bob"})))
    cache.evict({"alice"})
    assert cache.get("bob", lambda: Loaded("new", frozenset())) == "kept"


def test_a_value_not_worth_keeping_is_not_kept() -> None:
    cache = ReadThrough(10)
    cache.get("bob", lambda: Loaded(None, frozenset(), worth_keeping=False))
    assert len(cache) == 0


def test_a_value_that_changed_while_it_was_read_is_not_kept() -> None:
    cache = ReadThrough(10)

    def read_slowly() -> Loaded[str]:
        cache.evict({"bob"})
        return Loaded("old", frozenset({"bob"}))

    assert cache.get("bob", read_slowly) == "old"
    assert cache.get("bob", lambda: Loaded("new", frozenset())) == "new"


def test_a_value_read_while_everything_was_forgotten_is_not_kept() -> None:
    cache = ReadThrough(10)

    def read_slowly() -> Loaded[str]:
        cache.clear()
        return Loaded("old", frozenset())

    cache.get("bob", read_slowly)
    assert len(cache) == 0


def test_more_changes_than_can_be_remembered_count_as_one_that_matters() -> None:
    cache = ReadThrough(10)

    def read_very_slowly() -> Loaded[str]:
        for number in range(5000):
            cache.evict({str(number)})
        return Loaded("old", frozenset({"0"}))

    cache.get("bob", read_very_slowly)
    assert len(cache) == 0


@given(st.lists(st.integers(0, 30), max_size=100))
def test_it_never_holds_more_than_its_size(keys: list[int]) -> None:
    cache = ReadThrough(7)
    for key in keys:
        cache.get(key, lambda key=key: Loaded(key, frozenset({str(key)})))
        assert len(cache) <= 7


class Directory(RuleBasedStateMachine):
    """A directory of counters behind a cache: what is answered is always the counter's value."""

    def __init__(self) -> None:
        super().__init__()
        self.truth = dict.fromkeys("abc", 0)
        self.cache = ReadThrough(2)

    @rule(name=st.sampled_from("abc"))
    def change(self, name: str) -> None:
        self.truth[name] += 1
        self.cache.evict({name})

    @rule(left=st.sampled_from("abc"), right=st.sampled_from("abc"))
    def change_while_reading(self, left: str, right: str) -> None:
        def load() -> Loaded[int]:
            value = self.truth[left]
            self.change(right)
            return Loaded(value, frozenset({left}))

        self.cache.get(left, load)

    @rule()
    def forget(self) -> None:
        self.cache.clear()

    @invariant()
    def answers_are_true(self) -> None:
        for name in "abc":
            assert (
                self.cache.get(name, lambda name=name: Loaded(self.truth[name], frozenset({name}))) == self.truth[name]
            )


TestDirectory = Directory.TestCase


def test_threads_that_read_and_evict_leave_nothing_old_behind() -> None:
    cache = ReadThrough(50)
    truth = [0]

    def write() -> None:
        for _ in range(2000):
            truth[0] += 1
            cache.evict({"x"})

    def read() -> None:
        for _ in range(2000):
            cache.get("x", lambda: Loaded(truth[0], frozenset({"x"})))

    threads = [threading.Thread(target=target) for target in (write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("x", lambda: Loaded(truth[0], frozenset({"x"}))) == 2000
