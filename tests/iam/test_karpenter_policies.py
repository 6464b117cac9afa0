from __future__ import annotations

from typing import Any

import pytest

from iam import karpenter
from iam.documents import INLINE_POLICIES, TRUST_POLICY, check_size
from iam.karpenter import ClusterScope, controller, queue, trust

SCOPE = ClusterScope(platform="emr", account="123456789012", region="us-west-2")
LONGEST = ClusterScope(platform="x" * 8, account="1" * 12, region="us-gov-west-1")
EC2 = "arn:aws:ec2:us-west-2:123456789012"


def statement(sid: str) -> dict[str, Any]:
    (found,) = [each for each in controller(SCOPE)["Statement"] if each["Sid"] == sid]
    return found


def actions() -> set[str]:
    return {action for each in controller(SCOPE)["Statement"] for action in each["Action"]}


def test_documents_fit_for_the_longest_names() -> None:
    assert not check_size(controller(LONGEST), INLINE_POLICIES)
    assert not check_size(trust(LONGEST), TRUST_POLICY)


def test_only_reading_is_about_every_resource() -> None:
    open_ended = {each["Sid"]: each["Action"] for each in controller(SCOPE)["Statement"] if each["Resource"] == "*"}
    assert set(open_ended) == {"Discover", "Prices", "ListProfiles"}
    verbs = {action.partition(":")[2] for listed in open_ended.values() for action in listed}
    assert all(verb.startswith(("Describe", "List", "Get")) for verb in verbs)
    assert statement("Discover")["Condition"] == {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}


def test_it_makes_no_instance_profile_and_changes_no_role() -> None:
    of_iam = {action for action in actions() if action.startswith("iam:")}
    assert of_iam == {"iam:PassRole", "iam:ListInstanceProfiles", "iam:GetInstanceProfile"}


def test_it_hands_the_nodes_role_to_ec2_and_no_other() -> None:
    found = statement("GiveNodesTheirRole")
    assert found["Resource"] == "arn:aws:iam::123456789012:role/emr-worker"
    assert found["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


@pytest.mark.parametrize("sid", ["Launch", "TagWhatIsMade"])
def test_what_it_makes_it_must_tag_with_cluster_and_pool(sid: str) -> None:
    found = statement(sid)
    assert found["Condition"]["StringEquals"]["aws:RequestTag/kubernetes.io/cluster/emr"] == "owned"
    assert found["Condition"]["StringEquals"]["aws:RequestTag/eks:eks-cluster-name"] == "emr"
    assert found["Condition"]["StringLike"] == {"aws:RequestTag/karpenter.sh/nodepool": "*"}
    assert f"{EC2}:instance/*" in found["Resource"]
    assert all(each.startswith(f"{EC2}:") for each in found["Resource"])


@pytest.mark.parametrize("sid", ["End", "LaunchByTemplate", "TagInstances"])
def test_what_it_ends_starts_from_or_tags_later_must_be_the_clusters(sid: str) -> None:
    condition = statement(sid)["Condition"]
    assert condition["StringEquals"] == {"aws:ResourceTag/kubernetes.io/cluster/emr": "owned"}
    assert condition["StringLike"] == {"aws:ResourceTag/karpenter.sh/nodepool": "*"}


def test_tags_that_make_an_instance_the_clusters_cannot_be_added_later() -> None:
    keys = statement("TagInstances")["Condition"]["ForAllValues:StringEquals"]["aws:TagKeys"]
    assert "karpenter.sh/nodepool" not in keys
    assert not [key for key in keys if key.startswith("kubernetes.io/")]


def test_ending_is_of_instances_and_templates_only() -> None:
    found = statement("End")
    assert sorted(found["Action"]) == ["ec2:DeleteLaunchTemplate", "ec2:TerminateInstances"]
    assert found["Resource"] == [f"{EC2}:instance/*", f"{EC2}:launch-template/*"]


def test_images_and_snapshots_have_no_account_and_what_else_it_starts_from_has_ours() -> None:
    assert statement("LaunchFrom")["Resource"] == [
        "arn:aws:ec2:us-west-2::image/*",
        "arn:aws:ec2:us-west-2::snapshot/*",
        f"{EC2}:security-group/*",
        f"{EC2}:subnet/*",
    ]
    assert statement("FindImages")["Resource"] == "arn:aws:ssm:us-west-2::parameter/aws/service/*"


def test_it_reads_its_own_queue_and_writes_to_none() -> None:
    found = statement("Interruptions")
    assert found["Resource"] == "arn:aws:sqs:us-west-2:123456789012:emr-karpenter"
    assert "sqs:SendMessage" not in actions()


def test_the_role_trusts_one_service_account_of_one_cluster() -> None:
    (found,) = trust(SCOPE)["Statement"]
    assert found["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert found["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert found["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": "123456789012",
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:us-west-2:123456789012:cluster/emr",
            "aws:RequestTag/kubernetes-namespace": karpenter.NAMESPACE,
            "aws:RequestTag/kubernetes-service-account": karpenter.SERVICE_ACCOUNT,
        }
    }


def test_the_queue_takes_from_rules_and_refuses_plain_http() -> None:
    sending, refusing = queue(SCOPE, ["arn:one"])["Statement"]
    assert (sending["Principal"], sending["Action"]) == ({"Service": "events.amazonaws.com"}, "sqs:SendMessage")
    assert sending["Condition"] == {"ArnEquals": {"aws:SourceArn": ["arn:one"]}}
    assert (refusing["Effect"], refusing["Principal"]) == ("Deny", "*")
    assert refusing["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert sending["Resource"] == refusing["Resource"] == SCOPE.queue_arn


def test_other_partitions_have_their_own_arns() -> None:
    assert LONGEST.queue_arn.startswith("arn:aws-us-gov:sqs:us-gov-west-1:")
