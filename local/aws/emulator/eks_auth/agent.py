"""The EKS Pod Identity Agent of every node, as the pods that run for real see it.

On EKS the add-on `eks-pod-identity-agent` answers on 169.254.170.23 of each node. A process of this machine asks the
emulator instead, at `PATH`; the token that it shows names its cluster. The node's own right to call EKS Auth is not
judged here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from local.aws.emulator.eks_auth import pods
from local.aws.emulator.eks_auth.assumption import assume
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster

LOG = logging.getLogger(__name__)
PATH = "/pod-identity-agent/v1/credentials"
ADDON = "eks-pod-identity-agent"
"""The add-on without which no node has an agent."""
_WORKING = ("ACTIVE", "DEGRADED", "UPDATING")
_STATUS = {"AccessDeniedException": 403, "ResourceNotFoundException": 404}


class Agent:
    """Hands credentials to pods."""

    def __init__(self, eks: Eks) -> None:
        """Know the clusters."""
        self._eks = eks

    def answer(self, token: str) -> tuple[int, dict[str, Any]]:
        """Answer a pod that shows its token: HTTP status and document."""
        try:
            read = pods.read(token)
            cluster = self._cluster(read.issuer)
            if cluster is None or not _has_agent(cluster):
                message = f"no node of the cluster has an EKS Pod Identity Agent: the add-on {ADDON} is not there"
                return 503, {"message": message}
            made = assume(self._eks, cluster, read)
        except ServiceError as error:
            LOG.warning("EKS Pod Identity: %s: %s", error.code, error.message)
            return _STATUS.get(error.code, 400), {"message": f"{error.code}: {error.message}"}
        caller = made.session.caller
        return 200, {
            "AccessKeyId": caller.access_key_id,
            "SecretAccessKey": caller.secret_access_key,
            "Token": made.session.token,
            "AccountId": caller.account,
            "Expiration": made.session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _cluster(self, issuer: str) -> Cluster | None:
        clusters = list(self._eks.clusters.values())
        return next((each for each in clusters if each.document["identity"]["oidc"]["issuer"] == issuer), None)


def _has_agent(cluster: Cluster) -> bool:
    addon = cluster.addons.get(ADDON)
    return addon is not None and addon["status"] in _WORKING
