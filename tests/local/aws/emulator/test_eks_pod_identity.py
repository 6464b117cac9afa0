from __future__ import annotations

import pytest

ROLE = "arn:aws:iam::123456789012:role/node"


@pytest.fixture
def associate(aws, cluster):
    def run(account="spark"):
        return aws("eks").create_pod_identity_association(
            clusterName=cluster["name"], namespace="team-a", serviceAccount=account, roleArn=ROLE, tags={"team": "a"}
        )["association"]

    return run


def test_an_association_is_made_described_and_listed(aws, associate):
    made = associate()
    assert (
        made["associationArn"]
        == f"arn:aws:eks:us-west-2:123456789012:podidentityassociation/emr/{made['associationId']}"
    )
    eks = aws("eks")
    found = eks.describe_pod_identity_association(clusterName="emr", associationId=made["associationId"])["association"]
    assert found == made
    associate("other")
    listed = eks.list_pod_identity_associations(clusterName="emr", namespace="team-a", serviceAccount="spark")
    assert [a["associationId"] for a in listed["associations"]] == [made["associationId"]]
    assert len(eks.list_pod_identity_associations(clusterName="emr", maxResults=1)["associations"]) == 1


def test_a_service_account_has_one_role(associate, aws, refused):
    made = associate()
    assert refused(
        aws("eks").create_pod_identity_association,
        clusterName="emr",
        namespace="team-a",
        serviceAccount="spark",
        roleArn=ROLE,
    ) == ("ResourceInUseException", f"Association already exists: {made['associationId']}")


@pytest.mark.usefixtures("cluster")
def test_the_role_must_exist(aws, refused):
    none = "arn:aws:iam::123456789012:role/none"
    assert refused(
        aws("eks").create_pod_identity_association, clusterName="emr", namespace="n", serviceAccount="s", roleArn=none
    ) == ("InvalidParameterException", "Role provided in the request does not exist.")


def test_the_role_changes_and_the_association_goes(aws, network, associate, refused):
    made = associate()
    eks = aws("eks")
    key = {"clusterName": "emr", "associationId": made["associationId"]}
    changed = eks.update_pod_identity_association(**key, roleArn=network["cluster_role"])["association"]
    assert changed["roleArn"] == network["cluster_role"]
    eks.delete_pod_identity_association(**key)
    assert refused(eks.describe_pod_identity_association, **key)[0] == "ResourceNotFoundException"


@pytest.mark.usefixtures("cluster")
def test_what_an_add_on_owns_is_the_add_ons(world, aws, refused):
    eks = aws("eks")
    eks.create_addon(
        clusterName="emr",
        addonName="vpc-cni",
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": ROLE}],
    )
    world.settle()
    owned = eks.list_pod_identity_associations(clusterName="emr")["associations"][0]
    key = {"clusterName": "emr", "associationId": owned["associationId"]}
    assert refused(eks.delete_pod_identity_association, **key)[0] == "InvalidRequestException"
