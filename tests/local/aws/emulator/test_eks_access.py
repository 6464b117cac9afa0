from __future__ import annotations

import pytest

ROLE = "arn:aws:iam::123456789012:role/node"
SERVICE_LINKED = (
    "arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/AWSServiceRoleForAmazonEMRContainers"
)
POLICIES = "arn:aws:eks::aws:cluster-access-policy/"


@pytest.fixture
def create(aws, cluster):
    def run(**options):
        return aws("eks").create_access_entry(clusterName=cluster["name"], **({"principalArn": ROLE} | options))[
            "accessEntry"
        ]

    return run


def test_an_entry_gets_the_name_of_the_role_session_by_default(create):
    entry = create(kubernetesGroups=["viewers"])
    assert entry["type"] == "STANDARD"
    assert entry["username"] == "arn:aws:sts::123456789012:assumed-role/node/{{SessionName}}"
    assert entry["kubernetesGroups"] == ["viewers"]
    assert entry["accessEntryArn"].startswith(
        "arn:aws:eks:us-west-2:123456789012:access-entry/emr/role/123456789012/node/"
    )


def test_a_principal_has_one_entry(create, aws, refused):
    create()
    assert refused(aws("eks").create_access_entry, clusterName="emr", principalArn=ROLE) == (
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
    )


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:role/none", "x", "arn:aws:iam::123456789012:user/none"])
@pytest.mark.usefixtures("cluster")
def test_the_principal_must_exist(aws, refused, arn):
    assert refused(aws("eks").create_access_entry, clusterName="emr", principalArn=arn) == (
        "InvalidParameterException",
        "The specified principalArn is invalid: invalid principal.",
    )


@pytest.mark.usefixtures("cluster")
def test_customers_cannot_make_an_entry_for_a_service_linked_role(aws, refused):
    aws("iam").create_service_linked_role(AWSServiceName="emr-containers.amazonaws.com")
    assert refused(aws("eks").create_access_entry, clusterName="emr", principalArn=SERVICE_LINKED) == (
        "InvalidParameterException",
        "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role",
    )


@pytest.mark.parametrize("username", ["system:admin", "eks:x", "aws:x", "amazon:x", "iam:x"])
@pytest.mark.usefixtures("cluster")
def test_names_that_eks_keeps_for_itself_are_refused(aws, refused, username):
    code, message = refused(aws("eks").create_access_entry, clusterName="emr", principalArn=ROLE, username=username)
    assert code == "InvalidParameterException"
    assert username in message


@pytest.mark.usefixtures("cluster")
def test_groups_of_the_system_are_refused(aws, refused):
    assert (
        refused(
            aws("eks").create_access_entry, clusterName="emr", principalArn=ROLE, kubernetesGroups=["system:masters"]
        )[1]
        == "The kubernetes group name system:masters is invalid, it cannot start with system:"
    )


def test_node_entries_have_fixed_names_and_no_policies(create, aws, refused):
    assert create(type="EC2_LINUX")["kubernetesGroups"] == ["system:nodes"]
    parameters = {"clusterName": "emr", "principalArn": ROLE}
    assert refused(aws("eks").update_access_entry, **parameters, username="x")[0] == "InvalidParameterException"
    assert (
        refused(
            aws("eks").associate_access_policy,
            **parameters,
            policyArn=f"{POLICIES}AmazonEKSViewPolicy",
            accessScope={"type": "cluster"},
        )[0]
        == "InvalidRequestException"
    )
    assert refused(aws("eks").create_access_entry, **(parameters | {"type": "EC3"}))[0] == "InvalidParameterException"


def test_name_and_groups_change_principal_and_type_do_not(create, aws):
    old = create()
    new = aws("eks").update_access_entry(clusterName="emr", principalArn=ROLE, username="ops", kubernetesGroups=["g"])[
        "accessEntry"
    ]
    assert (new["username"], new["kubernetesGroups"], new["type"]) == ("ops", ["g"], old["type"])
    assert new["modifiedAt"] >= old["modifiedAt"]


