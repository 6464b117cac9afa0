"""`tenancy:index:VirtualCluster`: a namespace of an EKS cluster, registered with EMR."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import botocore.exceptions
import grpc

from emr import quotas
from plugin import aws_errors, live_work, virtual_cluster_rules
from plugin.custom_resource import Call, CustomResource, Failure, Refused, State, Unfinished
from plugin.virtual_cluster_creation import create_virtual_cluster

_DELETE_SECONDS = 30 * 60
_LONGEST_PAUSE = 5.0


class VirtualCluster(CustomResource):
    """Create, look at, change and delete virtual clusters."""

    type_name: ClassVar[str] = "tenancy:index:VirtualCluster"
    inputs: ClassVar[frozenset[str]] = frozenset(
        {"name", "clusterName", "namespace", "tags", "schedulerConfiguration", "drainOnDelete"}
    )
    replacing: ClassVar[frozenset[str]] = frozenset({"name", "clusterName", "namespace"})
    delete_before_replace: ClassVar[bool] = True  # a namespace takes one virtual cluster
    computed: ClassVar[frozenset[str]] = frozenset({"virtualClusterId", "arn", "state"})

    def check(self, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """Fill in that there are no tags and that a delete refuses; apply EMR's rules."""
        defaults: dict[str, Any] = {"tags": {}, "drainOnDelete": False}
        filled = defaults | inputs
        return filled, virtual_cluster_rules.check(filled)

    def create(self, call: Call, inputs: dict[str, Any]) -> State:
        """Register the namespace; the same again if an earlier answer was lost."""
        return _running(_state(create_virtual_cluster(call, inputs), inputs))

    def read(self, call: Call, resource_id: str, inputs: dict[str, Any]) -> State | None:
        """None when absent or terminated; ARRESTED and TERMINATING are shown in `state`."""
        found = _describe(call, resource_id)
        return None if found is None or found["state"] == "TERMINATED" else _state(found, inputs)

    def update(self, call: Call, state: State, inputs: dict[str, Any]) -> State:
        """Change tags and limits of job runs; how a delete behaves is only recorded."""
        found = _describe(call, state.id)
        if found is None:
            raise Refused(f"virtual cluster {state.id} is gone; run `pulumi refresh`, then `pulumi up`")
        emr = call.aws.client("emr-containers")
        _update_tags(emr, found["arn"], _own_tags(found), inputs["tags"])
        olds, limits = state.outputs.get("schedulerConfiguration"), inputs.get("schedulerConfiguration")
        if olds != limits:
            unset = dict.fromkeys(olds or {}, quotas.MAXIMUM_JOB_RUNS)
            emr.update_virtual_cluster(id=state.id, schedulerConfiguration=unset | (limits or {}))
        return _running(_state(_describe(call, state.id) or found, inputs))

    def delete(self, call: Call, state: State) -> None:
        """Delete it when nothing lives in it, or end what lives first if the stored input says so."""
        found = _describe(call, state.id)
        if found is None or found["state"] == "TERMINATED":
            return
        deadline = time.monotonic() + (call.timeout or _DELETE_SECONDS)
        if found["state"] != "TERMINATING":
            _empty(call, state, deadline)
            call.aws.client("emr-containers").delete_virtual_cluster(id=state.id)
        _wait_for_termination(call, state, deadline)


def _describe(call: Call, virtual_cluster_id: str) -> dict[str, Any] | None:
    try:
        answer = call.aws.client("emr-containers").describe_virtual_cluster(id=virtual_cluster_id)
    except botocore.exceptions.ClientError as error:
        if aws_errors.code(error) == "ResourceNotFoundException":
            return None
        raise
    return answer["virtualCluster"]


