"""Pod templates and job templates, made, changed and taken away by the real engine on the emulated cloud."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.folder import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cloud.conftest import Cloud

pytestmark = pytest.mark.cloud

BUCKET = "templates-of-jobs"
PROGRAM = f"""
import pulumi
import pulumi_aws as aws
from components.tenant.job_templates import JobTemplates, JobTemplatesArgs
from components.tenant.pod_templates import PodTemplates, PodTemplatesArgs
from iam import s3
from spec.job_templates import JobTemplateSpec, ParameterSpec
from spec.place import Place
from spec.templates import PodTemplatesSpec
from spec.tenant import TenantSpec

config = pulumi.Config("t")
template = JobTemplateSpec(
    name="daily",
    release="emr-7.9.0-latest",
    entry_point="s3://{BUCKET}/risk/${{Program}}",
    parameters={{"Program": ParameterSpec(), "Files": ParameterSpec(type="NUMBER", default="4")}},
    encrypt=config.require_bool("encrypt"),
)
tenant = TenantSpec(
    name="risk",
    owner="x",
    cost_centre="y",
    stack="s",
    pod_templates=PodTemplatesSpec(zone=config.get("zone")),
    job_templates=(template,),
)
bucket = aws.s3.Bucket("bucket", bucket="{BUCKET}")
versions = aws.s3.BucketVersioning(
    "versions", bucket=bucket.bucket, versioning_configuration={{"status": "Enabled"}}
)
files = PodTemplates(
    "files",
    PodTemplatesArgs(tenant=tenant, artefacts=s3.of_tenant("{BUCKET}", "risk"), spot=True),
    pulumi.ResourceOptions(depends_on=[versions]),
)
made = JobTemplates(
    "jobs",
    JobTemplatesArgs(
        tenant=tenant,
        place=Place(platform="emr", account="123456789012", region="us-west-2"),
        role_arns={{"job": "arn:aws:iam::123456789012:role/emr-risk-job"}},
        pod_template_uris=files.uris,
        after=[files],
        logs_uri="s3://{BUCKET}/risk/logs/",
    ),
)
pulumi.export("id", made.ids["daily"])
pulumi.export("uris", files.uris)
"""
PROJECT = {
    "name": "templates-of-jobs",
    "runtime": {"name": "python", "options": {"virtualenv": str(CHECKOUT / ".venv")}},
    "plugins": {"providers": [{"name": "tenancy", "path": str(CHECKOUT / "plugin")}]},
}


@pytest.fixture(scope="module")
def pulumi(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Runs the engine on the program above."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "Pulumi.yaml").write_text(json.dumps(PROJECT))
    (folder / "__main__.py").write_text(PROGRAM)
    cloud.folder.pulumi_state.mkdir(parents=True, exist_ok=True)

    def run(*arguments: str, check: bool = True, **settings: str) -> str:
        given = {"encrypt": "false", **settings}
        words = [text for name, value in given.items() for text in ("--config", f"t:{name}={value}")]
        return cloud.run(
            "pulumi",
            *arguments,
            *(words if arguments[0] in ("up", "preview") else []),
            *("--non-interactive", "--color", "never", "--stack", "templates"),
            check=check,
            project=folder,
            PYTHONPATH=str(CHECKOUT),
        )

    run("stack", "init")
    yield run
    run("destroy", "--yes", "--skip-preview", check=False)


def outputs(pulumi: Callable[..., str]) -> dict[str, Any]:
    return json.loads(pulumi("stack", "output", "--json"))


@pytest.mark.covers("TG-06")
def test_templates_live_as_long_as_they_are_declared_and_another_value_is_another_template(
    cloud: Cloud, pulumi: Callable[..., str]
) -> None:
    s3, emr = cloud.aws("s3"), cloud.aws("emr-containers")
    pulumi("up", "--yes", "--skip-preview")
    first = outputs(pulumi)
    told = emr.describe_job_template(id=first["id"])["jobTemplate"]
    assert told["name"] == "emr-risk-daily"
    assert told["tags"]["tenant"] == told["jobTemplateData"]["jobTags"]["tenant"] == "risk"
    assert told["jobTemplateData"]["parameterConfiguration"]["Files"] == {"type": "NUMBER", "defaultValue": "4"}
    for uri in first["uris"].values():
        key = uri.removeprefix(f"s3://{BUCKET}/")
        assert json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())["kind"] == "Pod"

    pulumi("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes")

    pulumi("up", "--yes", "--skip-preview", encrypt="true")
    second = outputs(pulumi)
    assert second["id"] != first["id"]
    assert second["uris"] == first["uris"]
    assert [each["id"] for each in emr.list_job_templates()["templates"] if each["name"] == "emr-risk-daily"] == [
        second["id"]
    ]

    pulumi("up", "--yes", "--skip-preview", encrypt="true", zone="us-west-2a")
    third = outputs(pulumi)
    assert not set(third["uris"].values()) & set(first["uris"].values())
    held = {each["Key"] for each in s3.list_object_versions(Bucket=BUCKET)["Versions"]}
    assert {f"s3://{BUCKET}/{key}" for key in held} == set(third["uris"].values())

    pulumi("destroy", "--yes", "--skip-preview")
    assert not [each for each in emr.list_job_templates()["templates"] if each["name"] == "emr-risk-daily"]
    assert BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
