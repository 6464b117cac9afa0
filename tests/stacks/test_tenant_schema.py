from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from stacks.settings import FOLDER
from tools.tenant_schema import FILE, text

SCHEMA = json.loads(FILE.read_text())
TENANTS = sorted((FOLDER / "tenants").glob("*.yaml"))


def test_the_committed_schema_is_the_one_of_the_dataclasses() -> None:
    assert FILE.read_text() == text(), "python -m tools.tenant_schema writes it anew"


@pytest.mark.parametrize("file", TENANTS, ids=lambda file: file.stem)
def test_every_tenant_file_names_the_schema_and_fits_it(file) -> None:
    first = file.read_text().splitlines()[0]
    assert (file.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve() == FILE.resolve()
    jsonschema.validate(yaml.safe_load(file.read_text()), SCHEMA)


def test_an_unknown_key_does_not_fit_the_schema() -> None:
    tenant = {"name": "a", "owner": "b", "costCentre": "c", "stack": "local"}
    jsonschema.validate(tenant, SCHEMA)
    with pytest.raises(jsonschema.ValidationError, match="sise"):
        jsonschema.validate({**tenant, "sise": "small"}, SCHEMA)
