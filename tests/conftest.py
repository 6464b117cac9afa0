"""The recording engine: runs a program without a cloud and keeps every resource it registers."""

from __future__ import annotations

import importlib
import json
import runpy
import signal
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import settings
from pulumi.runtime import mocks, rpc, set_all_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _sync_await

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parent.parent
STACK_FILES = CHECKOUT / "stacks" / "config"
PROJECT = "tenancy"
ACCOUNT = "123456789012"
REGION = "us-west-2"
ISSUER = f"oidc.eks.{REGION}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"


def pytest_configure(config: pytest.Config) -> None:
    """Set up what all tests need, whatever the shell and the SDKs do."""
    # A shell starts its background commands with interrupts ignored, and so would be all that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Pulumi's SDKs warn of their own deprecated resources when a module of them is first touched.
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:pulumi_(aws|eks)")
    # How long an example takes depends on the machine.
    settings.register_profile("project", deadline=None)
    settings.load_profile("project")


def pytest_sessionstart() -> None:
    """Load the SDK's lazy packages whole: the stand-in provider imports single modules of them, and a lazy package
    of which a module has been imported first never gets its other names (Python 3.11's LazyLoader).
    """
    with warnings.catch_warnings(action="ignore"):
        for name in ("cloudtrail", "cloudwatch", "ec2", "eks", "iam", "kms", "s3", "sns", "vpc"):
            getattr(importlib.import_module(f"pulumi_aws.{name}"), "__all__", None)


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A resource as the program registered it."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: dict[str, Any]
    custom: bool
    remote: bool
    provider: str
    """URN of the provider, empty where none is explicit."""
    providers: dict[str, str]
    """URN of the provider of each package that children get; remote components have only these."""
    dependencies: frozenset[str]
    """URNs of everything it waits for, whether by option or by a value."""
    request: Any
    """The whole registration, for options such as `retainOnDelete`."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Everything a program registered, in order."""

    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each component, and the stack, registered as outputs."""

    @property
    def exports(self) -> dict[str, Any]:
        """The outputs of the stack."""
        (stack,) = [urn for urn in self.outputs if "::pulumi:pulumi:Stack::" in urn]
        return self.outputs[stack]

    def of(self, kind: str) -> list[Registered]:
        """All resources of a type."""
        return [resource for resource in self.resources if resource.type == kind]

    def one(self, kind: str, name: str | None = None) -> Registered:
        """The one resource of a type, or of a type and name."""
        found = [resource for resource in self.of(kind) if name in (None, resource.name)]
        assert len(found) == 1, f"{len(found)} resources {kind} {name or ''}: {[each.name for each in found]}"
        return found[0]

    def children(self, parent: Registered) -> list[tuple[str, str]]:
        """Type and name of the direct children of a resource."""
        return [(each.type, each.name) for each in self.resources if each.parent == parent.urn]

    def below(self, parent: Registered) -> list[Registered]:
        """All resources under a resource, at any depth."""
        found = [parent]
        for each in self.resources:
            if each.parent in {known.urn for known in found}:
                found.append(each)
        return found[1:]

    def waits_for(self, later: Registered, earlier: Registered) -> bool:
        """Whether one resource is made after another, directly or through others."""
        known = {resource.urn: resource for resource in self.resources}
        seen: set[str] = set()
        open_ends = [later.urn]
        while open_ends:
            urn = open_ends.pop()
            if urn == earlier.urn:
                return True
            if urn in known and urn not in seen:
                seen.add(urn)
                open_ends += [*known[urn].dependencies, known[urn].provider]
        return False


class _Cloud(mocks.Mocks):
    """Answers registrations with what a provider would compute; in a preview, with what it knows before."""

    def __init__(self, *, preview: bool) -> None:
        self.preview = preview

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if self.preview:
            return None, args.inputs
        return f"{args.name}-id", {**_computed(args), **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asks the cloud while it is read: {args.token}")


def _computed(args: mocks.MockResourceArgs) -> dict[str, Any]:
    name = args.inputs.get("name", args.name)
    return {
        "aws:iam/role:Role": {"arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"},
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
            "arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
        },
        "aws:iam/policy:Policy": {"arn": f"arn:aws:iam::{ACCOUNT}:policy/{name}"},
        "aws:cloudwatch/logGroup:LogGroup": {"arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"},
        "aws:sns/topic:Topic": {"arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"},
        "aws:sqs/queue:Queue": {
            "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
            "url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}",
        },
        "aws:cloudwatch/eventBus:EventBus": {"arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{name}"},
        "aws:kms/key:Key": {"arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{args.name}", "keyId": args.name},
        "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1},
        "aws:ec2/vpcEndpoint:VpcEndpoint": {"prefixListId": f"pl-{args.name}"},
        "eks:index:Cluster": {
            "kubeconfig": {"clusters": []},
            "kubeconfigJson": '{"clusters":[]}',
            "oidcIssuer": ISSUER,
            "clusterSecurityGroupId": "sg-cluster",
        },
        "tenancy:index:ServiceLinkedRole": {"arn": "arn", "name": "AWSServiceRoleForAmazonEMRContainers"},
        "tenancy:index:VirtualCluster": {
            "virtualClusterId": f"{args.name}-id",
            "arn": f"arn:aws:emr-containers:{REGION}:{ACCOUNT}:/virtualclusters/{args.name}-id",
            "state": "RUNNING",
        },
        "tenancy:index:JobTemplate": {
            "jobTemplateId": f"{args.name}-id",
            "arn": f"arn:aws:emr-containers:{REGION}:{ACCOUNT}:/jobtemplates/{args.name}-id",
        },
    }.get(args.typ, {})


class _Monitor(mocks.MockMonitor):
    """Pulumi's mock monitor, which also keeps the registrations themselves."""

    def __init__(self, cloud: _Cloud) -> None:
        super().__init__(cloud)
        self.recording = Recording()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes it: with the types of all parents but the stack."""
        above = "" if not parent or "::pulumi:pulumi:Stack::" in parent else f"{parent.split('::')[2]}$"
        return super().make_urn("", f"{above}{type_}", name)

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Without resource references: a resource that is an input is recorded as its id, a component as its URN."""
        supported = super().GetDeploymentInfo(request).supportedFeatures
        references = resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES
        return resource_pb2.DeploymentInfo(supportedFeatures=[each for each in supported if each != references])

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.recording.resources.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    parent=request.parent,
                    inputs=rpc.deserialize_properties(request.object),
                    custom=request.custom,
                    remote=request.remote,
                    provider=request.provider.rpartition("::")[0],
                    providers={key: ref.rpartition("::")[0] for key, ref in request.providers.items()},
                    dependencies=frozenset(request.dependencies).union(
                        *(each.urns for each in request.propertyDependencies.values())
                    ),
                    request=request,
                )
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        self.recording.outputs[request.urn] = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)


