"""The fields of a StartJobRun request and what each takes.

Source: the service model of `emr-containers` (botocore 1.44.5).
"""

from __future__ import annotations

from types import MappingProxyType

from emr.shapes import Listing, Structure, Table, Text, Whole

_NAME = Text(longest=64, pattern=r"[\.\-_/#A-Za-z0-9]+", characters="letters, digits and . - _ / #")
_ID = Text(longest=64, pattern="[0-9a-z]+", characters="lower-case letters and digits")
_PATH = Text(longest=256)
_PARAMETERS = Text(longest=102400)
_SWITCH = Text(longest=8, choices=("ENABLED", "DISABLED"))
_KEY_ARN = Text(
    longest=2048,
    shortest=3,
    pattern=r"arn:aws[a-zA-Z0-9-]*:kms:.+:\d{12}:key/[0-9a-zA-Z-]+",
    characters="the ARN of a KMS key",
)
_PROPERTIES = Table(key=Text(longest=1024), value=Text(longest=1024), most=100)

_NESTED = Structure(
    fields={"classification": Text(longest=1024), "properties": _PROPERTIES}, required=("classification",)
)
CONFIGURATION = Structure(
    fields={**_NESTED.fields, "configurations": Listing(of=_NESTED, most=100)}, required=("classification",)
)
"""One member of applicationConfiguration; deeper nesting has no use in EMR on EKS."""

_MONITORING = Structure(
    fields={
        "managedLogs": Structure(fields={"allowAWSToRetainLogs": _SWITCH, "encryptionKeyArn": _KEY_ARN}),
        "persistentAppUI": _SWITCH,
        "cloudWatchMonitoringConfiguration": Structure(
            fields={
                "logGroupName": Text(
                    longest=512, pattern=r"[\.\-_/#A-Za-z0-9]+", characters="letters, digits and . - _ / #"
                ),
                "logStreamNamePrefix": Text(longest=256),
            },
            required=("logGroupName",),
        ),
        "s3MonitoringConfiguration": Structure(
            fields={"logUri": Text(longest=10280), "encryptionKeyArn": _KEY_ARN}, required=("logUri",)
        ),
        "containerLogRotationConfiguration": Structure(
            fields={
                "rotationSize": Text(
                    longest=12,
                    shortest=3,
                    pattern=r"\d+(\.\d+)?[KMG][Bb]?",
                    characters="a size such as 10KB, 500M or 2GB",
                ),
                "maxFilesToKeep": Whole(least=1, most=50),
            },
            required=("rotationSize", "maxFilesToKeep"),
        ),
    }
)

REQUEST = Structure(
    fields=MappingProxyType(
        {
            "name": _NAME,
            "virtualClusterId": _ID,
            "clientToken": Text(longest=64),
            "executionRoleArn": Text(longest=2048),
            "releaseLabel": Text(longest=64),
            "jobDriver": Structure(
                fields={
                    "sparkSubmitJobDriver": Structure(
                        fields={
                            "entryPoint": _PATH,
                            "entryPointArguments": Listing(of=Text(longest=10280)),
                            "sparkSubmitParameters": _PARAMETERS,
                        },
                        required=("entryPoint",),
                    ),
                    "sparkSqlJobDriver": Structure(fields={"entryPoint": _PATH, "sparkSqlParameters": _PARAMETERS}),
                }
            ),
            "configurationOverrides": Structure(
                fields={
                    "applicationConfiguration": Listing(of=CONFIGURATION, most=100),
                    "monitoringConfiguration": _MONITORING,
                }
            ),
            "tags": Table(key=Text(longest=128), value=Text(longest=256, shortest=0), most=50),
            "jobTemplateId": _ID,
            "jobTemplateParameters": Table(
                key=Text(longest=512, pattern=r"[\.\-_\#A-Za-z0-9]+", characters="letters, digits and . - _ #"),
                value=Text(longest=1024),
                most=100,
            ),
            "retryPolicyConfiguration": Structure(fields={"maxAttempts": Whole(least=1)}, required=("maxAttempts",)),
        }
    ),
    required=("virtualClusterId",),
)
"""The request. The CLI adds `clientToken`; tags, labels and ARNs have rules of their own beside these."""
