"""The images that EKS offers for nodes, and the public parameters that name them.

Source: EKS User Guide, "Retrieve recommended Amazon Linux AMI IDs". An image is made when its parameter is first read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import ec2_backends  # pyright: ignore[reportMissingTypeStubs]
from moto.ec2.models.amis import Ami  # pyright: ignore[reportMissingTypeStubs]
from moto.ssm.models import Parameter, SimpleSystemManagerBackend  # pyright: ignore[reportMissingTypeStubs]

_Backend: Any = SimpleSystemManagerBackend
_EC2: Any = ec2_backends
_AMI: Any = Ami
_PARAMETER: Any = Parameter
_get_parameter: Any = _Backend.get_parameter
_get_parameters: Any = _Backend.get_parameters
_NAME = re.compile(
    r"/aws/service/eks/optimized-ami/(?P<version>1\.\d+)/amazon-linux-2023/(?P<architecture>x86_64|arm64)/"
    r"(?P<variant>standard|nvidia|neuron)/(?P<release>recommended|amazon-eks-node-al2023-[\w.-]+)/"
    r"(?P<field>image_id|release_version|image_name)"
)
_RECOMMENDED = "v20251101"
_AMAZON = (
    "602401143452"  # the account of EKS's images in most Regions (EKS User Guide, "View container image registries")
)


def _public(self: Any, name: str) -> Any | None:
    """Give the public parameter of a name; None for another name."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    build = "-".join(("amazon-eks-node-al2023", match["architecture"], match["variant"], match["version"]))
    release = match["release"]
    full = f"{build}-{_RECOMMENDED}" if release == "recommended" else release
    if not re.fullmatch(re.escape(build) + r"-v\d{8}", full):
        return None
    values = {"image_id": lambda: _image(self, full, match["architecture"]).id}
    value = values.get(match["field"], lambda: full)()
    return _PARAMETER(
        account_id=self.account_id,
        name=name,
        value=value,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=datetime.now(UTC),
        version=1,
        data_type="text",
    )


def _image(self: Any, name: str, architecture: str) -> Any:
    backend: Any = _EC2[self.account_id][self.region_name]
    found = next((image for image in backend.amis.values() if image.name == name), None)
    if found is None:
        number = sum(ord(letter) * 31**place for place, letter in enumerate(name + self.region_name))
        found = _AMI(
            backend,
            f"ami-{number % 16**17:017x}",
            name=name,
            description="EKS-optimized Kubernetes node based on Amazon Linux 2023",
            owner_id=_AMAZON,
            owner_alias="amazon",
            public=True,
            virtualization_type="hvm",
            architecture=architecture,
            hypervisor="xen",
            root_device_type="ebs",
            root_device_name="/dev/xvda",
            image_location=f"amazon/{name}",
        )
        backend.amis[found.id] = found
    return found


def _get(self: Any, name: str) -> Any:
    return _public(self, name) or _get_parameter(self, name)


def _get_all(self: Any, names: list[str]) -> Any:
    known = {name: parameter for name in names if (parameter := _public(self, name)) is not None}
    return {**_get_parameters(self, [name for name in names if name not in known]), **known}


def install() -> None:
    """Change moto's Parameter Store; before the first request. A second time changes nothing."""
    _Backend.get_parameter = _get
    _Backend.get_parameters = _get_all
