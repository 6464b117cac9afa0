"""Runs the process kubelet: `python -m local.control_plane.kubelet --config FILE`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from local.control_plane.kubelet import configuration, server
from local.control_plane.kubelet.kubelet import Kubelet


def main() -> int:
    """Run until SIGTERM; then end all containers."""
    parser = argparse.ArgumentParser(prog="python -m local.control_plane.kubelet", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the configuration file")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its pool overflows when many pods start at once
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    settings = configuration.read(arguments.config)
    kubelet = Kubelet(settings)
    kubelet.start()
    server.serve(settings, kubelet)
    stop.wait()
    kubelet.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