def _own_tags(found: dict[str, Any]) -> dict[str, str]:
    tags: dict[str, str] = found.get("tags") or {}
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def _state(found: dict[str, Any], inputs: dict[str, Any]) -> State:
    provider = found["containerProvider"]
    outputs: dict[str, Any] = {
        "name": found["name"],
        "clusterName": provider["id"],
        "namespace": provider["info"]["eksInfo"]["namespace"],
        "tags": _own_tags(found),
        "drainOnDelete": inputs.get("drainOnDelete", False),
        "virtualClusterId": found["id"],
        "arn": found["arn"],
        "state": found["state"],
    }
    declared: dict[str, int] = inputs.get("schedulerConfiguration") or {}
    limits: dict[str, int] = found.get("schedulerConfiguration") or {}
    # A limit that nobody declared and that stands at what AWS gives by itself is not a difference.
    kept = {name: limit for name, limit in limits.items() if name in declared or limit != quotas.MAXIMUM_JOB_RUNS}
    return State(id=found["id"], outputs=outputs | ({"schedulerConfiguration": kept} if kept else {}))


def _running(state: State) -> State:
    if state.outputs["state"] == "RUNNING":
        return state
    raise Unfinished(
        f"virtual cluster {state.id} is {state.outputs['state']} and takes no jobs; {_remedy(state)}", state
    )


def _remedy(state: State) -> str:
    if state.outputs["state"] == "TERMINATING":
        return "somebody deletes it: run `pulumi refresh` when it is gone"
    namespace, cluster = state.outputs["namespace"], state.outputs["clusterName"]
    return (
        f"EMR lost its access to namespace {namespace} of cluster {cluster} while deleting it: restore the Role and "
        f"RoleBinding of user emr-containers in {namespace} and the mapping of role "
        "AWSServiceRoleForAmazonEMRContainers in ConfigMap kube-system/aws-auth (or its access entry), then delete "
        "the virtual cluster again"
    )


def _update_tags(emr: Any, arn: str, olds: dict[str, str], news: dict[str, str]) -> None:
    if gone := sorted(olds.keys() - news.keys()):
        emr.untag_resource(resourceArn=arn, tagKeys=gone)
    if added := {key: value for key, value in news.items() if olds.get(key) != value}:
        emr.tag_resource(resourceArn=arn, tags=added)


def _empty(call: Call, state: State, deadline: float) -> None:
    """Make sure that nothing lives in the virtual cluster."""
    emr, attempt = call.aws.client("emr-containers"), 0
    while works := live_work.find(emr, state.id):
        title = f"virtual cluster {state.id} ({state.outputs['name']}) still has {live_work.listing(works)}"
        if not state.outputs.get("drainOnDelete"):
            raise Refused(
                f"{title}. Deleting it would lose them: wait for them to end or cancel them (`aws emr-containers "
                f"cancel-job-run --virtual-cluster-id {state.id} --id ID`, `delete-managed-endpoint`), then delete "
                "again; or set drainOnDelete on the resource, run `pulumi up`, and a delete cancels them"
            )
        if time.monotonic() > deadline:
            raise Refused(f"{title}, cancelled but not ended in time; delete again", grpc.StatusCode.ABORTED)
        if attempt == 0:
            call.tell(f"{title}; ending them, as drainOnDelete says")
        live_work.end(emr, state.id, works)
        call.pause(attempt, longest=_LONGEST_PAUSE)
        attempt += 1


def _wait_for_termination(call: Call, state: State, deadline: float) -> None:
    attempt, terminating = 0, False
    while (found := _describe(call, state.id)) and found["state"] != "TERMINATED":
        now = State(id=state.id, outputs=state.outputs | {"state": found["state"]})
        terminating = terminating or found["state"] == "TERMINATING"
        # An arrested one may still say so for a moment after it is asked to go again.
        if found["state"] == "ARRESTED" and (terminating or attempt > 5):  # noqa: PLR2004
            raise Refused(f"virtual cluster {state.id} is ARRESTED and not deleted: {_remedy(now)}")
        if time.monotonic() > deadline:
            raise Refused(
                f"virtual cluster {state.id} is still {found['state']}; delete again", grpc.StatusCode.ABORTED
            )
        call.pause(attempt, longest=_LONGEST_PAUSE)
        attempt += 1
