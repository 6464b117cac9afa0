"""The Data Catalog of Glue: every action needs the catalog and all that lies above what it is about.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for AWS Glue"; Glue Developer
Guide, "Specifying AWS Glue resource ARNs". Which databases GetDatabases needs AWS does not say; here it needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.aws.emulator.authorization.asks import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from local.aws.emulator.authorization.requests import Place, Rpc

CATALOG = frozenset({"GetDatabases"})
"""Operations on the catalog."""
DATABASE = frozenset({"CreateDatabase", "DeleteDatabase", "GetDatabase", "UpdateDatabase"})
"""Operations on a database."""
TABLE = frozenset(
    {
        "BatchCreatePartition",
        "BatchDeletePartition",
        "BatchGetPartition",
        "CreatePartition",
        "CreateTable",
        "DeletePartition",
        "DeleteTable",
        "GetPartition",
        "GetPartitions",
        "GetTable",
        "GetTableVersions",
        "GetTables",
        "UpdatePartition",
        "UpdateTable",
    }
)
"""Operations on a table, or on all tables of a database."""
FUNCTION = frozenset({"GetUserDefinedFunction", "GetUserDefinedFunctions"})
"""Operations on the functions of a database."""
OPERATIONS = CATALOG | DATABASE | TABLE | FUNCTION


def asks(call: Rpc, place: Place) -> Iterator[Ask]:
    """Give what a call asks for, from the catalog down."""
    parameters = call.parameters
    owner = str(parameters.get("CatalogId") or place.account)
    database = str(
        parameters.get("DatabaseName") or _name(parameters, "DatabaseInput") or parameters.get("Name") or "*"
    )
    resources = ["catalog"]
    if call.operation not in CATALOG:
        resources.append(f"database/{database}")
    if call.operation == "DeleteDatabase":  # it deletes what is in it, too
        resources += [f"table/{database}/*", f"userDefinedFunction/{database}/*"]
    if call.operation in TABLE:
        resources.append(f"table/{database}/{_table(call)}")
    if call.operation in FUNCTION:
        resources.append(f"userDefinedFunction/{database}/{parameters.get('FunctionName', '*')}")
    for resource in resources:
        arn = f"arn:aws:glue:{place.region}:{owner}:{resource}"
        yield Ask(action=f"glue:{call.operation}", resource=arn, owner=owner)


def _table(call: Rpc) -> str:
    parameters = call.parameters
    name = parameters.get("TableName") or parameters.get("Name") or _name(parameters, "TableInput")
    return str(name) if name and call.operation != "GetTables" else "*"


def _name(parameters: Mapping[str, Any], member: str) -> Any:
    """The name in a part of the input that describes a database or table."""
    part: Mapping[str, Any] = parameters.get(member) or {}
    return part.get("Name")
