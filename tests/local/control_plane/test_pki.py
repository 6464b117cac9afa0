"""The certificates of a cluster."""

from __future__ import annotations

import ipaddress
import stat
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.control_plane import pki

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pki.Pki:
    return pki.ensure(tmp_path_factory.mktemp("cluster") / "pki", "10.100.0.0/16")


def certificate(made: pki.Pki, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.certificate(name).read_bytes())


def test_every_certificate_is_signed_by_the_clusters_authority(made: pki.Pki) -> None:
    authority = certificate(made, "ca")
    for name in ("ca", "server", "admin", "kube-controller-manager", "kube-scheduler", "kwok"):
        certificate(made, name).verify_directly_issued_by(authority)
    assert made.authority.encode() == made.certificate("ca").read_bytes()


def test_the_server_answers_to_loopback_the_service_names_and_the_first_service_address(made: pki.Pki) -> None:
    extensions = certificate(made, "server").extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"localhost", "kubernetes", "kubernetes.default.svc"} <= set(names.get_values_for_type(x509.DNSName))
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    assert addresses == {"127.0.0.1", str(ipaddress.ip_address("10.100.0.1"))}
    usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


@pytest.mark.parametrize(
    ("name", "user", "groups"),
    [
        ("admin", "kubernetes-admin", ["system:masters"]),
        ("kube-controller-manager", "system:kube-controller-manager", []),
        ("kube-scheduler", "system:kube-scheduler", []),
        ("kwok", "kwok", ["system:masters"]),
    ],
)
def test_clients_are_the_users_that_kubernetes_knows(made: pki.Pki, name: str, user: str, groups: list[str]) -> None:
    issued = certificate(made, name)
    assert [part.value for part in issued.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [user]
    assert [part.value for part in issued.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] == groups
    usage = issued.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_service_account_tokens_are_signed_with_rsa(made: pki.Pki) -> None:
    key = load_pem_private_key(made.key("service-account").read_bytes(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048


def test_private_keys_are_for_their_owner_only(made: pki.Pki) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in made.folder.glob("*.key")}
    assert modes == {0o600}
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


def test_what_was_made_is_kept(made: pki.Pki) -> None:
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    pki.ensure(made.folder, "10.100.0.0/16")
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before


def test_a_half_made_set_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "pki.unfinished"
    unfinished.mkdir()
    (unfinished / "ca.key").write_text("half a ke")
    made = pki.ensure(tmp_path / "pki", "10.100.0.0/16")
    assert "BEGIN PRIVATE KEY" in made.key("ca").read_text()
    assert not unfinished.exists()
