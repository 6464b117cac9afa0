"""The Price List service: what an hour of an instance type costs.

The prices are invented: a fixed rule over processors and memory, near to what EC2 asks in its cheaper Regions, so that
programs which compare instance types (Karpenter) choose as they would with real prices.
Source of the form: AWS Price List API reference, GetProducts; Billing User Guide, "Reading the service price list".
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from moto.ec2.models.instance_types import INSTANCE_TYPES  # pyright: ignore[reportMissingTypeStubs]

from local.aws.emulator import faults
from local.aws.emulator.authorization.wire import body_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVICE = "pricing"
_TYPES: Any = INSTANCE_TYPES
_PROCESSOR = 0.033  # US dollars an hour
_GIBIBYTE = 0.00375  # US dollars an hour
_MOST = 100  # GetProducts: at most, and by default, this many a page
_METAL = "Compute Instance (bare metal)"
_VIRTUAL = "Compute Instance"

Document = dict[str, Any]


def answer(operation: str, environ: dict[str, Any]) -> faults.Fault:
    """Answer a call, which may be made."""
    if operation != "GetProducts":
        message = f"The embedded cloud has no pricing:{operation}."
        return faults.fault(SERVICE, 501, "NotImplementedException", message, is_json=True)
    body = json.dumps(products(json.loads(body_of(environ) or b"{}"))).encode()
    return faults.Fault(status=200, content_type="application/x-amz-json-1.1", body=body)


def products(parameters: Mapping[str, Any]) -> Document:
    """GetProducts: the instance types that the filters leave, a page at a time."""
    wanted = {each["Field"]: each["Value"] for each in parameters.get("Filters", ())}
    found: list[str] = []
    if parameters.get("ServiceCode") == "AmazonEC2":
        region = wanted.get("regionCode", "us-east-1")
        known = (product(name, region) for name in sorted(_TYPES))
        found = [json.dumps(each) for each in known if _fits(each["product"], wanted)]
    start, most = int(parameters.get("NextToken") or 0), int(parameters.get("MaxResults") or _MOST)
    page: Document = {"FormatVersion": "aws_v1", "PriceList": found[start : start + most]}
    return page | ({"NextToken": str(start + most)} if start + most < len(found) else {})


@functools.cache
def product(name: str, region: str) -> Document:
    """One entry of the price list: Linux on shared hardware, on demand."""
    family = _METAL if ".metal" in name else _VIRTUAL
    attributes = {
        "instanceType": name,
        "regionCode": region,
        "servicecode": "AmazonEC2",
        "operatingSystem": "Linux",
        # A bare-metal machine is one customer's, so the list has it under dedicated tenancy only.
        "tenancy": "Dedicated" if family == _METAL else "Shared",
        "capacitystatus": "Used",
        "preInstalledSw": "NA",
        "marketoption": "OnDemand",
        "licenseModel": "No License required",
    }
    sku = f"{region}.{name}".upper()
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": f"{price(name):.10f}"}}
    term = {"sku": sku, "priceDimensions": {f"{sku}.HOUR": dimension}}
    return {
        "product": {"productFamily": family, "sku": sku, "attributes": attributes},
        "serviceCode": "AmazonEC2",
        "terms": {"OnDemand": {f"{sku}.TERM": term}},
    }


def price(name: str) -> float:
    """US dollars for an hour of an instance type."""
    described: Document = _TYPES[name]
    gibibytes = described["MemoryInfo"]["SizeInMiB"] / 1024
    return described["VCpuInfo"]["DefaultVCpus"] * _PROCESSOR + gibibytes * _GIBIBYTE


def _fits(described: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(value == wanted.get(name, value) for name, value in _fields(described))


def _fields(described: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "productFamily", described["productFamily"]
    yield from described["attributes"].items()
