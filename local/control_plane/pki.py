"""The certificates and keys of one cluster, made once and kept with its data."""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.control_plane.kubelet.configuration import API_SERVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KUBELET_SERVER = "kubelet-server"
"""The certificate under which the process kubelet answers."""

_LIFETIME = dt.timedelta(days=3650)
_CLOCK_SKEW = dt.timedelta(hours=1)

# Users and groups that Kubernetes itself knows (Kubernetes, PKI certificates and requirements). kwok and the process
# kubelet stand for every kubelet at once, which the Node authorizer cannot express, so they are administrators; the
# process kubelet uses that only to follow the cluster and to act as one node after the other.
_CLIENTS = {
    "admin": ("kubernetes-admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", None),
    "kube-scheduler": ("system:kube-scheduler", None),
    "kwok": ("kwok", "system:masters"),
    "kubelet": ("process-kubelet", "system:masters"),
    API_SERVER: (API_SERVER, None),
}

_LOOPBACK = x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))


@dataclass(frozen=True)
class Pki:
    """The folder that holds them, as PEM files: `<name>.crt` and `<name>.key`."""

    folder: Path

    def certificate(self, name: str) -> Path:
        """Return the certificate of `ca`, `server` or a client."""
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        """Return the private key that belongs to it; `service-account` signs service-account tokens."""
        return self.folder / f"{name}.key"

    @property
    def authority(self) -> str:
        """The certificate of the cluster's authority, PEM."""
        return self.certificate("ca").read_text()


def ensure(folder: Path, service_cidr: str) -> Pki:
    """Return the certificates in `folder`, making all of them if there are none.

    `service_cidr` is the range of Service addresses: its first one is the API server's own.
    """
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        _create(Pki(unfinished), service_cidr)
        unfinished.replace(folder)  # all or nothing, whenever we are killed
    return Pki(folder)


def _create(pki: Pki, service_cidr: str) -> None:
    authority = _Authority()
    _write(pki, "ca", authority.key, authority.certificate)
    api_address = ipaddress.ip_network(service_cidr)[1]
    _issue(pki, authority, "server", _name("kube-apiserver"), _names_of_server(str(api_address)))
    _issue(pki, authority, KUBELET_SERVER, _name(KUBELET_SERVER), [_LOOPBACK])
    for name, (user, group) in _CLIENTS.items():
        _issue(pki, authority, name, _name(user, group), [])
    # EKS signs service-account tokens with RS256, and IAM accepts nothing else from an OIDC issuer it knows.
    _write(pki, "service-account", rsa.generate_private_key(public_exponent=65537, key_size=2048), None)


class _Authority:
    """The cluster's certificate authority."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("kubernetes")  # as EKS names its own
        identifier = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        self.identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
        self.certificate = (
            _builder(self.name, self.name, self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self.key, hashes.SHA256())
        )


def _issue(pki: Pki, authority: _Authority, name: str, subject: x509.Name, names: Sequence[x509.GeneralName]) -> None:
    """Issue a server's certificate if `names` are given, else a client's."""
    key = ec.generate_private_key(ec.SECP256R1())
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        _builder(subject, authority.name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(authority.identifier, critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    _write(pki, name, key, builder.sign(authority.key, hashes.SHA256()))


def _names_of_server(api_address: str) -> list[x509.GeneralName]:
    """List every name and address by which a client here or a pod reaches the API server."""
    service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"]
    names = ["localhost", *service, f"{service[-1]}.cluster.local"]
    addresses = ["127.0.0.1", api_address]
    return [
        *(x509.DNSName(name) for name in names),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses),
    ]


def _name(user: str, group: str | None = None) -> x509.Name:
    """Kubernetes reads the user from the common name and the groups from the organizations."""
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    if group is not None:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(attributes)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    pki: Pki, name: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, certificate: x509.Certificate | None
) -> None:
    path = pki.key(name)
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    if certificate is not None:
        pki.certificate(name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