def _record(
    program: Callable[[], Any],
    *,
    stack: str = "local",
    config: dict[str, str] | None = None,
    preview: bool = False,
) -> Recording:
    monitor = _Monitor(_Cloud(preview=preview))
    mocks.set_mocks(monitor.mocks, project=PROJECT, stack=stack, preview=preview, monitor=monitor)
    set_root_resource(None)  # type: ignore[arg-type] - run_in_stack makes the stack itself
    set_all_config(config or {})

    def run() -> None:
        program()

    try:
        _sync_await(run_in_stack(run))
    finally:
        set_root_resource(None)  # type: ignore[arg-type] - the next recording has another stack
    return monitor.recording


def _stack_config(stack: str) -> dict[str, str]:
    values = yaml.safe_load((STACK_FILES / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _record_stack(stack: str, *, preview: bool = False, config: dict[str, str] | None = None) -> Recording:
    main = CHECKOUT / "__main__.py"
    return _record(
        lambda: runpy.run_path(str(main), run_name="__main__"),
        stack=stack,
        config=_stack_config(stack) if config is None else config,
        preview=preview,
    )


@pytest.fixture(scope="session")
def record() -> Callable[..., Recording]:
    """Run a program to its end, all registrations drained, and get what it registered.

    With `preview=True` as the first preview does: what AWS assigns is not known.
    """
    return _record


@pytest.fixture(scope="session")
def record_stack() -> Callable[..., Recording]:
    """Run the whole program on a stack file, or with other configuration than the file's."""
    return _record_stack


@pytest.fixture(scope="session")
def stack_config() -> Callable[[str], dict[str, str]]:
    """The configuration of a stack file, as the Pulumi CLI hands it to the program."""
    return _stack_config


@pytest.fixture(scope="session")
def local_stack() -> Recording:
    """What the program makes of stack `local`."""
    return _record_stack("local")
