"""Runs the AWS emulator: `python -m local.aws.emulator --folder FOLDER [--lifeline]`."""

from __future__ import annotations

import argparse
import functools
import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.aws.emulator.generation import Generation, GenerationError, StateFolder
from local.control_plane import ControlPlaneError
from local.control_plane.processes import forget, record, recorded_alive

if TYPE_CHECKING:
    from local.aws.emulator.eks.core import Eks
    from local.aws.emulator.eks.state import Cluster
    from local.aws.emulator.emulator import Emulator

LOG = logging.getLogger("local.aws.emulator")
_NAME = "emulator"


def main() -> int:
    """Serve until SIGTERM or SIGINT, or with --lifeline until standard input ends; then save the state."""
    parser = argparse.ArgumentParser(prog="python -m local.aws.emulator", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the state folder, such as .local")
    parser.add_argument("--lifeline", action="store_true", help="stop in order when standard input ends")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    folder = StateFolder(arguments.folder.resolve())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if arguments.lifeline:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    try:
        _run(folder, stop)
    except (GenerationError, ControlPlaneError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(folder: StateFolder, stop: threading.Event) -> None:
    running = recorded_alive(folder.path, _NAME)
    if running is not None:
        raise GenerationError(f"An emulator already runs on {folder.path} (process {running}).")
    generation = folder.open()
    from local.aws.emulator.emulator import Emulator  # noqa: PLC0415 - half a second that a refusal need not wait

    emulator = Emulator(folder.clusters, functools.partial(_control_plane, generation.endpoint))
    server = _bind(generation, emulator)
    record(folder.path, _NAME, os.getpid())
    try:
        if generation.saved:
            emulator.restore(folder.read_state())
        else:
            emulator.begin()
        folder.write(generation, saved=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        emulator.resume()
        print(json.dumps({"endpoint": generation.endpoint}), flush=True)
        stop.wait()
        _end(folder, generation, emulator, server)
    finally:
        forget(folder.path, _NAME)


def _end(folder: StateFolder, generation: Generation, emulator: Emulator, server: Any) -> None:
    state = emulator.end()
    server.shutdown()
    if state is None:
        LOG.error("the state is NOT saved: this generation ends here")
        return
    folder.write_state(state)
    folder.write(generation, saved=True)


def _bind(generation: Generation, emulator: Emulator) -> Any:
    from werkzeug.serving import make_server  # noqa: PLC0415

    from local.aws.emulator.handler import Handler  # noqa: PLC0415

    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", generation.port))
        listening.listen(128)
    except OSError as error:
        raise GenerationError(
            f"Port {generation.port} of the AWS endpoint cannot be used: {error.strerror}. It stays the same as long "
            "as the state in the folder lives, because kubeconfigs and stacks name it. End the program that holds it "
            "(`ss -ltnp` shows it), or give the state up with `make clean`."
        ) from error
    number = os.dup(listening.fileno())
    listening.close()
    return make_server(
        "127.0.0.1", generation.port, emulator.application, threaded=True, request_handler=Handler, fd=number
    )


def _control_plane(endpoint: str, eks: Eks, cluster: Cluster, folder: Path) -> Any:
    from local.aws.emulator.authorization import inside  # noqa: PLC0415
    from local.aws.emulator.eks import fargate_profiles, karpenter_nodes  # noqa: PLC0415
    from local.aws.emulator.eks.authenticator import Authenticator  # noqa: PLC0415
    from local.aws.emulator.eks_auth import assumption  # noqa: PLC0415
    from local.control_plane import ControlPlane, ControlPlaneArgs  # noqa: PLC0415

    programs, definitions = _engine()
    authenticator = Authenticator(cluster, lambda: eks.api(cluster))
    return ControlPlane(
        ControlPlaneArgs(
            name=cluster.key.name,
            folder=folder,
            programs=programs,
            definitions=definitions,
            issuer=cluster.document["identity"]["oidc"]["issuer"],
            region=cluster.key.region,
            service_cidr=cluster.document["kubernetesNetworkConfig"]["serviceIpv4Cidr"],
            aws_endpoint=inside.address(endpoint, cluster.key),
            authenticate=authenticator.authenticate,
            authorize=authenticator.authorize,
            associated=functools.partial(assumption.associated, cluster),
            taken=functools.partial(fargate_profiles.taken, cluster),
            launched=functools.partial(karpenter_nodes.launched, eks, cluster),
        )
    )


@functools.cache
def _engine() -> tuple[Any, Any]:
    """The Kubernetes programs; found only when the first cluster is made."""
    from local.engine import ensure  # noqa: PLC0415

    engine = ensure(LOG.info)
    return engine.programs, engine.definitions


def _wait_for_end_of_input(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
