"""DynamoDB.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"; Developer
Guide, "IAM and transactions". Not here: PartiQL, and the keys about items (`dynamodb:LeadingKeys`,
`dynamodb:Attributes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.aws.emulator.authorization.asks import Ask, UnknownActionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.aws.emulator.authorization.requests import Place, Rpc

TABLE = frozenset(
    {
        "DeleteItem",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "UpdateItem",
    }
)
"""Operations on a table, or on an index of it, with the operation's name."""
BATCHES = frozenset({"BatchGetItem", "BatchWriteItem"})
"""Operations on several tables, with the operation's name."""
TRANSACTIONS = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
"""The action of each part of a transaction."""
OPERATIONS = TABLE | BATCHES | {"ListTables", "TransactGetItems", "TransactWriteItems"}


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for."""
    parameters: Any = call.parameters
    action = f"dynamodb:{call.operation}"
    if call.operation == "ListTables":
        yield Ask(action=action, resource="*")
    elif call.operation in BATCHES:
        for table in parameters.get("RequestItems", {}):
            yield _ask(action, table, place)
    elif call.operation in TABLE:
        yield _ask(action, parameters.get("TableName", ""), place, parameters.get("IndexName", ""))
    else:
        for item in parameters.get("TransactItems", ()):
            for kind, part in item.items():
                yield _ask(f"dynamodb:{TRANSACTIONS[kind]}", part["TableName"], place)


def _ask(action: str, table: str, place: Place, index: str = "") -> Ask:
    arn = table if table.startswith("arn:") else place.arn("dynamodb", f"table/{table}")
    if arn.split(":")[4] != place.account:
        raise UnknownActionError(f"{action} on a table of another account ({arn})")
    return Ask(action=action, resource=f"{arn}/index/{index}" if index else arn)
