"""Every decision can be explained: to a person in a sentence, to a tool statement by statement."""

import pytest

from adapter.policy import LayerKind, Policies, evaluate
from adapter.policy.reasons import Why
from tests.unit.policy.policies import ACCOUNT, USER, policies, policy, request, statement

BUCKET = "arn:aws:s3:::b/*"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def sentence(asked, made):
    return evaluate(asked, made).sentence().removeprefix("s3:GetObject on arn:aws:s3:::b/k is ")


def test_an_allow_names_its_statement_policy_and_way():
    made = Policies((policy(statement("Deny", "ec2:*"), statement(Sid="Read"), name="Readers", via="group staff"),))
    assert sentence(request(), made) == 'allowed by statement "Read" of policy Readers (via group staff).'


def test_a_statement_without_sid_is_named_by_its_place():
    made = Policies((policy(statement("Deny", "ec2:*"), statement(), name="Readers"),))
    assert sentence(request(), made) == "allowed by statement 2 of policy Readers."


def test_an_explicit_deny_names_the_denying_statement():
    made = policies(statement(), boundary=(policy(statement("Deny"), name="Limits"),))
    assert sentence(request(), made) == "denied by statement 1 of permissions boundary Limits."


def test_an_implicit_deny_says_that_nothing_allows():
    told = "not allowed, because no identity-based policy allows it."
    assert sentence(request(), policies(statement(action="ec2:*"))) == told


def test_an_implicit_deny_tells_the_missing_key_of_the_closest_statement():
    assert sentence(request(), policies(statement(action="s3:*", Condition=MFA))) == (
        "not allowed, because no identity-based policy allows it; closest comes statement 1 of policy P: its condition "
        "Bool on aws:MultiFactorAuthPresent is not met: the request has no such key."
    )


def test_an_implicit_deny_tells_the_value_that_did_not_fit():
    asked = request(context={"AWS:MultiFactorAuthPresent": "false"})
    assert sentence(asked, policies(statement(Condition=MFA))).endswith('is not met: the request has "false".')


def test_several_values_are_told_together():
    asked = request(context={"aws:TagKeys": ("a", "b")})
    made = policies(statement(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}))
    assert sentence(asked, made).endswith('the request has "a, b".')


def test_a_statement_about_another_resource_comes_close():
    made = policies(statement(action="s3:*", resource="arn:aws:s3:::c/*"))
    assert sentence(request(), made).endswith("closest comes statement 1 of policy P: it is about other resources.")


def test_a_role_that_trusts_others_says_so():
    trust = policy({"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"}, kind="trust")
    asked = request("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/r", resource_account=ACCOUNT)
    told = evaluate(asked, policies(statement(), resource=trust)).sentence()
    assert told.endswith(
        "because no role trust policy allows it; closest comes statement 1 of role trust policy P: it names others."
    )


def test_the_root_user_is_allowed_without_any_statement():
    assert sentence(request(principal=ROOT), Policies()) == "allowed because the account's root user has full access."


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ({}, "because no identity-based policy allows the s3:GetObject action"),
        ({"identity": "Deny"}, "with an explicit deny in an identity-based policy"),
        ({"identity": "Allow", "boundary": "none"}, "because no permissions boundary allows the s3:GetObject action"),
        ({"identity": "Allow", "boundary": "Deny"}, "with an explicit deny in a permissions boundary"),
        ({"identity": "Allow", "session": "none"}, "because no session policy allows the s3:GetObject action"),
        ({"identity": "Allow", "session": "Deny"}, "with an explicit deny in a session policy"),
    ],
)
def test_refusals_end_in_the_words_of_aws(layers, told):
    made = {name: () if effect == "none" else (policy(statement(effect)),) for name, effect in layers.items()}
    assert evaluate(request(), Policies(**made)).refusal() == told


def of_resource(effect, action):
    return policy({"Effect": effect, "Principal": "*", "Action": action, "Resource": "*"}, kind="resource")


def test_refusals_by_a_resource_policy_end_in_the_words_of_aws():
    foreign = request(resource_account="999999999999")
    made = policies(statement(), resource=of_resource("Allow", "ec2:*"))
    assert evaluate(foreign, made).refusal() == "because no resource-based policy allows the s3:GetObject action"
    made = policies(statement(), resource=of_resource("Deny", "*"))
    assert evaluate(foreign, made).refusal() == "with an explicit deny in a resource-based policy"


def test_an_allowed_request_has_no_refusal():
    assert evaluate(request(), policies(statement())).refusal() == ""


def test_every_layer_reports_what_matched_and_what_did_not():
    made = Policies(
        identity=(policy(statement(), statement(action="ec2:*"), statement(resource="arn:aws:s3:::c"), name="I"),),
        boundary=(policy(statement(Condition=MFA), name="B"),),
        resource=policy({**statement("Deny"), "Principal": {"AWS": "999999999999"}}, kind="resource", name="R"),
    )
    identity, boundary, resource = evaluate(request(), made).layers
    assert [layer.kind for layer in (identity, boundary, resource)] == [
        LayerKind.IDENTITY, LayerKind.BOUNDARY, LayerKind.RESOURCE,
    ]  # fmt: skip
    assert [ref.index for ref in identity.allows] == [0]
    assert [(miss.statement.index, miss.why) for miss in identity.missed] == [(1, Why.ACTION), (2, Why.RESOURCE)]
    assert boundary.missed[0].condition.key == "aws:MultiFactorAuthPresent"
    assert resource.missed[0].why is Why.PRINCIPAL


def test_a_reference_carries_the_policy_with_its_arn_and_way():
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Readers"
    made = Policies((policy(statement(Sid="Read"), name="Readers", arn=arn, via="group staff"),))
    ref = evaluate(request(), made).matched[0]
    assert (ref.policy, ref.arn, ref.via, ref.index, ref.sid, ref.effect) == (
        "Readers", arn, "group staff", 0, "Read", "Allow",
    )  # fmt: skip


def test_the_missing_layer_is_the_first_that_is_silent():
    made = policies(statement(), boundary=(), session=())
    assert evaluate(request(), made).missing_layer is LayerKind.BOUNDARY


def test_a_user_named_by_the_resource_needs_no_other_layer():
    resource = policy({**statement(), "Principal": {"AWS": USER}}, kind="resource", name="R")
    decision = evaluate(request(), Policies(resource=resource))
    assert decision.sentence().endswith("is allowed by statement 1 of resource-based policy R.")
