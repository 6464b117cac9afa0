"""Policy documents as the data source of pulumi-aws renders them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.aws.providers.aws.failures import ProviderError
from local.aws.providers.aws.invokes import Call
from local.aws.providers.aws.invokes.policy_document import policy_document

EXPECTED = """{
  "Version": "2012-10-17",
  "Id": "doc",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:GetObject"
      ],
      "Resource": "arn:aws:s3:::b/${aws:username}\\u003c\\u0026",
      "Principal": {
        "AWS": [
          "b",
          "a"
        ],
        "Service": "ec2.amazonaws.com"
      },
      "Condition": {
        "StringLike": {
          "k1": "v",
          "k2": [
            "y",
            "x"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "iam:*",
      "NotResource": "*",
      "NotPrincipal": "*"
    }
  ]
}"""


def render(**arguments: Any) -> dict[str, Any]:
    return policy_document(Call(None, None, arguments))  # type: ignore[arg-type]


def test_keys_have_their_order_lists_fall_and_single_elements_are_bare() -> None:
    document = render(
        policyId="doc",
        statements=[
            {
                "sid": "One",
                "actions": ["s3:GetObject", "s3:PutObject"],
                "resources": ["arn:aws:s3:::b/&{aws:username}<&"],
                "principals": [
                    {"type": "Service", "identifiers": ["ec2.amazonaws.com"]},
                    {"type": "AWS", "identifiers": ["a"]},
                    {"type": "AWS", "identifiers": ["b"]},
                ],
                "conditions": [
                    {"test": "StringLike", "variable": "k2", "values": ["y", "x"]},
                    {"test": "StringLike", "variable": "k1", "values": ["v"]},
                ],
            },
            {
                "effect": "Deny",
                "notActions": ["iam:*"],
                "notResources": ["*"],
                "notPrincipals": [{"type": "*", "identifiers": ["*"]}],
            },
        ],
    )
    assert document["json"] == EXPECTED
    assert json.loads(document["minifiedJson"]) == json.loads(EXPECTED)
    assert document["minifiedJson"].startswith('{"Version":"2012-10-17","Id":"doc","Statement":[{"Sid":"One",')


def source(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_documents_are_merged_by_the_names_of_their_statements() -> None:
    document = render(
        sourcePolicyDocuments=[source({"Sid": "A", "Effect": "Allow", "Action": "a"}), source({"Effect": "Deny"})],
        statements=[{"sid": "A", "actions": ["own"]}, {"actions": ["new"]}],
        overridePolicyDocuments=[source({"Sid": "A", "Effect": "Deny"}), source({"Sid": "Z", "Effect": "Allow"})],
    )
    statements = json.loads(document["json"])["Statement"]
    assert statements == [
        {"Sid": "A", "Effect": "Deny"},
        {"Effect": "Deny"},
        {"Effect": "Allow", "Action": "new"},
        {"Sid": "Z", "Effect": "Allow"},
    ]


def test_two_sources_with_one_statement_name_are_refused() -> None:
    with pytest.raises(ProviderError, match=r"duplicate Sid \(A\)"):
        render(sourcePolicyDocuments=[source({"Sid": "A"}), source({"Sid": "A"})])


def test_a_source_that_is_no_json_is_refused() -> None:
    with pytest.raises(ProviderError, match="not JSON"):
        render(sourcePolicyDocuments=["{"])
