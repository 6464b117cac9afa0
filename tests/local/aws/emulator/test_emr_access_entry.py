from __future__ import annotations

import json

import pytest

from local.aws.emulator import account, principals
from local.aws.emulator.emr_containers.access import role_arn
from tests.local.aws.emulator.emr_role import NAMESPACE


@pytest.fixture
def new_deployer(aws):
    """A user with policies of its own, and a client of EMR with its key."""

    def make(*statements):
        iam = aws("iam")
        iam.create_user(UserName="other")
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName="other", PolicyName="p", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName="other")["AccessKey"]
        return aws("emr-containers", key["AccessKeyId"], key["SecretAccessKey"])

    return make


ENTRY = "arn:aws:eks:us-west-2:123456789012:access-entry/emr/role/123456789012/AWSServiceRoleForAmazonEMRContainers/*"
# The guide's least privilege for the six actions.
SIX = [
    {
        "Effect": "Allow",
        "Action": "eks:CreateAccessEntry",
        "Resource": "arn:aws:eks:us-west-2:123456789012:cluster/emr",
    },
    {
        "Effect": "Allow",
        "Action": ["eks:DescribeAccessEntry", "eks:DeleteAccessEntry", "eks:ListAssociatedAccessPolicies"],
        "Resource": ENTRY,
    },
    {
        "Effect": "Allow",
        "Action": ["eks:AssociateAccessPolicy", "eks:DisassociateAccessPolicy"],
        "Resource": ENTRY,
        "Condition": {
            "StringEquals": {"eks:accessScope": "namespace"},
            "ForAllValues:StringEquals": {"eks:namespaces": [NAMESPACE]},
        },
    },
]
LINK = {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*"}


def test_with_the_six_actions_emr_makes_its_own_entry(world, aws, new_deployer, parameters, plane):
    plane.api.documents[f"/api/v1/namespaces/{NAMESPACE}"] = {}
    emr = new_deployer(*SIX, LINK)
    made = emr.create_virtual_cluster(**parameters())
    eks = aws("eks")
    arn = role_arn(account.ACCOUNT)
    policies = eks.list_associated_access_policies(clusterName="emr", principalArn=arn)["associatedAccessPolicies"]
    assert [(p["policyArn"].rsplit("/", 1)[1], p["accessScope"]["namespaces"]) for p in policies] == [
        ("AmazonEMRJobPolicy", [NAMESPACE])
    ]
    assert [v["id"] for v in emr.list_virtual_clusters(eksAccessEntryIntegrated=True)["virtualClusters"]] == [
        made["id"]
    ]
    emr.delete_virtual_cluster(id=made["id"])
    world.settle()
    assert emr.describe_virtual_cluster(id=made["id"])["virtualCluster"]["state"] == "TERMINATED"
    assert arn not in eks.list_access_entries(clusterName="emr")["accessEntries"]


@pytest.mark.parametrize("missing", range(3))
def test_without_one_of_the_six_emr_makes_no_entry(*, aws, new_deployer, parameters, plane, refused, missing):
    plane.api.documents[f"/api/v1/namespaces/{NAMESPACE}"] = {}
    emr = new_deployer(*(s for n, s in enumerate(SIX) if n != missing), LINK)
    assert refused(emr.create_virtual_cluster, **parameters())[1] == "Unauthorized to perform read namespace on team-a"
    assert role_arn(account.ACCOUNT) not in aws("eks").list_access_entries(clusterName="emr")["accessEntries"]


def test_another_namespace_is_beyond_the_least_privilege(new_deployer, parameters, plane, refused):
    plane.api.documents["/api/v1/namespaces/team-b"] = {}
    emr = new_deployer(*SIX, LINK)
    assert refused(emr.create_virtual_cluster, **parameters("team-b"))[0] == "ValidationException"


def test_the_deployer_of_the_account_never_makes_emr_an_entry(aws, open_namespace, create):
    open_namespace(NAMESPACE)
    create()
    assert role_arn(account.ACCOUNT) not in aws("eks").list_access_entries(clusterName="emr")["accessEntries"]


def test_the_entry_widens_with_every_namespace_and_shrinks_again(world, aws, new_deployer, parameters, plane):
    for namespace in ("team-a", "team-b"):
        plane.api.documents[f"/api/v1/namespaces/{namespace}"] = {}
    emr = new_deployer({"Effect": "Allow", "Action": "*", "Resource": "*"})
    made = [emr.create_virtual_cluster(**parameters(namespace)) for namespace in ("team-a", "team-b")]

    def namespaces():
        found = aws("eks").list_associated_access_policies(clusterName="emr", principalArn=role_arn(account.ACCOUNT))
        return found["associatedAccessPolicies"][0]["accessScope"]["namespaces"]

    assert namespaces() == ["team-a", "team-b"]
    emr.delete_virtual_cluster(id=made[0]["id"])
    world.settle()
    assert namespaces() == ["team-b"]


def test_an_entry_of_emr_beats_the_mapping_also_where_it_does_not_reach(
    *, aws, new_deployer, open_namespace, parameters, refused
):
    open_namespace("team-a", "team-b")
    new_deployer({"Effect": "Allow", "Action": "*", "Resource": "*"}).create_virtual_cluster(**parameters("team-a"))
    assert refused(aws("emr-containers").create_virtual_cluster, **parameters("team-b"))[1] == (
        "Unauthorized to perform read namespace on team-b"
    )


def test_the_role_of_emr_is_made_on_first_use_with_the_right_to(aws, new_deployer, parameters, refused, open_namespace):
    open_namespace(NAMESPACE)
    emr = new_deployer({"Effect": "Allow", "Action": "emr-containers:*", "Resource": "*"})
    code, message = refused(emr.create_virtual_cluster, **parameters())
    assert code == "AccessDeniedException"
    assert message == (
        "User: arn:aws:iam::123456789012:user/other is not authorized to perform: iam:CreateServiceLinkedRole on "
        f"resource: {role_arn(account.ACCOUNT)}"
    )
    assert principals.principal(role_arn(account.ACCOUNT)) is None
    aws("emr-containers").create_virtual_cluster(**parameters())
    role = aws("iam").get_role(RoleName="AWSServiceRoleForAmazonEMRContainers")["Role"]
    assert role["Arn"] == role_arn(account.ACCOUNT)
    trust = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trust == {"Service": ["emr-containers.amazonaws.com"]}
