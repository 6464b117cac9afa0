"""Identities: roles and their policies, OIDC providers, instance profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.rows import Action, AutoName, Call, Read, Row, Special, Tagging, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSIONS: Final = 5
"""IAM keeps this many versions of a managed policy (IAM and STS quotas)."""


def tagging(noun: str, request: Mapping[str, Any]) -> Tagging:
    """Give how IAM tags a thing of the kind."""
    return Tagging(tag=f"Tag{noun}", untag=f"Untag{noun}", request=request)


def empty_role(work: Work) -> None:
    """Take all policies off a role before it is deleted, when the program asks for it."""
    if not work.values.get("forceDetachPolicies"):
        return
    for attached in work.api("ListAttachedRolePolicies", RoleName=work.id)["AttachedPolicies"]:
        work.api("DetachRolePolicy", RoleName=work.id, PolicyArn=attached["PolicyArn"])
    for name in work.api("ListRolePolicies", RoleName=work.id)["PolicyNames"]:
        work.api("DeleteRolePolicy", RoleName=work.id, PolicyName=name)


def other_versions(work: Work) -> list[dict[str, Any]]:
    """Give the versions of a managed policy that are not its default, the oldest first."""
    versions = work.api("ListPolicyVersions", PolicyArn=work.id)["Versions"]
    return sorted((each for each in versions if not each["IsDefaultVersion"]), key=lambda each: each["CreateDate"])


def new_version(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Give a managed policy a new default version; the oldest goes when there is no room."""
    del olds
    others = other_versions(work)
    if len(others) + 1 >= _VERSIONS:
        work.api("DeletePolicyVersion", PolicyArn=work.id, VersionId=others[0]["VersionId"])
    work.api("CreatePolicyVersion", PolicyArn=work.id, PolicyDocument=news["policy"], SetAsDefault=True)


def delete_versions(work: Work) -> None:
    """Delete the other versions of a managed policy: IAM deletes only one that has none."""
    for version in other_versions(work):
        work.api("DeletePolicyVersion", PolicyArn=work.id, VersionId=version["VersionId"])


