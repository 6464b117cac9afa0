from __future__ import annotations

import pytest

from local.aws.emulator.eks import updates


@pytest.mark.usefixtures("cluster")
def test_an_update_is_in_progress_then_successful_and_one_at_a_time(world, aws, refused, monkeypatch):
    monkeypatch.setattr(updates, "UPDATE_SECONDS", 0.3)
    eks = aws("eks")
    update = eks.update_cluster_config(name="emr", logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})[
        "update"
    ]
    assert (update["status"], update["type"]) == ("InProgress", "LoggingUpdate")
    assert eks.describe_cluster(name="emr")["cluster"]["status"] == "UPDATING"
    code, message = refused(eks.update_cluster_config, name="emr", deletionProtection=True)
    assert code == "ResourceInUseException"
    assert (
        message
        == f"Cannot DeletionProtectionUpdate because cluster emr currently has update {update['id']} in progress"
    )
    assert refused(eks.delete_cluster, name="emr")[0] == "ResourceInUseException"
    world.settle()
    assert eks.describe_update(name="emr", updateId=update["id"])["update"]["status"] == "Successful"
    assert eks.list_updates(name="emr")["updateIds"] == [update["id"]]
    assert eks.describe_cluster(name="emr")["cluster"]["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": False}]}},
            "No changes needed for the logging config provided",
        ),
        (
            {"resourcesVpcConfig": {"endpointPublicAccess": True}},
            (
                "Cluster is already at the desired configuration with endpointPrivateAccess: false , "
                "endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]"
            ),
        ),
        (
            {"accessConfig": {"authenticationMode": "CONFIG_MAP"}},
            "Unsupported authentication mode update from API_AND_CONFIG_MAP to CONFIG_MAP",
        ),
        (
            {"accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}},
            "Unsupported authentication mode update from API_AND_CONFIG_MAP to API_AND_CONFIG_MAP",
        ),
        (
            {"deletionProtection": True, "upgradePolicy": {"supportType": "STANDARD"}},
            "Only one type of update can be allowed.",
        ),
        ({"resourcesVpcConfig": {"endpointPublicAccess": False}}, "Private and public endpoint access cannot be false"),
    ],
)
@pytest.mark.usefixtures("cluster")
def test_updates_that_change_nothing_or_may_not_be_are_refused(aws, refused, change, message):
    assert refused(aws("eks").update_cluster_config, name="emr", **change) == ("InvalidParameterException", message)


@pytest.mark.usefixtures("cluster")
def test_endpoint_access_and_subnets_change(world, aws, network):
    eks = aws("eks")
    config = {"endpointPublicAccess": False, "endpointPrivateAccess": True}
    assert eks.update_cluster_config(name="emr", resourcesVpcConfig=config)["update"]["type"] == "EndpointAccessUpdate"
    world.settle()
    subnets = network["subnets"][:2]
    assert (
        eks.update_cluster_config(name="emr", resourcesVpcConfig={"subnetIds": subnets})["update"]["type"]
        == "VpcConfigUpdate"
    )
    world.settle()
    found = eks.describe_cluster(name="emr")["cluster"]["resourcesVpcConfig"]
    assert (found["endpointPublicAccess"], found["publicAccessCidrs"], found["subnetIds"]) == (False, [], subnets)


def test_versions_go_up_one_by_one(world, aws, new_cluster, refused):
    new_cluster(version="1.34")
    eks = aws("eks")
    assert refused(eks.update_cluster_version, name="emr", version="1.36")[1] == (
        "Unsupported Kubernetes minor version update from 1.34 to 1.36"
    )
    eks.update_cluster_version(name="emr", version="1.35")
    world.settle()
    assert eks.describe_cluster(name="emr")["cluster"]["version"] == "1.35"
    assert refused(eks.update_cluster_version, name="emr", version="7.0")[1] == "unsupported Kubernetes version 7.0"
