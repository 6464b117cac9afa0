"""Addresses of pods: 127.<high byte of the API server's port>.<low byte>.<1..254>.

Linux gives every address of 127.0.0.0/8 to the loopback interface. The port keeps clusters on one machine apart.
"""

from __future__ import annotations

import threading

_COUNT = 254


class Addresses:
    """Lends each pod an address of its own."""

    def __init__(self, port: int) -> None:
        """Lend addresses for the cluster whose API server listens on `port`."""
        self._prefix = f"127.{port >> 8}.{port & 255}"
        self._lent: dict[str, int] = {}
        self._last = 0
        self._lock = threading.Lock()

    def lend(self, uid: str) -> str | None:
        """Return the address of pod `uid`; None while all are lent. One given back is the last to be lent again."""
        with self._lock:
            if uid not in self._lent:
                taken = set(self._lent.values())
                numbers = ((self._last + step) % _COUNT + 1 for step in range(_COUNT))
                number = next((number for number in numbers if number not in taken), None)
                if number is None:
                    return None
                self._lent[uid] = self._last = number
            return f"{self._prefix}.{self._lent[uid]}"

    def give_back(self, uid: str) -> None:
        """End the loan of pod `uid`, if there is one."""
        with self._lock:
            self._lent.pop(uid, None)
