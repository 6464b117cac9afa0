"""The launch template that a node group refers to, in moto's EC2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator.eks.core import INVALID
from local.aws.emulator.eks.network import ec2
from local.aws.emulator.rest_json.errors import ServiceError

if TYPE_CHECKING:
    from local.aws.emulator.eks.state import ClusterKey, Document

_ERROR: type[Exception] = ServiceException


def resolve(key: ClusterKey, asked: Document) -> tuple[Document, Document]:
    """Find a launch template: its specification with id, name and number of the version, and its data.

    Raises:
        ServiceError: InvalidParameterException, if it does not exist or is named twice.
    """
    if ("id" in asked) == ("name" in asked):
        message = "Either the id or the name of a launch template must be given, and not both"
        raise ServiceError(INVALID, message, clusterName=key.name)
    backend = ec2(key.account, key.region)
    try:
        template: Any = (
            backend.get_launch_template(asked["id"])
            if "id" in asked
            else backend.get_launch_template_by_name(asked["name"])
        )
        version: Any = template.get_version(asked.get("version", "$Default"))
    except (_ERROR, ValueError) as error:
        message = f"Launch template details can't be found. {error}"
        raise ServiceError(INVALID, message, clusterName=key.name) from error
    specification = {"id": template.id, "name": template.name, "version": str(version.number)}
    return specification, dict(version.data)
