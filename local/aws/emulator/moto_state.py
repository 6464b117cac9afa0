"""Takes the state of all moto backends in use, and puts it back."""

from __future__ import annotations

import importlib
from typing import Any

from moto.core.base_backend import BackendDict  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator import pickling

_IN_USE: Any = BackendDict
Backends = dict[tuple[str, str], dict[str, dict[str, Any]]]
"""By module and name of the service's BackendDict: by account, by region, the backend."""


class UnsavableError(Exception):
    """Some services' state cannot be saved; the message names them."""


def take() -> Backends:
    """Gather the backends of every service that was used."""
    taken: Backends = {}
    for service in list(_IN_USE._instances):  # noqa: SLF001 - moto's own list of what is in use
        accounts = {account: dict(regions) for account, regions in service.items()}
        taken[_place(service)] = accounts
    return taken


def put_back(backends: Backends) -> None:
    """Make these the backends in use."""
    for (module, name), accounts in backends.items():
        service: Any = getattr(importlib.import_module(module), name)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                service[account][region] = backend


def unsavable(backends: Backends) -> list[str]:
    """The services that cannot be saved, each with the reason."""
    found: list[str] = []
    for (module, _), accounts in backends.items():
        try:
            pickling.load(pickling.dump(accounts))
        except Exception as error:  # noqa: BLE001 - whatever the pickler says is the reason
            found.append(f"{module.split('.')[1]}: {error}")
    return found


def _place(service: Any) -> tuple[str, str]:
    """Where a service keeps its BackendDict: `moto.ec2.models`, `ec2_backends`."""
    module = importlib.import_module(service.backend.__module__)
    name = next((name for name, value in vars(module).items() if value is service), None)
    if name is None:
        raise UnsavableError(f"{service.service_name}: its backends are in no variable of {module.__name__}")
    return module.__name__, name
