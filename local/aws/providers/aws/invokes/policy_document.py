"""IAM policy documents, rendered as pulumi-aws does: fixed order of keys, lists sorted downwards, single elements bare.

Source: the behaviour of the data source `aws_iam_policy_document` in terraform-provider-aws, which pulumi-aws wraps.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.forms import is_list

if TYPE_CHECKING:
    from local.aws.providers.aws.invokes import Call

_VERSION: Final = "2012-10-17"
_KEYS: Final = (
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
)
_LISTS: Final = {
    "Action": "actions",
    "NotAction": "notActions",
    "Resource": "resources",
    "NotResource": "notResources",
}


def policy_document(call: Call) -> dict[str, Any]:
    """Render a policy document."""
    arguments = call.arguments
    statements: list[dict[str, Any]] = []
    sources: list[str] = arguments.get("sourcePolicyDocuments") or []
    own: list[dict[str, Any]] = arguments.get("statements") or []
    overriding: list[str] = arguments.get("overridePolicyDocuments") or []
    for text in sources:
        for statement in _parsed(text):
            sid = statement.get("Sid")
            if sid and any(each.get("Sid") == sid for each in statements):
                raise ProviderError(f"duplicate Sid ({sid}) in sourcePolicyDocuments")
            statements.append(statement)
    for statement in own:
        _merge(statements, _rendered(statement))
    for text in overriding:
        for statement in _parsed(text):
            _merge(statements, statement)
    document: dict[str, Any] = {"Version": arguments.get("version") or _VERSION}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    document["Statement"] = [{key: each[key] for key in _KEYS if key in each} for each in statements]
    text = _escaped(json.dumps(document, indent=2, ensure_ascii=False))
    minified = _escaped(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    return {"json": text, "minifiedJson": minified, "id": str(zlib.crc32(text.encode()))}


def _merge(statements: list[dict[str, Any]], new: dict[str, Any]) -> None:
    """Add a statement, or put it where one with its Sid is."""
    for index, each in enumerate(statements):
        if new.get("Sid") and each.get("Sid") == new["Sid"]:
            statements[index] = new
            return
    statements.append(new)


def _parsed(text: str) -> list[dict[str, Any]]:
    if not text.strip():
        return []
    try:
        statements = json.loads(text).get("Statement", [])
    except (ValueError, AttributeError) as error:
        raise ProviderError(f"a policy document to merge is not JSON: {error}") from error
    return statements if is_list(statements) else [statements]


def _rendered(statement: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"Effect": statement.get("effect") or "Allow"}
    if statement.get("sid"):
        result["Sid"] = statement["sid"]
    for key, name in _LISTS.items():
        if statement.get(name):
            result[key] = _list([_variables(each) for each in statement[name]])
    for key, name in (("Principal", "principals"), ("NotPrincipal", "notPrincipals")):
        if statement.get(name):
            result[key] = _principals(statement[name])
    if statement.get("conditions"):
        result["Condition"] = _conditions(statement["conditions"])
    return result


def _principals(blocks: list[dict[str, Any]]) -> Any:
    merged: dict[str, list[str]] = {}
    for block in blocks:
        merged.setdefault(block["type"], []).extend(_variables(each) for each in block["identifiers"])
    if merged.get("*") == ["*"]:
        return "*"
    return {kind: _list(merged[kind]) for kind in sorted(merged)}


def _conditions(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, dict[str, list[str]]] = {}
    for block in blocks:
        variables = merged.setdefault(block["test"], {})
        values = [_variables(each) for each in block["values"]]
        variables.setdefault(_variables(block["variable"]), []).extend(values)
    return {
        test: {name: values[0] if len(values) == 1 else values for name, values in sorted(variables.items())}
        for test, variables in sorted(merged.items())
    }


def _list(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _variables(text: str) -> str:
    """Give a text with IAM's variables, which are written `&{...}` where the program's own would be `${...}`."""
    return text.replace("&{", "${")


def _escaped(text: str) -> str:
    """Escape what Go's JSON encoder escapes."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
