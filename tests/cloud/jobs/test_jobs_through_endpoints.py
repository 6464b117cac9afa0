"""Real jobs in a VPC without NAT, through the policies of its endpoints: the defaults, and the guide's samples."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from iam import endpoints
from iam.documents import render
from local.aws.emulator.authorization import inside
from local.aws.emulator.eks.state import ClusterKey
from local.job import logs
from spec.endpoints import GATEWAYS, chosen
from spec.network import NetworkSpec
from tests.cloud.jobs.conftest import ENDED, Jobs, Run, wait_for

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

pytestmark = pytest.mark.cloud

ACCOUNT, REGION = "123456789012", "us-west-2"
NAME = f"com.amazonaws.{REGION}."
EVERYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The platform, its VPC cut off from the internet."""

    jobs: Jobs
    ids: dict[str, str]
    """Ids of the VPC's endpoints by service."""

    def aws(self, service: str, user: str | None = None) -> Any:
        """A client of the deployer or of a user, inside the VPC."""
        cloud = self.jobs.cloud
        key: dict[str, str] = {}
        if user:
            made = cloud.aws("iam").create_access_key(UserName=user)["AccessKey"]
            key = {"access_key": made["AccessKeyId"], "secret_key": made["SecretAccessKey"]}
        inner = inside.address(cloud.endpoint, ClusterKey(ACCOUNT, REGION, "emr"))
        return replace(cloud, endpoint=inner).aws(service, **key)

    @contextmanager
    def policy(self, service: str, document: Any) -> Generator[None]:
        """Another policy on an endpoint for a while."""
        ec2, own = self.jobs.cloud.aws("ec2"), {"VpcEndpointId": self.ids[service]}
        (before,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[self.ids[service]])["VpcEndpoints"]
        ec2.modify_vpc_endpoint(**own, PolicyDocument=render(document))
        try:
            yield
        finally:
            ec2.modify_vpc_endpoint(**own, PolicyDocument=before["PolicyDocument"])


