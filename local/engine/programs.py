"""Which programs the embedded cloud runs, and how each is built from its upstream Go module.

A row of `BUILDS` is the unit of everything: it is taken from the user whole, or built and cached whole. The
versions of modules are in `modules/<folder>/go.mod`, their checksums in the go.sum beside it.

To move a program to another version: change its go.mod and the version here, run `go build -mod=mod PACKAGE` in the
module's folder (with GONOSUMDB naming modules that the checksum database lacks) and commit go.mod and go.sum.
"""

from __future__ import annotations

from local.engine.build import Accepts, Build, Compile, Fetch

PULUMI = "3.259.0"
KUBERNETES = "1.35.5"
KUBERNETES_PROVIDER = "4.34.2"


def _kubernetes_stamps() -> tuple[str, ...]:
    """Kubernetes keeps its version twice: for servers and kubectl, and for the user agent of clients."""
    major, minor, _ = KUBERNETES.split(".")
    return tuple(
        f"{package}.{variable}={text}"
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
        for variable, text in (
            ("gitVersion", f"v{KUBERNETES}"),
            ("gitMajor", major),
            ("gitMinor", minor),
            ("gitTreeState", "clean"),
        )
    )


_PULUMI = Build(
    name="pulumi",
    version=PULUMI,
    # The command line warns of a language host that does not lie beside it, so they are one build.
    compiles=(
        Compile(
            module="pulumi",
            packages=(("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"),),
            stamps=(f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{PULUMI}",),
            tags=("osusergo", "grpcnotrace"),
        ),
        Compile(
            module="language-host",
            packages=(
                (
                    "pulumi-language-python",
                    "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
                ),
            ),
            tags=("osusergo", "grpcnotrace"),
        ),
    ),
    # The host starts these two from its own folder.
    fetches=(
        Fetch(
            module="language-host-scripts",
            source="github.com/pulumi/pulumi/sdk/v3",
            file="python/cmd/pulumi-language-python-exec",
            name="pulumi-language-python-exec",
        ),
        Fetch(
            module="language-host-scripts",
            source="github.com/pulumi/pulumi/sdk/v3",
            file="python/dist/pulumi-resource-pulumi-python",
            name="pulumi-resource-pulumi-python",
        ),
    ),
    accepts=Accepts(minimum=(3, 259, 0), below=(4,), asked=("pulumi",), question=("version",)),
    disk=3000,
)

_ETCD = Build(
    name="etcd",
    version="3.6.14",
    compiles=(Compile(module="etcd", packages=(("etcd", "go.etcd.io/etcd/server/v3"),)),),
    accepts=Accepts(minimum=(3, 5), below=(4,), asked=("etcd",)),
    disk=600,
)

_CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")

_KUBERNETES = Build(
    name="kubernetes",
    version=KUBERNETES,
    compiles=(
        Compile(
            module="kubernetes",
            packages=tuple((program, f"k8s.io/kubernetes/cmd/{program}") for program in _CONTROL_PLANE),
            stamps=_kubernetes_stamps(),
        ),
    ),
    accepts=Accepts(minimum=(1, 33), below=(1, 37), asked=_CONTROL_PLANE),
    disk=3500,
)

_KUBECTL = Build(
    name="kubectl",
    version=KUBERNETES,
    compiles=(
        Compile(
            module="kubernetes",
            packages=(("kubectl", "k8s.io/kubernetes/cmd/kubectl"),),
            stamps=_kubernetes_stamps(),
        ),
    ),
    accepts=Accepts(minimum=(1, 33), below=(1, 37), asked=("kubectl",), question=("version", "--client")),
    disk=600,
)

_KWOK = Build(
    name="kwok",
    version="0.8.0",
    compiles=(Compile(module="kwok", packages=(("kwok", "sigs.k8s.io/kwok/cmd/kwok"),)),),
    accepts=Accepts(minimum=(0, 7), below=(1,), asked=("kwok",)),
    disk=1200,
)

_KUBERNETES_PROVIDER = Build(
    name="pulumi-resource-kubernetes",
    version=KUBERNETES_PROVIDER,
    compiles=(
        Compile(
            module="kubernetes-provider",
            packages=(("pulumi-resource-kubernetes", "."),),
            stamps=(f"main.version={KUBERNETES_PROVIDER}",),
        ),
    ),
    disk=4500,
)

_DEFINITIONS = Build(
    name="definitions",
    version="1.8.2",
    fetches=(
        Fetch(
            module="definitions",
            source="github.com/aws/amazon-vpc-resource-controller-k8s",
            file="config/crd/bases/vpcresources.k8s.aws_securitygrouppolicies.yaml",
            name="securitygrouppolicies.yaml",
            executable=False,
        ),
    ),
    disk=50,
)

BUILDS = (_ETCD, _KUBERNETES, _KUBECTL, _KWOK, _PULUMI, _KUBERNETES_PROVIDER, _DEFINITIONS)
"""Every build, in the order in which a cold machine makes them."""

ANALYSER = Build(
    name="netpol-analyzer",
    version="1.4.4",
    compiles=(
        Compile(
            module="netpol-analyzer",
            packages=(("netpolicy", "github.com/np-guard/netpol-analyzer/cmd/netpolicy"),),
        ),
    ),
    disk=900,
)
"""Says from manifests who may connect to whom. No part of the engine: tests ask for it with `provide`."""
