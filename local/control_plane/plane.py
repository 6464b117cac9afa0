"""The control plane of one emulated EKS cluster: real Kubernetes programs in an order that works."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.control_plane import commands, configuration, definitions, fargate, pki, ports, reviews, web_identity
from local.control_plane.api import Api, ApiError
from local.control_plane.errors import ControlPlaneError
from local.control_plane.images import all_known
from local.control_plane.kept_program import KeptProgram
from local.control_plane.nodes import LEASES, none_launched
from local.control_plane.processes import stop_recorded
from local.control_plane.program import Program
from local.control_plane.webhooks import WebhookServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.control_plane.images import Image
    from local.control_plane.nodes import Launched
    from local.control_plane.reviews import User

_ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 60
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """What one control plane is made from."""

    name: str
    """The cluster's name, for messages."""
    folder: Path
    """Everything of this control plane lies here: data, certificates, ports, logs, `run` with the processes."""
    programs: Mapping[str, Path]
    """Paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and karpenter."""
    definitions: Mapping[str, Path]
    """Files with CustomResourceDefinitions by plural name: those that EKS and its add-ons install, perhaps others."""
    issuer: str
    """The cluster's OIDC issuer, such as `https://oidc.eks.us-west-2.amazonaws.com/id/<32 hexadecimal digits>`."""
    region: str
    """AWS Region of the cluster, which pods with an IAM role are told."""
    service_cidr: str
    """Range of Service addresses, such as `172.20.0.0/16`."""
    aws_endpoint: str
    """Address of the AWS emulator, for the containers that are run for real."""
    images: tuple[Image, ...] | None = None
    """The images whose containers are run for real, as processes of this machine; all others are simulated. None
    means every one that something here can stand for."""
    authenticate: Callable[[str], User | None]
    """Who the bearer of a token is; None refuses it. Asked for every token that is no service account's."""
    authorize: Callable[[dict[str, Any]], bool]
    """Whether an EKS access policy allows what neither Node nor RBAC did; gets a SubjectAccessReview's spec."""
    associated: Callable[[str, str], bool] = web_identity.none_associated
    """Whether a service account, by namespace and name, has an EKS Pod Identity association."""
    taken: Callable[[dict[str, Any], str], str] = fargate.none_taken
    """Name of the Fargate profile that takes a new pod of a namespace; empty for none."""
    launched: Callable[[dict[str, Any]], Launched] = none_launched
    """What there is to know of the instance behind a Node that Karpenter registers; RefusedError keeps it out."""


