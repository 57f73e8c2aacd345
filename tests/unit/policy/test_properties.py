"""What holds for every policy and every request."""

import random

from hypothesis import given
from hypothesis import strategies as st

from adapter.policy import Effect, Policies, Request, Series, evaluate
from tests.unit.policy.policies import ACCOUNT, USER, policy, request, requests, statements


def effect(asked, *identity, **layers):
    return evaluate(asked, Policies(tuple(identity), **layers)).effect


def by_definition(asked, policies):
    """Every statement asked in turn, without any index."""
    report = evaluate(asked, policies).layers[0]
    if report.denies:
        return Effect.EXPLICITLY_DENIED
    return Effect.ALLOWED if report.allows else Effect.IMPLICITLY_DENIED


@given(requests, statements)
def test_the_index_finds_what_looking_at_every_statement_finds(asked, made):
    policies = Policies((policy(*made),))
    assert evaluate(asked, policies).effect is by_definition(asked, policies)


@given(requests, statements, st.lists(st.sampled_from(["*", "arn:aws:s3:::b/k", "arn:aws:s3:::c"])))
def test_a_series_decides_about_each_resource_as_if_it_were_the_only_one(asked, made, resources):
    policies = Policies((policy(*made),))
    series = Series(asked, policies)
    for resource in resources:
        alone = evaluate(Request(asked.principal, asked.action, resource, asked.context), policies)
        assert (series.on(resource).effect, series.on(resource).sentence()) == (alone.effect, alone.sentence())


_owners = st.sampled_from(["bob", "eve", "${aws:username}", "b*", ""])
_equals = st.builds(
    lambda operator, key, owners: {operator: {key: owners}},
    st.sampled_from(
        ["StringEquals", "StringEquals", "StringEqualsIfExists", "StringNotEquals", "ForAnyValue:StringEquals"]
    ),
    st.sampled_from(["aws:username", "aws:ResourceTag/owner"]),
    st.lists(_owners, min_size=1, max_size=2),
)
_owned = st.builds(
    lambda effect, condition: {"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition},
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    _equals,
)
_people = st.sampled_from(["bob", "eve", "", "${aws:username}", "b*", ("bob", "eve"), ()])
_owner_contexts = st.fixed_dictionaries({}, optional={"aws:username": _people, "aws:ResourceTag/owner": _people})


@given(_owner_contexts, st.lists(_owned, min_size=5, max_size=14))
def test_finding_statements_by_the_value_they_want_loses_none(context, made):
    policies = Policies((policy(*made),))
    asked = request(context=context)
    assert evaluate(asked, policies).effect is by_definition(asked, policies)


@given(requests, statements, statements)
def test_adding_a_deny_never_widens(asked, made, more):
    denies = [{**statement, "Effect": "Deny"} for statement in more]
    before = effect(asked, policy(*made))
    after = effect(asked, policy(*made), policy(*denies))
    assert after is before or after is Effect.EXPLICITLY_DENIED


@given(requests, statements, statements)
def test_adding_an_allow_never_narrows(asked, made, more):
    allows = [{**statement, "Effect": "Allow"} for statement in more]
    before = effect(asked, policy(*made))
    after = effect(asked, policy(*made), policy(*allows))
    assert after is before or (before, after) == (Effect.IMPLICITLY_DENIED, Effect.ALLOWED)


@given(requests, statements, statements, st.sampled_from(["boundary", "session"]))
def test_a_boundary_or_a_session_policy_never_widens(asked, made, limit, layer):
    limited = effect(asked, policy(*made), **{layer: (policy(*limit),)})
    assert limited is not Effect.ALLOWED or effect(asked, policy(*made)) is Effect.ALLOWED


@given(requests, statements, st.randoms(use_true_random=False))
def test_the_order_of_statements_never_matters(asked, made, chance: random.Random):
    shuffled = made.copy()
    chance.shuffle(shuffled)
    assert effect(asked, policy(*made)) is effect(asked, policy(*shuffled))


@given(requests, statements)
def test_it_never_matters_which_policy_a_statement_stands_in(asked, made):
    assert effect(asked, policy(*made)) is effect(asked, *(policy(statement) for statement in reversed(made)))


def cased(statement, change):
    return {name: list(map(change, v)) if name.endswith("Action") else v for name, v in statement.items()}


@given(requests, statements, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_the_case_of_actions_never_matters(asked, made, change):
    other = Request(asked.principal, change(asked.action), asked.resource, asked.context)
    changed = [cased(statement, change) for statement in made]
    assert effect(asked, policy(*made)) is effect(other, policy(*made)) is effect(asked, policy(*changed))


@given(requests, statements)
def test_the_case_of_context_keys_never_matters(asked, made):
    context = {name.upper(): value for name, value in asked.context.items()}
    other = Request(asked.principal, asked.action, asked.resource, context)
    assert effect(asked, policy(*made)) is effect(other, policy(*made))


@given(requests, statements)
def test_asking_twice_is_answered_alike(asked, made):
    policies = Policies((policy(*made),))
    assert evaluate(asked, policies).effect is evaluate(asked, policies).effect


def named(statement, principal):
    return {**statement, "Principal": principal}


@given(requests, statements, statements, st.sampled_from([{"AWS": USER}, {"AWS": ACCOUNT}, "*"]))
def test_a_resource_policy_never_narrows_but_by_a_deny(asked, made, more, principal):
    resource = policy(*(named(statement, principal) for statement in more), kind="resource")
    before, after = effect(asked, policy(*made)), effect(asked, policy(*made), resource=resource)
    assert before is not Effect.ALLOWED or after is not Effect.IMPLICITLY_DENIED


@given(requests, statements, statements)
def test_across_accounts_both_sides_must_allow(asked, made, more):
    foreign = Request(asked.principal, asked.action, asked.resource, asked.context, "999999999999")
    resource = policy(*(named(statement, {"AWS": USER}) for statement in more), kind="resource")
    both = {effect(asked, policy(*made)), effect(asked, policy(*more))}
    decided = effect(foreign, policy(*made), resource=resource)
    assert (decided is Effect.ALLOWED) is (both == {Effect.ALLOWED})


def test_policies_beside_another_resource_policy_keep_their_own():
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    denying = policy(named({"Effect": "Deny", "Action": "*", "Resource": "*"}, "*"), kind="resource")
    policies = Policies((everything,))
    assert evaluate(request(), policies).allowed
    assert not evaluate(request(), policies.with_resource(denying)).allowed
    assert evaluate(request(), policies).allowed
