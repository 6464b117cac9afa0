"""The API's document of a new cluster: what was asked for, and EKS's defaults for what was not."""

from __future__ import annotations

import ipaddress
import secrets
from typing import TYPE_CHECKING, Any

from moto.kms.models import kms_backends  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks import network, versions
from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.eks.state import ClusterKey, Document, now
from local.aws.emulator.rest_json.errors import NotHandledError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

_KMS: Any = kms_backends
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_SERVICE_RANGES = [ipaddress.ip_network(r) for r in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
_SERVICE_PREFIXES = range(12, 25)  # EKS API reference, KubernetesNetworkConfigRequest: between /24 and /12


def build(key: ClusterKey, params: dict[str, Any]) -> Document:
    """The document of a cluster that is being created, checked against the VPC it is to live in.

    Raises:
        ServiceError: InvalidParameterException.
        NotHandledError: for an option the embedded cloud does not have.
    """
    vpc = params["resourcesVpcConfig"]
    vpc_id = network.cluster_vpc(key, vpc.get("subnetIds", []))
    network.check_security_groups(key, vpc.get("securityGroupIds", []), vpc_id)
    version = params.get("version", versions.DEFAULT)
    versions.check(version, key.name)
    access = params.get("accessConfig", {})
    issuer = f"https://oidc.eks.{key.region}.amazonaws.com/id/{secrets.token_hex(16).upper()}"
    return {
        "name": key.name,
        "arn": f"arn:aws:eks:{key.region}:{key.account}:cluster/{key.name}",
        "createdAt": now(),
        "version": version,
        "platformVersion": versions.platform(version),
        "roleArn": params["roleArn"],
        "resourcesVpcConfig": vpc_config({}, vpc, key) | {"vpcId": vpc_id},
        "kubernetesNetworkConfig": _network(key, params.get("kubernetesNetworkConfig", {}), vpc_id),
        "logging": logging(params.get("logging", {}).get("clusterLogging", []), ()),
        "identity": {"oidc": {"issuer": issuer}},
        "status": "CREATING",
        "certificateAuthority": {},
        "clientRequestToken": params.get("clientRequestToken"),
        "tags": dict(params.get("tags", {})),
        "encryptionConfig": _encryption(params.get("encryptionConfig"), key),
        "health": {"issues": []},
        "accessConfig": {
            "authenticationMode": access.get("authenticationMode", "CONFIG_MAP"),
            "bootstrapClusterCreatorAdminPermissions": access.get("bootstrapClusterCreatorAdminPermissions", True),
        },
        "upgradePolicy": {"supportType": params.get("upgradePolicy", {}).get("supportType", "EXTENDED")},
        "zonalShiftConfig": params.get("zonalShiftConfig", {"enabled": False}),
        "deletionProtection": params.get("deletionProtection", False),
    }


def vpc_config(old: Document, change: Document, key: ClusterKey) -> Document:
    """A cluster's VPC configuration after a change; who may reach a public endpoint is everybody by default.

    Raises:
        ServiceError: InvalidParameterException, for an endpoint that nobody could reach, or a bad range.
    """
    config: Document = {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
        "securityGroupIds": [],
        **old,
        **change,
    }
    if not (config["endpointPublicAccess"] or config["endpointPrivateAccess"]):
        message = "Private and public endpoint access cannot be false"
        raise ServiceError(INVALID, message, clusterName=key.name)
    if not config["endpointPublicAccess"]:
        config["publicAccessCidrs"] = []
    elif not config.get("publicAccessCidrs"):
        config["publicAccessCidrs"] = ["0.0.0.0/0"]
    for text in config["publicAccessCidrs"]:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            message = f"The following CIDRs are invalid in publicAccessCidrs: [{text}]"
            raise ServiceError(INVALID, message, clusterName=key.name) from error
    return config


def logging(setups: Iterable[Document], enabled: Iterable[str]) -> Document:
    """The logging document after these set-ups are applied to the types enabled so far."""
    types = set(enabled)
    for setup in setups:
        chosen = set(setup.get("types", []))
        types = types | chosen if setup.get("enabled") else types - chosen
    on = [name for name in LOG_TYPES if name in types]
    off = [name for name in LOG_TYPES if name not in types]
    setups = [{"types": on, "enabled": True}, {"types": off, "enabled": False}]
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


def enabled_logs(document: Document) -> tuple[str, ...]:
    """The log types a cluster sends to CloudWatch Logs."""
    return tuple(name for setup in document["logging"]["clusterLogging"] if setup["enabled"] for name in setup["types"])


def _network(key: ClusterKey, asked: Document, vpc: str) -> Document:
    if asked.get("ipFamily", "ipv4") != "ipv4":
        raise NotHandledError("eks:CreateCluster with ipFamily ipv6")
    if asked.get("elasticLoadBalancing", {}).get("enabled"):
        raise NotHandledError("eks:CreateCluster with elasticLoadBalancing (Auto Mode)")
    chosen: str = asked.get("serviceIpv4Cidr") or network.service_range(key, vpc)
    try:
        block = ipaddress.IPv4Network(chosen)
        fits = block.prefixlen in _SERVICE_PREFIXES and any(block.subnet_of(r) for r in _SERVICE_RANGES)  # pyright: ignore[reportArgumentType]
    except ValueError:
        fits = False
    if not fits:
        message = f"The specified serviceIpv4Cidr is invalid: {chosen}"
        raise ServiceError(INVALID, message, clusterName=key.name)
    return {"serviceIpv4Cidr": chosen, "ipFamily": "ipv4", "elasticLoadBalancing": {"enabled": False}}


def _encryption(configs: list[Document] | None, key: ClusterKey) -> list[Document] | None:
    for config in configs or []:
        if config.get("resources") != ["secrets"]:
            message = "Encryption config resources must be ['secrets']"
            raise ServiceError(INVALID, message, clusterName=key.name)
        arn: str = config.get("provider", {}).get("keyArn", "")
        if arn not in _key_arns(key):
            message = f"Encryption config provider keyArn is no KMS key of this account and region: {arn}"
            raise ServiceError(INVALID, message, clusterName=key.name)
    return configs


def _key_arns(key: ClusterKey) -> list[str]:
    keys: Any = _KMS[key.account][key.region].keys
    return [one.arn for one in keys.values() if one.key_state == "Enabled"]