class ControlPlane:
    """etcd, API server, controller manager, scheduler, kwok and kubelet on loopback ports, plus webhooks.

    The programs end with this process, however it ends. Attributes are valid from the construction on.
    """

    def __init__(self, args: ControlPlaneArgs) -> None:
        """Prepare the folder: choose ports and make certificates, or find those of an earlier life."""
        args.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._args = args
        self._ports = ports.ensure(args.folder)
        self._pki = pki.ensure(args.folder / "pki", args.service_cidr)
        self._setting = commands.Setting(
            programs=args.programs,
            folder=args.folder,
            ports=self._ports,
            pki=self._pki,
            issuer=args.issuer,
            service_cidr=args.service_cidr,
            aws_endpoint=args.aws_endpoint,
            images=all_known(args.programs) if args.images is None else args.images,
        )
        self._webhooks: WebhookServer | None = None
        self._programs: dict[str, Program] = {}
        self.endpoint = f"https://127.0.0.1:{self._ports.kube_apiserver}"
        """Address of the API server; the same at every start."""
        self.certificate_authority = self._pki.authority
        """PEM of the authority that signed the API server's certificate."""
        admin = (self._pki.certificate("admin"), self._pki.key("admin"))
        self.api = Api(self.endpoint, self._pki.certificate("ca"), certificate=admin)
        """A client with the rights of group system:masters."""

    def start(self) -> None:
        """Start everything; returns when the API server is ready and EKS's own objects are installed.

        Raises ControlPlaneError, with nothing left running, if a port is taken or a program does not come up.
        """
        stop_recorded(self._args.folder)  # what a process that was killed a moment ago may have left
        ports.require_free(self._ports, self._args.folder)
        configuration.write(self._setting, self.endpoint, self._webhook_address)
        try:
            self._start_programs()
        except ApiError as error:
            self.stop()
            raise ControlPlaneError(f"cluster {self._args.name} does not start: {error.message}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything in reverse order; the data stays."""
        self._end("kubelet", "kwok", "kube-scheduler", "kube-controller-manager")
        self._end("kube-apiserver")
        if self._webhooks is not None:
            self._webhooks.stop()
            self._webhooks = None
        self._end("etcd")

    def delete(self) -> None:
        """End everything and remove the folder with its data."""
        self.stop()
        shutil.rmtree(self._args.folder)

    def as_user(self, token: str) -> Api:
        """Return a client that presents `token`."""
        return Api(self.endpoint, self._pki.certificate("ca"), token=token)

    def define(self, *plurals: str) -> None:
        """Install custom resource definitions."""
        for plural in plurals:
            definitions.define_from(self.api, self._args.definitions[plural])

    def undefine(self, *plurals: str) -> None:
        """Remove custom resource definitions, with all objects of their kinds."""
        for plural in plurals:
            definitions.undefine_from(self.api, self._args.definitions[plural])

    def jwks(self) -> dict[str, Any]:
        """Return the public keys of the cluster's OIDC issuer (JSON Web Key Set), from the running API server."""
        return self.api.get("/openid/v1/jwks")

    @property
    def _webhook_address(self) -> str:
        return f"https://127.0.0.1:{self._ports.webhooks}"

    def _start_programs(self) -> None:
        self._webhooks = self._serve_webhooks()
        self._run("etcd", commands.etcd)
        self._run("kube-apiserver", commands.kube_apiserver)
        self._await("the API server to be ready", self._is_ready)
        # kwok holds nodes by leases, under a new identity at every start: it would wait for the old ones to expire.
        self.api.delete(LEASES)
        self._run("kube-controller-manager", commands.kube_controller_manager)
        self._run("kube-scheduler", commands.kube_scheduler)
        self._run("kwok", commands.kwok)
        self._run("kubelet", commands.kubelet, kind=KeptProgram)
        definitions.install(self.api, self._args.definitions, self._webhook_address, self.certificate_authority)
        self._await("the controllers to work", self._has_default_account)

    def _serve_webhooks(self) -> WebhookServer:
        reviewers = {
            configuration.TOKEN_REVIEW: partial(reviews.token_review, authenticate=self._args.authenticate),
            configuration.ACCESS_REVIEW: partial(reviews.subject_access_review, authorize=self._args.authorize),
            definitions.POD_ADMISSION: partial(reviews.pod_admission, api=self.api, taken=self._args.taken),
            definitions.NODE_LAUNCHED: partial(reviews.node_launched, api=self.api, launched=self._args.launched),
            definitions.POD_IDENTITY: partial(
                reviews.pod_identity, api=self.api, region=self._args.region, associated=self._args.associated
            ),
        }
        server = WebhookServer(self._pki, self._ports.webhooks, reviewers)
        server.start()
        return server

    def _run(
        self, name: str, command: Callable[[commands.Setting], list[str]], *, kind: type[Program] = Program
    ) -> None:
        folder = self._args.folder
        # Nothing of the user's own configuration: kwok would read one from the home folder.
        environment = {"HOME": str(folder), "PATH": os.defpath, "PYTHONPATH": str(_ROOT)}
        self._programs[name] = kind(name, command(self._setting), folder, environment)

    def _end(self, *names: str) -> None:
        """End these programs side by side."""
        ending = [self._programs.pop(name) for name in names if name in self._programs]
        for program in ending:
            program.terminate()
        for program in ending:
            program.wait()

    def _await(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not holds():
            for program in self._programs.values():
                program.require_alive()
            if time.monotonic() > deadline:
                raise ControlPlaneError(
                    f"cluster {self._args.name}: waited {_READY_SECONDS} s for {what}. "
                    + "\n".join(program.last_lines() for program in self._programs.values())
                )
            time.sleep(_POLL_SECONDS)

    def _is_ready(self) -> bool:
        return self._answers("/readyz")

    def _has_default_account(self) -> bool:
        """Whether the controller manager has been at work: pods need this account."""
        return self._answers("/api/v1/namespaces/default/serviceaccounts/default")

    def _answers(self, path: str) -> bool:
        try:
            self.api.get(path)
        except ApiError:
            return False
        return True
