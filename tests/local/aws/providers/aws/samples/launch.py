"""Launch templates."""

from __future__ import annotations

import base64

from tests.local.aws.providers.aws.samples.sample import Sample

_INPUTS = {
    "imageId": "ami-12345678",
    "instanceType": "m5.large",
    "description": "first",
    "keyName": "key",
    "ebsOptimized": "true",
    "disableApiTermination": True,
    "instanceInitiatedShutdownBehavior": "terminate",
    "userData": base64.b64encode(b"#!/bin/sh").decode(),
    "monitoring": {"enabled": True},
    "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"},
    "blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20, "volumeType": "gp3", "encrypted": "true"}},
    ],
    "networkInterfaces": [{"deviceIndex": 0, "securityGroups": ["sg-1"], "associatePublicIpAddress": "false"}],
    "tagSpecifications": [{"resourceType": "instance", "tags": {"a": "b"}}],
    "iamInstanceProfile": {"name": "profile"},
    "placement": {"tenancy": "default"},
    "instanceMarketOptions": {"marketType": "spot", "spotOptions": {"maxPrice": "0.5"}},
    "creditSpecification": {"cpuCredits": "standard"},
    "cpuOptions": {"coreCount": 2, "threadsPerCore": 1},
    "enclaveOptions": {"enabled": True},
    "hibernationOptions": {"configured": True},
    "disableApiStop": True,
    "maintenanceOptions": {"autoRecovery": "default"},
    "privateDnsNameOptions": {"hostnameType": "ip-name"},
    "capacityReservationSpecification": {"capacityReservationPreference": "open"},
}
_CHANGES = {
    "imageId": "ami-87654321",
    "instanceType": "m5.xlarge",
    "description": "second",
    "keyName": "other",
    "ebsOptimized": "false",
    "disableApiTermination": False,
    "instanceInitiatedShutdownBehavior": "stop",
    "userData": base64.b64encode(b"#!/bin/bash").decode(),
    "monitoring": {"enabled": False},
    "metadataOptions": {"httpTokens": "optional", "httpPutResponseHopLimit": 2, "httpEndpoint": "enabled"},
    "blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "ebs": {"volumeSize": 30, "volumeType": "gp3", "encrypted": "false"}},
    ],
    "networkInterfaces": [{"deviceIndex": 1, "securityGroups": ["sg-2"]}],
    "tagSpecifications": [{"resourceType": "volume", "tags": {"a": "c"}}],
    "iamInstanceProfile": {"name": "other"},
    "placement": {"tenancy": "dedicated"},
    "instanceMarketOptions": {"marketType": "spot", "spotOptions": {"maxPrice": "0.6"}},
    "creditSpecification": {"cpuCredits": "unlimited"},
    "cpuOptions": {"coreCount": 4, "threadsPerCore": 1},
    "enclaveOptions": {"enabled": False},
    "hibernationOptions": {"configured": False},
    "disableApiStop": False,
    "maintenanceOptions": {"autoRecovery": "disabled"},
    "privateDnsNameOptions": {"hostnameType": "resource-name"},
    "capacityReservationSpecification": {"capacityReservationPreference": "none"},
}
SAMPLES = [
    Sample(
        "aws:ec2/launchTemplate:LaunchTemplate",
        lambda world: {
            **_INPUTS,
            "name": world.name(),
            "updateDefaultVersion": True,
            "vpcSecurityGroupIds": ["sg-1", "sg-2"],
            "tags": {"t": "1"},
        },
        lambda _: {**_CHANGES, "vpcSecurityGroupIds": ["sg-3"]},
    ),
    Sample(
        "aws:ec2/launchTemplate:LaunchTemplate",
        lambda world: {"name": world.name(), "imageId": "ami-12345678", "defaultVersion": 1},
        lambda _: {"imageId": "ami-87654321", "defaultVersion": 2},
        case="with a chosen version",
    ),
]
