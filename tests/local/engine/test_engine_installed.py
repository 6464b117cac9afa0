import pytest

from local.engine import Origin, ensure, installed

CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
HOST = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")


def parts():
    return ensure(lambda _line: None).parts


@pytest.mark.parametrize(
    ("program", "answer", "version"),
    [
        ("etcd", "etcd Version: 3.5.21\nGit SHA: 17c", "3.5.21"),
        ("kwok", "kwok version v0.7.0 go1.24 (linux/amd64)", "0.7.0"),
        ("kubectl", "Client Version: v1.33.0\nKustomize Version: v5.6.0", "1.33.0"),
        ("kubectl", "Client Version: v1.36.9-eks-abc", "1.36.9"),
    ],
)
def test_a_fitting_program_of_the_user_is_preferred(desk, program, answer, version):
    theirs = desk.user_has(program, answer)
    part = parts()[program]
    assert (part.path, part.version, part.origin) == (theirs, version, Origin.USER)
    assert program not in desk.built()


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("etcd", "etcd Version: 3.4.30"),
        ("etcd", "etcd Version: 4.0.0"),
        ("kwok", "kwok version v0.6.9"),
        ("kubectl", "Client Version: v1.32.4-dispatcher"),
        ("kubectl", "Client Version: v1.37.0"),
        ("kubectl", "no version at all"),
    ],
)
def test_a_program_of_another_version_is_built_instead(desk, program, answer):
    desk.user_has(program, answer)
    assert parts()[program].origin == Origin.BUILT


def test_a_program_that_fails_or_hangs_is_built_instead(desk, monkeypatch):
    monkeypatch.setattr(installed, "_ANSWER_SECONDS", 0.2)
    desk.script(desk.bin / "etcd", "echo 'etcd Version: 3.6.1'; exit 1")
    desk.script(desk.bin / "kwok", "echo 'kwok version v0.8.0'; exec /bin/sleep 20")
    found = parts()
    assert (found["etcd"].origin, found["kwok"].origin) == (Origin.BUILT, Origin.BUILT)


def test_the_control_plane_is_taken_whole_from_kubebuilder_assets_before_path(desk, monkeypatch, tmp_path):
    assets = tmp_path / "assets"
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(assets))
    for name in CONTROL_PLANE:
        desk.user_has(name, "Kubernetes v1.34.1", assets)
        desk.user_has(name, "Kubernetes v1.35.0")
    found = parts()
    assert {found[name].path.parent for name in CONTROL_PLANE} == {assets}
    assert {found[name].version for name in CONTROL_PLANE} == {"1.34.1"}
    assert not set(CONTROL_PLANE) & set(desk.built())


@pytest.mark.parametrize("short", ["missing", "old"])
def test_a_control_plane_that_is_not_whole_is_built_whole(desk, short):
    for name in CONTROL_PLANE:
        desk.user_has(name, "Kubernetes v1.35.5")
    if short == "missing":
        (desk.bin / "kube-scheduler").unlink()
    else:
        desk.user_has("kube-scheduler", "Kubernetes v1.31.0")
    found = parts()
    assert {found[name].origin for name in CONTROL_PLANE} == {Origin.BUILT}


def test_pulumi_is_taken_with_the_language_host_beside_it(desk, tmp_path):
    theirs = tmp_path / "opt" / "bin"
    desk.user_has("pulumi", "v3.270.1", theirs)
    for name in HOST:
        desk.user_has(name, "", theirs)
        desk.user_has(name, "")
    (desk.bin / "pulumi").symlink_to(theirs / "pulumi")
    found = parts()
    assert {found[name].path for name in ("pulumi", *HOST)} == {theirs / name for name in ("pulumi", *HOST)}
    assert "pulumi" not in desk.built()


@pytest.mark.parametrize(("answer", "host"), [("v3.258.9", HOST), ("v4.0.0", HOST), ("v3.270.1", HOST[:1])])
def test_a_pulumi_of_another_version_or_without_its_host_is_built(desk, answer, host):
    for name in ("pulumi", *host):
        desk.user_has(name, answer)
    assert parts()["pulumi"].origin == Origin.BUILT


def test_our_own_programs_on_path_are_not_mistaken_for_the_users(desk):
    built = parts()
    for name, part in built.items():
        (desk.bin / name).symlink_to(part.path)
    # One must tell a fitting version, or nothing would be proved.
    desk.user_has("etcd", "etcd Version: 3.6.14", built["etcd"].path.parent)
    assert {part.origin for part in parts().values()} <= {Origin.CACHE, Origin.BUILT}


def test_a_link_to_the_users_program_is_the_users_program_and_no_link_to_itself(desk, monkeypatch, tmp_path):
    theirs = desk.user_has("kwok", "kwok version v0.8.0", tmp_path / "theirs")
    links = tmp_path / "links"
    links.mkdir()
    (links / "kwok").symlink_to(theirs)
    monkeypatch.setenv("PATH", f"{links}:{desk.bin}")
    assert parts()["kwok"].path == theirs


def test_a_version_managers_shim_is_called_by_its_own_name(desk, tmp_path):
    manager = desk.user_has("manager", "kwok version v0.8.0", tmp_path / "manager")
    (desk.bin / "kwok").symlink_to(manager)
    assert parts()["kwok"].path == desk.bin / "kwok"
