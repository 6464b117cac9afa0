"""Asks the API server one thing with the token of the pod's service account."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.spark.container.driver import SERVICE_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.spark.container.mounts import Mounts

_SECONDS = 30


def pod(namespace: str, name: str, mounts: Mounts, environ: Mapping[str, str]) -> dict[str, Any]:
    """The pod, or the API server's Status document that says why not.

    Raises:
        OSError: the API server does not answer.
    """
    folder = mounts.host(SERVICE_ACCOUNT)
    token = Path(folder, "token").read_text(encoding="ascii").strip()
    connection = http.client.HTTPSConnection(
        environ["KUBERNETES_SERVICE_HOST"],
        int(environ["KUBERNETES_SERVICE_PORT"]),
        timeout=_SECONDS,
        context=ssl.create_default_context(cafile=f"{folder}/ca.crt"),
    )
    try:
        connection.request(
            "GET", f"/api/v1/namespaces/{namespace}/pods/{name}", headers={"Authorization": f"Bearer {token}"}
        )
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
