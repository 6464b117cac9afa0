"""Pickles moto's backends, with what the standard pickler cannot do: locks, private keys, local functions."""

from __future__ import annotations

import builtins
import copyreg
import importlib
import io
import marshal
import pickle
import threading
import types
from collections import defaultdict
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from moto.iam.models import AWSManagedPolicy, IAMBackend  # pyright: ignore[reportMissingTypeStubs]

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_POLICY: Any = AWSManagedPolicy
_IAM: Any = IAMBackend
_NEW: Any = vars(copyreg)["__newobj__"]


def dump(thing: Any) -> bytes:
    """Pickle.

    Raises:
        Exception: of the pickler, for an object it cannot save.
    """
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(thing)
    return buffer.getvalue()


def load(content: bytes) -> Any:
    """Give what `dump` was given. Only for files that this emulator wrote itself."""
    return _Unpickler(io.BytesIO(content)).load()


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> tuple[str, str, str, int] | None:
        """Keep AWS's own policies, 1,500 of them, out of the file; only who uses them is ours."""
        if isinstance(obj, _POLICY):
            policy: Any = obj
            return policy.partition, policy.account_id, policy.arn, policy.attachment_count
        return None

    def reducer_override(self, obj: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Say how to save what the standard pickler refuses."""
        if isinstance(obj, (_LOCK, _RLOCK)):
            return (threading.Lock if isinstance(obj, _LOCK) else threading.RLock), ()
        if isinstance(obj, types.FunctionType) and "<" in obj.__qualname__:
            cells = tuple(cell.cell_contents for cell in obj.__closure__ or ())
            return _function, (marshal.dumps(obj.__code__), obj.__module__, obj.__defaults__, cells)
        if isinstance(obj, PrivateKeyTypes):
            return _private_key, (
                obj.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                ),
            )
        if _is_subclassed_defaultdict(obj):
            return _reduced(obj)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._policies: dict[tuple[str, str], dict[str, Any]] = {}

    def persistent_load(self, pid: tuple[str, str, str, int]) -> Any:
        """Give one of AWS's own policies."""
        partition, account, arn, attachments = pid
        if (partition, account) not in self._policies:
            backend = _IAM(partition, account)
            self._policies[partition, account] = {policy.arn: policy for policy in backend.aws_managed_policies}
        policy = self._policies[partition, account][arn]
        policy.attachment_count = attachments
        return policy


def _is_subclassed_defaultdict(thing: Any) -> bool:
    return defaultdict in type(thing).__mro__[1:]


def _reduced(subclassed: Any) -> Any:
    """Save a subclass of defaultdict whose __init__ wants arguments; the standard reduction gives it none."""
    state: Any = (vars(subclassed), {"default_factory": subclassed.default_factory})
    return _NEW, (type(subclassed),), state, None, iter(subclassed.items())


def _function(code: bytes, module: str, defaults: tuple[Any, ...] | None, cells: tuple[Any, ...]) -> Any:
    namespace = vars(importlib.import_module(module)) | {"__builtins__": builtins}
    closure = tuple(types.CellType(content) for content in cells)
    return types.FunctionType(marshal.loads(code), namespace, argdefs=defaults, closure=closure)  # noqa: S302 - our own file


def _private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)