def change_clients(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Change the audiences of an OIDC provider."""
    old, new = set(olds.get("clientIdLists") or ()), set(news.get("clientIdLists") or ())
    for client in sorted(new - old):
        work.api("AddClientIDToOpenIDConnectProvider", OpenIDConnectProviderArn=work.id, ClientID=client)
    for client in sorted(old - new):
        work.api("RemoveClientIDFromOpenIDConnectProvider", OpenIDConnectProviderArn=work.id, ClientID=client)


def same_url(desired: str, live: str) -> bool:
    """Compare the URLs of an OIDC provider: IAM takes one with a scheme and answers without it."""
    return desired.removeprefix("https://") == live.removeprefix("https://")


def change_role(work: Work, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Change the role of an instance profile, which holds at most one."""
    if olds.get("role"):
        work.api("RemoveRoleFromInstanceProfile", InstanceProfileName=work.id, RoleName=olds["role"])
    if news.get("role"):
        work.api("AddRoleToInstanceProfile", InstanceProfileName=work.id, RoleName=news["role"])


def remove_roles(work: Work) -> None:
    """Take the role out of an instance profile before it is deleted."""
    for role in (work.live() or {}).get("Roles", []):
        work.api("RemoveRoleFromInstanceProfile", InstanceProfileName=work.id, RoleName=role["RoleName"])


ROLE: Final = Row(
    type="aws:iam/role:Role",
    service="iam",
    create=Call(operation="CreateRole"),
    id="{name}",
    reads=(Read(operation="GetRole", request={"RoleName": "{id}"}, path="Role"),),
    updates=(
        Call(operation="UpdateRole", request={"RoleName": "{id}"}, whole=True),
        Call(
            operation="UpdateAssumeRolePolicy",
            request={"RoleName": "{id}", "PolicyDocument": "{assumeRolePolicy}"},
            only=frozenset({"assumeRolePolicy"}),
        ),
        Call(
            operation="PutRolePermissionsBoundary",
            request={"RoleName": "{id}"},
            clear=Call(operation="DeleteRolePermissionsBoundary", request={"RoleName": "{id}"}),
        ),
    ),
    delete=Call(operation="DeleteRole", request={"RoleName": "{id}"}),
    names={"assumeRolePolicy": "AssumeRolePolicyDocument", "uniqueId": "RoleId"},
    paths={"permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn"},
    defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
    settings=frozenset({"forceDetachPolicies"}),
    autoname=AutoName(limit=64),
    tags=tagging("Role", {"RoleName": "{id}"}),
    before_delete=empty_role,
)

POLICY: Final = Row(
    type="aws:iam/policy:Policy",
    service="iam",
    create=Call(operation="CreatePolicy"),
    id="Policy.Arn",
    reads=(
        Read(operation="GetPolicy", request={"PolicyArn": "{id}"}, path="Policy"),
        Read(
            operation="GetPolicyVersion",
            request={"PolicyArn": "{id}", "VersionId": "{DefaultVersionId}"},
            path="PolicyVersion.Document",
            into="policy",
        ),
    ),
    updates=(Action(covers=frozenset({"policy"}), run=new_version),),
    delete=Call(operation="DeletePolicy", request={"PolicyArn": "{id}"}),
    names={"policy": "PolicyDocument"},
    defaults={"path": "/"},
    autoname=AutoName(limit=128),
    tags=tagging("Policy", {"PolicyArn": "{id}"}),
    before_delete=delete_versions,
)

ROLE_POLICY: Final = Row(
    type="aws:iam/rolePolicy:RolePolicy",
    service="iam",
    create=Call(operation="PutRolePolicy"),
    id="{role}:{name}",
    reads=(Read(operation="GetRolePolicy", request={"RoleName": "{role}", "PolicyName": "{name}"}),),
    updates=(Call(operation="PutRolePolicy", request={"RoleName": "{role}", "PolicyName": "{name}"}),),
    delete=Call(operation="DeleteRolePolicy", request={"RoleName": "{role}", "PolicyName": "{name}"}),
    names={"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"},
    autoname=AutoName(limit=128),
)

ROLE_POLICY_ATTACHMENT: Final = Row(
    type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    service="iam",
    create=Call(operation="AttachRolePolicy"),
    id="{role}/{policyArn}",
    reads=(
        Read(
            operation="ListAttachedRolePolicies",
            request={"RoleName": "{role}"},
            path="AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]",
            paged=True,
        ),
    ),
    delete=Call(operation="DetachRolePolicy", request={"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
    names={"role": "RoleName"},
    computed={"role": "{role}"},
)

OPEN_ID_CONNECT_PROVIDER: Final = Row(
    type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    create=Call(operation="CreateOpenIDConnectProvider"),
    id="OpenIDConnectProviderArn",
    reads=(Read(operation="GetOpenIDConnectProvider", request={"OpenIDConnectProviderArn": "{id}"}),),
    updates=(
        Action(covers=frozenset({"clientIdLists"}), run=change_clients),
        Call(
            operation="UpdateOpenIDConnectProviderThumbprint",
            request={"OpenIDConnectProviderArn": "{id}"},
        ),
    ),
    delete=Call(operation="DeleteOpenIDConnectProvider", request={"OpenIDConnectProviderArn": "{id}"}),
    specials={"url": Special(same=same_url)},
    computed={"arn": "{id}"},
    identity=frozenset({"url"}),
    tags=tagging("OpenIDConnectProvider", {"OpenIDConnectProviderArn": "{id}"}),
)

INSTANCE_PROFILE: Final = Row(
    type="aws:iam/instanceProfile:InstanceProfile",
    service="iam",
    create=Call(operation="CreateInstanceProfile"),
    id="{name}",
    reads=(Read(operation="GetInstanceProfile", request={"InstanceProfileName": "{id}"}, path="InstanceProfile"),),
    updates=(Action(covers=frozenset({"role"}), run=change_role),),
    delete=Call(operation="DeleteInstanceProfile", request={"InstanceProfileName": "{id}"}),
    names={"uniqueId": "InstanceProfileId"},
    paths={"role": "Roles[0].RoleName"},
    defaults={"path": "/"},
    autoname=AutoName(limit=128),
    tags=tagging("InstanceProfile", {"InstanceProfileName": "{id}"}),
    before_delete=remove_roles,
)

ROWS: Final = (
    ROLE,
    POLICY,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    OPEN_ID_CONNECT_PROVIDER,
    INSTANCE_PROFILE,
)
