"""A look at the emulated cluster with the rights of whoever has `.local/env`."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

from local.control_plane.api import Api
from local.folder import Folder, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN_SECONDS = 600  # EKS's tokens hold for 15 minutes


class Cluster:
    """One emulated EKS cluster."""

    def __init__(self, folder: Folder, shell: Mapping[str, str], name: str, eks: Any) -> None:
        """Take the cluster's name and a boto3 client of EKS."""
        described: dict[str, Any] = eks.describe_cluster(name=name)["cluster"]
        self._endpoint: str = described["endpoint"]
        self._name = name
        self._shell = shell
        self._authority = folder.path / f"{name}-authority.pem"
        self._authority.write_bytes(base64.b64decode(described["certificateAuthority"]["data"]))
        self._until = 0.0
        self._api: Api

    def pods(self, namespace: str, labels: str) -> list[dict[str, Any]]:
        """List the pods of a namespace that carry labels."""
        return self._client().list(f"/api/v1/namespaces/{namespace}/pods", labelSelector=labels)

    def _client(self) -> Api:
        if time.monotonic() > self._until:
            self._api = Api(self._endpoint, self._authority, token=self._token())
            self._until = time.monotonic() + _TOKEN_SECONDS
        return self._api

    def _token(self) -> str:
        command = ["aws", "eks", "get-token", "--cluster-name", self._name, "--output", "json"]
        done = subprocess.run(command, env=dict(self._shell), capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"`{' '.join(command)}` failed: {done.stderr.strip()}"
            raise Refused(message)
        token: str = json.loads(done.stdout)["status"]["token"]
        return token
