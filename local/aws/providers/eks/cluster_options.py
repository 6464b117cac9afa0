"""The options of `eks:index:Cluster` that the stand-in handles, and the combinations that upstream refuses."""

from __future__ import annotations

from typing import Any

from local.aws.providers.eks.options import refuse, unhandled

_HANDLED = frozenset(
    {
        "accessEntries",
        "authenticationMode",
        "bootstrapSelfManagedAddons",
        "clusterTags",
        "corednsAddonOptions",
        "createInstanceRole",
        "createOidcProvider",
        "deletionProtection",
        "enableConfigMapMutable",
        "enabledClusterLogTypes",
        "encryptionConfigKeyArn",
        "endpointPrivateAccess",
        "endpointPublicAccess",
        "instanceRoles",
        "ipFamily",
        "kubeProxyAddonOptions",
        "kubernetesServiceIpAddressRange",
        "name",
        "privateSubnetIds",
        "providerCredentialOpts",
        "publicAccessCidrs",
        "publicSubnetIds",
        "roleMappings",
        "serviceRole",
        "skipDefaultNodeGroup",
        "skipDefaultSecurityGroups",
        "subnetIds",
        "tags",
        "upgradePolicy",
        "useDefaultVpcCni",
        "userMappings",
        "version",
        "vpcId",
    }
)
_MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")


def check(name: str, inputs: dict[str, Any]) -> None:
    """Refuse what the stand-in does not handle and what upstream refuses.

    Raises:
        InputPropertiesError: naming every option at fault.
    """
    faults = unhandled(inputs, _HANDLED) | _left_out(inputs) | _contradictions(inputs)
    refuse(f"eks.Cluster {name}", faults)


def reads_config_map(mode: str | None) -> bool:
    """Whether a cluster of this authentication mode reads aws-auth; CONFIG_MAP is upstream's default."""
    return mode != "API"


def has_access_entries(mode: str | None) -> bool:
    """Whether a cluster of this authentication mode has access entries."""
    return mode in ("API", "API_AND_CONFIG_MAP")


def _left_out(inputs: dict[str, Any]) -> dict[str, str]:
    """What the real component would also make, and the stand-in does not."""
    needed = {
        "skipDefaultNodeGroup": (True, "a node group and an instance role"),
        "skipDefaultSecurityGroups": (True, "two security groups open to 0.0.0.0/0 and between all nodes"),
        "useDefaultVpcCni": (True, "the vpc-cni add-on in its most recent version"),
    }
    faults = {
        name: f"must be {value}: otherwise pulumi-eks makes {made}, and the embedded cloud does not"
        for name, (value, made) in needed.items()
        if inputs.get(name) is not value
    }
    for name in ("createOidcProvider", "createInstanceRole"):
        if inputs.get(name) not in (None, False):
            faults[name] = "must be false: make the OIDC provider or the role as a resource of its own"
    for name, addon, by_default in (
        ("kubeProxyAddonOptions", "kube-proxy", True),
        ("corednsAddonOptions", "coredns", False),
    ):
        options: dict[str, Any] = inputs.get(name) or {}
        if options.get("enabled", by_default) is not False or options.get("configurationValues"):
            faults[name] = (
                f"must be {{enabled: false}}: otherwise pulumi-eks makes the {addon} add-on, in its most recent "
                "version at each run; declare an eks.Addon with a version"
            )
    if "serviceRole" not in inputs:
        faults["serviceRole"] = "is needed: the role that pulumi-eks makes lacks AmazonEKSVPCResourceController"
    if "vpcId" not in inputs:
        faults["vpcId"] = "is needed: otherwise pulumi-eks takes the account's default VPC"
    return faults


def _contradictions(inputs: dict[str, Any]) -> dict[str, str]:
    """What upstream refuses, too."""
    mode, faults = inputs.get("authenticationMode"), dict[str, str]()
    if mode not in (None, *_MODES):
        faults["authenticationMode"] = f"is {mode!r}; it is one of {', '.join(_MODES)}"
    if "subnetIds" in inputs and ("publicSubnetIds" in inputs or "privateSubnetIds" in inputs):
        faults["subnetIds"] = "and publicSubnetIds or privateSubnetIds exclude each other"
    if not reads_config_map(mode):
        for name in ("roleMappings", "userMappings", "instanceRoles"):
            if inputs.get(name):
                faults[name] = "has no effect in authenticationMode API, which reads no aws-auth"
    if not has_access_entries(mode) and inputs.get("accessEntries"):
        faults["accessEntries"] = f"needs authenticationMode API or API_AND_CONFIG_MAP, which is {mode or 'not set'}"
    if inputs.get("publicAccessCidrs") and inputs.get("endpointPublicAccess") is False:
        faults["publicAccessCidrs"] = "can only be set when endpointPublicAccess is true"
    return faults
