"""`tenancy:index:AwsAuthEntry`: one entry of ConfigMap kube-system/aws-auth, among those of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import grpc

from iam import aws_auth
from iam.aws_auth import AwsAuthError, RoleEntry
from plugin import aws_auth_rules
from plugin.config_map import NAME, AwsAuthConfigMap, ClusterGoneError, ConflictError
from plugin.custom_resource import Call, CustomResource, Failure, Refused, State

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS = 30
_ID = re.compile(r"([^/]+)/(arn:.+)")


class AwsAuthEntry(CustomResource):
    """Add, look at, change and remove exactly one entry."""

    type_name: ClassVar[str] = "tenancy:index:AwsAuthEntry"
    inputs: ClassVar[frozenset[str]] = frozenset({"clusterName", "roleArn", "username", "groups"})
    replacing: ClassVar[frozenset[str]] = frozenset({"clusterName", "roleArn"})
    delete_before_replace: ClassVar[bool] = False
    computed: ClassVar[frozenset[str]] = frozenset()

    def check(self, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """Fill in that there are no groups; apply the rules of aws-auth."""
        defaults: dict[str, Any] = {"groups": []}
        filled = defaults | inputs
        return filled, aws_auth_rules.check(filled)

    def create(self, call: Call, inputs: dict[str, Any]) -> State:
        """Add the entry; an equal one that is there (an earlier run made it) is taken."""
        entry = _entry(inputs)

        def add(text: str) -> str:
            present = aws_auth.find(text, entry.role_arn)
            if len(present) == 1 and present[0].entry.means(entry):
                return text
            if present:
                raise Refused(_occupied(inputs["clusterName"], entry, present))
            return aws_auth.add(text, entry)

        _edit(call, inputs["clusterName"], add)
        return _state(inputs["clusterName"], entry)

    def read(self, call: Call, resource_id: str, inputs: dict[str, Any]) -> State | None:
        """None when the entry, the ConfigMap or the cluster is gone."""
        parts = _ID.fullmatch(resource_id)
        if parts is None:
            raise Refused(f"{resource_id!r} is no entry of aws-auth; write CLUSTER/ROLE_ARN")
        try:
            text = AwsAuthConfigMap(call.aws, parts[1]).read().text
            present = aws_auth.find(text, parts[2])
        except ClusterGoneError:
            return None
        except AwsAuthError as error:
            raise _unreadable(parts[1], error) from error
        if not present:
            return None
        if len(present) > 1:
            call.tell(_duplicates(parts[1], parts[2], present))
        ours = [one for one in present if inputs and one.entry.means(_entry(inputs))]
        return _state(parts[1], (ours or list(present))[-1].entry, inputs)

    def update(self, call: Call, state: State, inputs: dict[str, Any]) -> State:
        """Put the new entry in the place of the recorded one."""
        old, new = _entry(state.outputs), _entry(inputs)

        def change(text: str) -> str:
            rest = aws_auth.remove(text, old)
            present = aws_auth.find(rest, new.role_arn)
            if len(present) == 1 and present[0].entry.means(new):
                return rest
            if present:
                raise Refused(_occupied(inputs["clusterName"], new, present))
            return aws_auth.add(rest, new)

        _edit(call, inputs["clusterName"], change)
        return _state(inputs["clusterName"], new)

    def delete(self, call: Call, state: State) -> None:
        """Remove the entry as it was recorded; what others made of it since is theirs."""
        cluster, entry = state.outputs["clusterName"], _entry(state.outputs)
        left: list[aws_auth.Found] = []

        def remove(text: str) -> str:
            rest = aws_auth.remove(text, entry)
            left[:] = aws_auth.find(rest, entry.role_arn)
            return rest

        try:
            _edit(call, cluster, remove, deleting=True)
        except ClusterGoneError:
            return
        if left:
            call.tell(f"{_duplicates(cluster, entry.role_arn, left)}; they are not this resource's and stay")


def _edit(call: Call, cluster: str, change: Callable[[str], str], *, deleting: bool = False) -> None:
    config_map = AwsAuthConfigMap(call.aws, cluster) if deleting else _usable(call, cluster)
    for attempt in range(_ATTEMPTS):
        before = config_map.read()
        try:
            text = change(before.text)
        except AwsAuthError as error:
            raise _unreadable(cluster, error) from error
        if text == before.text:
            return
        try:
            config_map.write(text, before.version)
        except ConflictError:
            call.pause(attempt, longest=2)
        else:
            return
    raise Refused(
        f"ConfigMap {NAME} of cluster {cluster} was written by others {_ATTEMPTS} times in a row; run again",
        grpc.StatusCode.ABORTED,
    )


def _usable(call: Call, cluster: str) -> AwsAuthConfigMap:
    try:
        config_map = AwsAuthConfigMap(call.aws, cluster)
    except ClusterGoneError as error:
        raise Refused(str(error)) from error
    if config_map.authentication_mode == "API":
        raise Refused(
            f"EKS cluster {cluster} has authentication mode API and does not read ConfigMap {NAME}: an entry there "
            "gives nobody access. Use an access entry, or mode API_AND_CONFIG_MAP"
        )
    return config_map


def _entry(inputs: dict[str, Any]) -> RoleEntry:
    return RoleEntry(role_arn=inputs["roleArn"], username=inputs["username"], groups=tuple(inputs.get("groups") or ()))


def _state(cluster: str, entry: RoleEntry, recorded: dict[str, Any] | None = None) -> State:
    """The entry as properties; in the words of the recorded inputs where both mean the same."""
    if recorded and _entry(recorded).means(entry):
        entry = _entry(recorded)
    return State(
        id=f"{cluster}/{entry.role_arn}",
        outputs={
            "clusterName": cluster,
            "roleArn": entry.role_arn,
            "username": entry.username,
            "groups": list(entry.groups),
        },
    )


def _occupied(cluster: str, entry: RoleEntry, present: tuple[aws_auth.Found, ...]) -> str:
    wanted = f"username {entry.username}" + (f", groups {', '.join(entry.groups)}" if entry.groups else "")
    return (
        f"{_duplicates(cluster, entry.role_arn, present)}, and this resource wants it once ({wanted}). EKS takes the "
        "last entry of a role: remove the others by hand, or import the one that is right"
    )


def _duplicates(cluster: str, role_arn: str, present: tuple[aws_auth.Found, ...] | list[aws_auth.Found]) -> str:
    places = "; ".join(f"line {one.line}: username {one.entry.username}" for one in present)
    return f"ConfigMap {NAME} of cluster {cluster} maps role {role_arn} in mapRoles ({places})"


def _unreadable(cluster: str, error: AwsAuthError) -> Refused:
    return Refused(
        f"ConfigMap {NAME} of cluster {cluster} is left as it is: {error}. Nobody whom it maps can enter while it is "
        "so: mend it (`kubectl -n kube-system edit configmap aws-auth`), then run again"
    )
