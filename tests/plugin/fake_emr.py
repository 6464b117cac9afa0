"""EMR on EKS as far as the plugin's tests need it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator


def service_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


class FakeEmr:
    """EMR on EKS as far as virtual clusters go: client tokens, one living virtual cluster a namespace."""

    def __init__(self) -> None:
        self.clusters: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.calls: list[str] = []
        self.jobs: list[dict[str, Any]] = []
        self.endpoints: list[dict[str, Any]] = []
        self.throttles = 0
        self.refusal: ClientError | None = None
        self.arrest = False
        self.unseen = 0
        self.lose_answer = False

    def create_virtual_cluster(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append("create")
        token = parameters.pop("clientToken")
        if self.throttles:
            self.throttles -= 1
            raise service_error("EKSRequestThrottledException")
        if self.refusal:
            raise self.refusal
        if token not in self.tokens:
            self.tokens[token] = self._make(parameters)
        if self.lose_answer:
            raise ConnectionError("killed")
        return {"id": self.tokens[token]}

    def _make(self, parameters: dict[str, Any]) -> str:
        provider = parameters["containerProvider"]
        for other in self.clusters.values():
            if other["containerProvider"] == provider and other["state"] != "TERMINATED":
                raise service_error("ValidationException", "A virtual cluster already exists in the given namespace")
        one = f"vc{len(self.clusters)}"
        self.clusters[one] = {"tags": {}} | parameters | {"id": one, "arn": f"arn:{one}", "state": "RUNNING"}
        return one

    def describe_virtual_cluster(self, *, id: str) -> dict[str, Any]:  # noqa: A002
        self.calls.append("describe")
        if self.unseen or id not in self.clusters:
            self.unseen = max(0, self.unseen - 1)
            raise service_error("ResourceNotFoundException")
        found = dict(self.clusters[id])
        if found["state"] == "TERMINATING":
            self.clusters[id]["state"] = "ARRESTED" if self.arrest else "TERMINATED"
        return {"virtualCluster": found}

    def delete_virtual_cluster(self, *, id: str) -> None:  # noqa: A002
        self.calls.append("delete")
        self.clusters[id]["state"] = "TERMINATING"

    def update_virtual_cluster(self, **asked: Any) -> None:
        self.clusters[asked["id"]]["schedulerConfiguration"] = asked["schedulerConfiguration"]

    def tag_resource(self, **asked: Any) -> None:
        self.calls.append(f"tag {sorted(asked['tags'])}")
        self.clusters[asked["resourceArn"].removeprefix("arn:")]["tags"].update(asked["tags"])

    def untag_resource(self, **asked: Any) -> None:
        self.calls.append(f"untag {asked['tagKeys']}")
        for key in asked["tagKeys"]:
            del self.clusters[asked["resourceArn"].removeprefix("arn:")]["tags"][key]

    def cancel_job_run(self, **asked: Any) -> None:
        self.calls.append(f"cancel {asked['id']}")
        self.jobs = [job for job in self.jobs if job["id"] != asked["id"]]

    def delete_managed_endpoint(self, **asked: Any) -> None:
        self.calls.append(f"end {asked['id']}")
        self.endpoints = [one for one in self.endpoints if one["id"] != asked["id"]]

    def get_paginator(self, operation: str) -> Any:
        return _Pages(self, operation)


class _Pages:
    def __init__(self, emr: FakeEmr, operation: str) -> None:
        self._emr, self._operation = emr, operation

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        emr, states = self._emr, asked["states"]
        listed = {
            "list_job_runs": ("jobRuns", emr.jobs),
            "list_managed_endpoints": ("endpoints", emr.endpoints),
            "list_virtual_clusters": ("virtualClusters", list(emr.clusters.values())),
        }
        key, all_of_them = listed[self._operation]
        yield {key: []}
        yield {key: [one for one in all_of_them if one["state"] in states]}