@pytest.fixture(scope="module")
def closed(jobs: Jobs) -> Iterator[Closed]:
    """The VPC without its NAT and with the endpoints that a network without NAT gets, for these tests only."""
    ec2 = jobs.cloud.aws("ec2")
    vpc = jobs.cloud.aws("eks").describe_cluster(name="emr")["cluster"]["resourcesVpcConfig"]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["vpcId"]]}]
    out = [
        {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": EVERYWHERE, "NatGatewayId": way["NatGatewayId"]}
        for table in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
        for way in table["Routes"]
        if "NatGatewayId" in way
    ]
    found = ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
    ids = {each["ServiceName"].removeprefix(NAME): each["VpcEndpointId"] for each in found}
    added: list[str] = []
    assert out
    for route in out:
        ec2.delete_route(RouteTableId=route["RouteTableId"], DestinationCidrBlock=EVERYWHERE)
    try:
        for service in set(chosen(NetworkSpec(nat="none"))) - ids.keys():
            assert service not in GATEWAYS
            policy = endpoints.default(service, region=REGION, account=ACCOUNT)
            made = ec2.create_vpc_endpoint(
                VpcId=vpc["vpcId"],
                ServiceName=NAME + service,
                VpcEndpointType="Interface",
                PrivateDnsEnabled=True,
                SubnetIds=vpc["subnetIds"],
                **({"PolicyDocument": render(policy)} if policy else {}),
            )
            ids[service] = made["VpcEndpoint"]["VpcEndpointId"]
            added.append(ids[service])
        yield Closed(jobs=jobs, ids=ids)
    finally:
        for route in out:
            ec2.create_route(**route)
        ec2.delete_vpc_endpoints(VpcEndpointIds=added)


@pytest.fixture(scope="module")
def users(jobs: Jobs) -> dict[str, str]:
    """ARNs of users who may do everything with EMR on EKS, as far as their own policies go."""
    iam, found = jobs.cloud.aws("iam"), {}
    rights = {"Effect": "Allow", "Action": "emr-containers:*", "Resource": "*"}
    for name in ("submitter", "stranger"):
        found[name] = iam.create_user(UserName=name)["User"]["Arn"]
        document = json.dumps({"Version": "2012-10-17", "Statement": rights})
        iam.put_user_policy(UserName=name, PolicyName="emr", PolicyDocument=document)
    return found


def small(jobs: Jobs, tenant: str) -> dict[str, Any]:
    return jobs.request(tenant, arguments=("1", "1"))


def started(emr: Any, tenant: str, request: dict[str, Any]) -> Run:
    answer = emr.start_job_run(**request)
    return Run(id=answer["id"], virtual_cluster=answer["virtualClusterId"], namespace=tenant, request=request)


def refusal(operation: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        operation(**parameters)
    error: Any = caught.value.response
    assert error["Error"]["Code"] == "AccessDeniedException"
    return error["Error"]["Message"]


@pytest.mark.covers("NW-12", "NW-13", "NW-14")
def test_jobs_run_through_the_default_policies_and_the_guides_samples(closed: Closed, users: dict[str, str]) -> None:
    jobs = closed.jobs
    submitter, stranger = (closed.aws("emr-containers", name) for name in users)
    risk, sandbox = small(jobs, "risk"), small(jobs, "sandbox")
    silent = "because no VPC endpoint policy allows the emr-containers:StartJobRun action"
    runs: list[Run] = []
    with closed.policy("emr-containers", endpoints.only_principals([users["submitter"]])):
        runs.append(started(submitter, "risk", risk))
        assert refusal(stranger.start_job_run, **risk).endswith(silent)
    with closed.policy("emr-containers", endpoints.without_principals([users["stranger"]])):
        runs.append(started(submitter, "sandbox", sandbox))
        assert refusal(stranger.start_job_run, **risk).endswith("with an explicit deny in a VPC endpoint policy")
    arn = f"arn:aws:emr-containers:{REGION}:{ACCOUNT}:/virtualclusters/"
    with closed.policy("emr-containers", endpoints.without_virtual_cluster(arn + risk["virtualClusterId"], ACCOUNT)):
        runs.append(started(stranger, "sandbox", sandbox))
        assert refusal(stranger.start_job_run, **risk).endswith("with an explicit deny in a VPC endpoint policy")
    with closed.policy("emr-containers", endpoints.only_reading("999999999999")):
        assert "no VPC endpoint policy allows" in refusal(submitter.list_virtual_clusters)
    with closed.policy("emr-containers", endpoints.only_reading(ACCOUNT)):
        assert refusal(submitter.start_job_run, **risk).endswith(silent)
        for run in runs:
            done = wait_for(f"the end of {run.id}", lambda run=run: ended(submitter, run))
            assert done["state"] == "COMPLETED", done
    for run in runs:
        assert 3 < jobs.result(run)["pi"] < 3.3
        assert logs.driver(jobs.cloud.aws("logs"), run.request, run.id, "stdout")


def ended(emr: Any, run: Run) -> dict[str, Any] | None:
    found = emr.describe_job_run(virtualClusterId=run.virtual_cluster, id=run.id)["jobRun"]
    return found if found["state"] in ENDED else None


def test_a_job_whose_program_lies_behind_a_too_narrow_policy_fails_with_the_refusal_in_its_log(closed: Closed) -> None:
    jobs, request = closed.jobs, small(closed.jobs, "sandbox")
    bucket = jobs.tenants["sandbox"]["logsUri"].removeprefix("s3://").partition("/")[0]
    only_logs = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    with closed.policy("s3", {"Version": "2012-10-17", "Statement": [only_logs]}):
        run = jobs.start("sandbox", request)
        done = jobs.end(run)
        wait_for("the driver's log is there", lambda: jobs.driver(run, "stderr"), 30)
    assert done["state"] == "FAILED", done
    # The first request is a HEAD, to which S3 answers without words; who decided is in the emulator's log.
    assert "seeded_pi.py cannot be read: An error occurred (403)" in jobs.driver(run, "stderr")
    assert "terminated with exit code 1" in done["stateDetails"]
    program = request["jobDriver"]["sparkSubmitJobDriver"]["entryPoint"].removeprefix("s3://")
    decided = f"is refused: no VPC endpoint policy allows s3:GetObject on arn:aws:s3:::{program}"
    assert decided in jobs.cloud.folder.emulator_log.read_text()


def test_what_has_no_endpoint_cannot_be_reached(closed: Closed) -> None:
    with pytest.raises(ClientError, match=r"Nothing leads from subnet-.* to glue in us-west-2"):
        closed.aws("glue").get_databases()
    assert closed.aws("sts").get_caller_identity()["Account"] == ACCOUNT