@pytest.mark.usefixtures("cluster")
def test_the_creator_has_an_entry_with_cluster_admin_unless_told_otherwise(aws, new_cluster):
    eks = aws("eks")
    me = aws("sts").get_caller_identity()["Arn"]
    assert eks.list_access_entries(clusterName="emr")["accessEntries"] == [me]
    policies = eks.list_associated_access_policies(clusterName="emr", principalArn=me)["associatedAccessPolicies"]
    assert [(p["policyArn"], p["accessScope"]["type"]) for p in policies] == [
        (f"{POLICIES}AmazonEKSClusterAdminPolicy", "cluster")
    ]
    new_cluster(
        name="bare",
        accessConfig={"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
    )
    assert eks.list_access_entries(clusterName="bare")["accessEntries"] == []


def test_mode_config_map_knows_no_entries_and_gives_the_creator_one_when_it_changes(world, aws, new_cluster, refused):
    new_cluster(name="old", accessConfig={"authenticationMode": "CONFIG_MAP"})
    eks = aws("eks")
    assert refused(eks.list_access_entries, clusterName="old") == (
        "InvalidRequestException",
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    )
    eks.update_cluster_config(name="old", accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
    world.settle()
    assert eks.list_access_entries(clusterName="old")["accessEntries"] == [aws("sts").get_caller_identity()["Arn"]]


def test_policies_come_and_go_and_a_second_association_changes_the_scope(create, aws, refused):
    create()
    eks = aws("eks")
    parameters = {"clusterName": "emr", "principalArn": ROLE, "policyArn": f"{POLICIES}AmazonEKSEditPolicy"}
    eks.associate_access_policy(**parameters, accessScope={"type": "cluster"})
    eks.associate_access_policy(**parameters, accessScope={"type": "namespace", "namespaces": ["a"]})
    found = eks.list_associated_access_policies(clusterName="emr", principalArn=ROLE)["associatedAccessPolicies"]
    assert [p["accessScope"] for p in found] == [{"type": "namespace", "namespaces": ["a"]}]
    listed = eks.list_access_entries(clusterName="emr", associatedPolicyArn=parameters["policyArn"])
    assert listed["accessEntries"] == [ROLE]
    eks.disassociate_access_policy(**parameters)
    assert refused(eks.disassociate_access_policy, **parameters)[0] == "ResourceNotFoundException"


def test_policies_must_exist_and_scopes_must_make_sense(create, aws, refused):
    create()
    associate = aws("eks").associate_access_policy
    parameters = {"clusterName": "emr", "principalArn": ROLE}
    for policy, scope in (
        (f"{POLICIES}AmazonEKSNoPolicy", {"type": "cluster"}),
        (f"{POLICIES}AmazonEKSEditPolicy", {"type": "namespace"}),
        (f"{POLICIES}AmazonEKSEditPolicy", {"type": "cluster", "namespaces": ["a"]}),
    ):
        assert refused(associate, **parameters, policyArn=policy, accessScope=scope)[0] == "InvalidParameterException"


def test_a_deleted_entry_is_gone(create, aws, refused):
    create()
    aws("eks").delete_access_entry(clusterName="emr", principalArn=ROLE)
    assert refused(aws("eks").describe_access_entry, clusterName="emr", principalArn=ROLE) == (
        "ResourceNotFoundException",
        (
            "The specified principalArn could not be found. You can view your available access entries with "
            "'list-access-entries'."
        ),
    )


def test_the_policies_of_eks_can_be_listed(aws):
    names = [p["name"] for p in aws("eks").list_access_policies()["accessPolicies"]]
    assert {"AmazonEKSClusterAdminPolicy", "AmazonEKSViewPolicy", "AmazonEMRJobPolicy"} <= set(names)
