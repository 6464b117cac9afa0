"""Who the bearer of an EKS token is, and what access policies let them do.

A token is a presigned GetCallerIdentity request of STS, bound to one cluster by the signed header x-k8s-aws-id
(aws-iam-authenticator, pkg/token).
"""

from __future__ import annotations

import base64
import binascii
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.aws.emulator import principals, sigv4
from local.aws.emulator.eks import access_policies, aws_auth
from local.control_plane import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.aws.emulator.eks.state import AccessEntry, Cluster
    from local.aws.emulator.principals import Caller

LOG = logging.getLogger(__name__)
PREFIX = "k8s-aws-v1."
CLUSTER_HEADER = "x-k8s-aws-id"
LIFETIME = timedelta(minutes=15)
_MOST_LENGTH = 4096 * 4
_ARN_EXTRA = "canonicalArn"


class Authenticator:
    """Answers the webhooks of one cluster's API server."""

    def __init__(self, cluster: Cluster, api: Callable[[], Any]) -> None:
        """Take the cluster and what gives an administrator's client of its API server."""
        self._cluster = cluster
        self._api = api

    def authenticate(self, token: str) -> User | None:
        """Find the Kubernetes user of a token; None refuses it."""
        try:
            caller = identify(token, self._cluster.key.name, datetime.now(UTC))
        except sigv4.InvalidSignatureError as error:
            LOG.info("cluster %s refuses a token: %s", self._cluster.key.name, error)
            return None
        user = self._map(caller)
        if user is None:
            LOG.info("cluster %s knows no mapping for %s", self._cluster.key.name, caller.arn)
        return user

    def authorize(self, spec: dict[str, Any]) -> bool:
        """Say whether the access policies of the asking principal allow a request (SubjectAccessReview's spec)."""
        extra: dict[str, list[str]] = spec.get("extra") or {}
        arns = [arn for name, arns in extra.items() if name.lower() == _ARN_EXTRA.lower() for arn in arns]
        entry = next((e for e in self._entries() if e.document["principalArn"] in arns), None)
        return entry is not None and access_policies.allows(entry, spec, self._api())

    def _entries(self) -> list[AccessEntry]:
        """The entries that count; in mode CONFIG_MAP that is the creator's only."""
        return list(self._cluster.entries.values())

    def _map(self, caller: Caller) -> User | None:
        entry = self._cluster.entries.get(caller.principal_arn)
        if entry is not None:
            if entry.principal_id != caller.principal_id:
                return None
            name = aws_auth.fill(entry.document["username"], caller)
            return _user(caller, name, tuple(entry.document["kubernetesGroups"]))
        if self._cluster.mode == "API":
            return None
        mapping = aws_auth.lookup(self._api(), caller)
        if mapping is None:
            return None
        return _user(caller, mapping.username, mapping.groups)


def identify(token: str, cluster: str, now: datetime) -> Caller:
    """Find whose token it is.

    Raises:
        InvalidSignatureError: not a token for this cluster, out of its time, or of nobody known.
    """
    request = sigv4.Presigned.parse(_url(token))
    if request.query.get("Action") != "GetCallerIdentity":
        raise sigv4.InvalidSignatureError("the request is not GetCallerIdentity")
    caller = principals.find(request.access_key_id)
    if caller is None:
        raise sigv4.InvalidSignatureError(f"nobody has the access key {request.access_key_id}")
    headers = {"host": request.host, CLUSTER_HEADER: cluster}
    sigv4.check(request, headers, caller.secret_access_key, now, most=LIFETIME)
    return caller


def make_token(caller: Caller, cluster: str, region: str, now: datetime) -> str:
    """Make a token as `aws eks get-token` does."""
    host = f"sts.{region}.amazonaws.com"
    url = sigv4.presign(
        f"https://{host}/?Action=GetCallerIdentity&Version=2011-06-15",
        {"host": host, CLUSTER_HEADER: cluster},
        (caller.access_key_id, caller.secret_access_key),
        region,
        now,
    )
    return PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def _url(token: str) -> str:
    if not token.startswith(PREFIX) or len(token) > _MOST_LENGTH:
        raise sigv4.InvalidSignatureError(f"the token does not begin with {PREFIX}")
    text = token.removeprefix(PREFIX)
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise sigv4.InvalidSignatureError("the token is not base64 of a URL") from error


def _user(caller: Caller, name: str, groups: tuple[str, ...]) -> User:
    extra = {
        "accessKeyId": (caller.access_key_id,),
        "arn": (caller.arn,),
        _ARN_EXTRA: (caller.principal_arn,),
        "principalId": (caller.principal_id,),
        "sessionName": (caller.session_name,),
    }
    uid = f"aws-iam-authenticator:{caller.account}:{caller.principal_id}"
    return User(name=name, uid=uid, groups=groups, extra=extra)
