"""The price list of EC2."""

from __future__ import annotations

import json
from typing import Any

from local.aws.emulator.prices import price, products


def filters(**fields: str) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]


def usual(family: str = "Compute Instance", tenancy: str = "Shared") -> list[dict[str, str]]:
    """What Karpenter asks for."""
    return filters(
        regionCode="us-west-2",
        serviceCode="AmazonEC2",
        preInstalledSw="NA",
        operatingSystem="Linux",
        capacitystatus="Used",
        marketoption="OnDemand",
        tenancy=tenancy,
        productFamily=family,
    )


def test_each_instance_type_has_a_price_as_karpenter_reads_it(aws: Any) -> None:
    pages = aws("pricing").get_paginator("get_products").paginate(ServiceCode="AmazonEC2", Filters=usual())
    items = [json.loads(item) for page in pages for item in page["PriceList"]]
    found: dict[str, float] = {}
    for item in items:
        (term,) = item["terms"]["OnDemand"].values()
        (dimension,) = term["priceDimensions"].values()
        found[item["product"]["attributes"]["instanceType"]] = float(dimension["pricePerUnit"]["USD"])
    assert len(found) == len(items) > 500
    assert found["m5.xlarge"] == price("m5.xlarge") > found["m5.large"] > 0
    assert found["r5.xlarge"] > found["m5.xlarge"] > found["c5.xlarge"]
    assert "m5.metal" not in found


def test_bare_metal_is_a_family_of_its_own() -> None:
    page = products({"ServiceCode": "AmazonEC2", "Filters": usual("Compute Instance (bare metal)", "Dedicated")})
    names = {json.loads(item)["product"]["attributes"]["instanceType"] for item in page["PriceList"]}
    assert names
    assert all("metal" in name for name in names)


def test_a_filter_leaves_what_it_names() -> None:
    one = products({"ServiceCode": "AmazonEC2", "Filters": filters(instanceType="m5.large")})
    assert [json.loads(item)["product"]["attributes"]["instanceType"] for item in one["PriceList"]] == ["m5.large"]
    assert "NextToken" not in one
    assert products({"ServiceCode": "AmazonEC2", "Filters": filters(operatingSystem="Windows")})["PriceList"] == []
    assert products({"ServiceCode": "AmazonS3"})["PriceList"] == []
