"""A real Kubernetes control plane for each emulated EKS cluster, on loopback."""

from local.control_plane.api import Api, ApiError
from local.control_plane.definitions import define
from local.control_plane.errors import ControlPlaneError, RefusedError
from local.control_plane.plane import ControlPlane, ControlPlaneArgs
from local.control_plane.reviews import User

__all__ = ["Api", "ApiError", "ControlPlane", "ControlPlaneArgs", "ControlPlaneError", "RefusedError", "User", "define"]
