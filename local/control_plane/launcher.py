"""Become a program that ends with the process that started it: ``launcher.py PARENT PROGRAM ARGUMENT...``.

Run as a script of its own, because the request to the kernel must be made in the child and Python's
``preexec_fn`` is not safe in a process that has threads (Python library reference, subprocess.Popen).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Ask the kernel for SIGKILL at the parent's end, then turn into the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    libc: ctypes.CDLL = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        sys.exit(f"prctl(PR_SET_PDEATHSIG): {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it ended before the request was made, so no signal will come
        sys.exit("the process that started this one has ended")
    try:
        os.execv(program[0], program)  # noqa: S606 (an argument list, no shell)
    except OSError as error:
        sys.exit(f"cannot run {program[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
