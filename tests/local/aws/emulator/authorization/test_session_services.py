"""What a role's session may do with tables, secrets, keys and the Data Catalog."""

from __future__ import annotations

import json

ME = "arn:aws:sts::123456789012:assumed-role/job/driver"


def told(action, resource):
    reason = f"because no identity-based policy allows the {action} action"
    message = f"User: {ME} is not authorized to perform: {action} on resource: {resource} {reason}"
    return "AccessDeniedException", message


def test_a_table_is_reached_only_by_its_name(aws, session, refused):
    arns = []
    for name in ("mine", "other"):
        key = [{"AttributeName": "id", "KeyType": "HASH"}]
        attributes = [{"AttributeName": "id", "AttributeType": "S"}]
        made = aws("dynamodb").create_table(
            TableName=name, KeySchema=key, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
        )
        arns.append(made["TableDescription"]["TableArn"])
    table = session({"Action": "dynamodb:*Item", "Resource": arns[0]})("dynamodb")
    item = {"id": {"S": "1"}}
    table.put_item(TableName="mine", Item=item)
    assert refused(table.put_item, TableName="other", Item=item) == told("dynamodb:PutItem", arns[1])
    both = {name: [{"PutRequest": {"Item": item}}] for name in ("mine", "other")}
    assert refused(table.batch_write_item, RequestItems=both) == told("dynamodb:BatchWriteItem", arns[1])
    assert refused(table.scan, TableName="mine") == told("dynamodb:Scan", arns[0])


def test_a_secret_is_judged_by_its_arn_whatever_it_is_called(aws, session, refused):
    mine = aws("secretsmanager").create_secret(Name="mine", SecretString="x")["ARN"]
    other = aws("secretsmanager").create_secret(Name="other", SecretString="x")["ARN"]
    secrets = session({"Action": "secretsmanager:GetSecretValue", "Resource": mine[:-6] + "??????"})("secretsmanager")
    for name in ("mine", mine):
        assert secrets.get_secret_value(SecretId=name)["SecretString"] == "x"
    assert refused(secrets.get_secret_value, SecretId="other") == told("secretsmanager:GetSecretValue", other)


def test_a_key_needs_the_keys_policy_and_the_callers(aws, session, refused):
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    opener = session({"Action": "kms:Decrypt", "Resource": key})("kms")
    assert opener.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert refused(session(name="stranger")("kms").decrypt, CiphertextBlob=sealed)[0] == "AccessDeniedException"
    administrator = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/deployer"}}
    document = {"Version": "2012-10-17", "Statement": administrator | {"Action": "kms:*", "Resource": "*"}}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))
    code, message = refused(opener.decrypt, CiphertextBlob=sealed)
    assert (code, "no resource-based policy allows the kms:Decrypt action" in message) == (
        "AccessDeniedException",
        True,
    )


def test_a_table_of_the_catalog_needs_catalog_and_database_too(aws, session, refused):
    glue, arn = aws("glue"), "arn:aws:glue:us-west-2:123456789012:"
    glue.create_database(DatabaseInput={"Name": "sales"})
    glue.create_table(DatabaseName="sales", TableInput={"Name": "orders"})
    lacking = session({"Action": "glue:GetTable", "Resource": f"{arn}table/sales/*"})("glue")
    assert refused(lacking.get_table, DatabaseName="sales", Name="orders") == told("glue:GetTable", f"{arn}catalog")
    whole = [f"{arn}catalog", f"{arn}database/sales", f"{arn}table/sales/*"]
    catalog = session({"Action": "glue:Get*", "Resource": whole}, name="reader")("glue")
    assert catalog.get_table(DatabaseName="sales", Name="orders")["Table"]["Name"] == "orders"
    assert catalog.get_tables(DatabaseName="sales")["TableList"]
    assert refused(catalog.get_database, Name="risk")[0] == "AccessDeniedException"
