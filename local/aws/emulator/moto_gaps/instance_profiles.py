"""ListInstanceProfiles: only those under the path that is asked for; moto tells all.

Source: IAM API reference, ListInstanceProfiles, of `PathPrefix`.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse  # pyright: ignore[reportMissingTypeStubs]

_Response: Any = IamResponse


def _list_instance_profiles(self: Any) -> Any:
    prefix = self._get_param("PathPrefix") or "/"
    found = [each for each in self.backend.get_instance_profiles() if each.path.startswith(prefix)]
    return ActionResult({"InstanceProfiles": found})


def install() -> None:
    """Change moto's IAM; before the first request. A second time changes nothing."""
    _Response.list_instance_profiles = _list_instance_profiles
