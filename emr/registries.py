"""Accounts whose registries hold the images of EMR on EKS and of EKS add-ons.

Sources, read in November 2026: EMR on EKS guide, "Details for selecting a base image URI"; EKS User Guide, "View
Amazon container image registries for Amazon EKS add-ons".
"""

from __future__ import annotations

EMR = {
    "af-south-1": "358491847878",
    "ap-east-1": "736135916053",
    "ap-northeast-1": "059004520145",
    "ap-northeast-2": "996579266876",
    "ap-northeast-3": "705689932349",
    "ap-south-1": "235914868574",
    "ap-south-2": "691480105545",
    "ap-southeast-1": "671219180197",
    "ap-southeast-2": "038297999601",
    "ap-southeast-3": "946962994502",
    "ca-central-1": "351826393999",
    "cn-north-1": "068337069695",
    "cn-northwest-1": "068420816659",
    "eu-central-1": "107292555468",
    "eu-central-2": "314408114945",
    "eu-north-1": "830386416364",
    "eu-south-1": "238014973495",
    "eu-south-2": "350796622945",
    "eu-west-1": "483788554619",
    "eu-west-2": "118780647275",
    "eu-west-3": "307523725174",
    "il-central-1": "395734710648",
    "me-central-1": "818935616732",
    "me-south-1": "008085056818",
    "sa-east-1": "052806832358",
    "us-east-1": "755674844232",
    "us-east-2": "711395599931",
    "us-gov-east-1": "299393998622",
    "us-gov-west-1": "299385240661",
    "us-west-1": "608033475327",
    "us-west-2": "895885662937",
}
"""EMR's registry account in each Region of EMR on EKS."""

_ADD_ONS_ELSEWHERE = {
    "af-south-1": "877085696533",
    "ap-east-1": "800184023465",
    "ap-south-2": "900889452093",
    "ap-southeast-3": "296578399912",
    "cn-north-1": "918309763551",
    "cn-northwest-1": "961992271922",
    "eu-central-2": "900612956339",
    "eu-south-1": "590381155156",
    "eu-south-2": "455263428931",
    "il-central-1": "066635153087",
    "me-central-1": "759879836304",
    "me-south-1": "558608220178",
    "us-gov-east-1": "151742754352",
    "us-gov-west-1": "013241004608",
}
_ADD_ONS = "602401143452"


def of_aws(region: str) -> tuple[str, str]:
    """Accounts of the registries of EMR and of EKS add-ons in a Region of EMR on EKS.

    Raises:
        KeyError: EMR on EKS is not known to be in that Region.
    """
    return EMR[region], _ADD_ONS_ELSEWHERE.get(region, _ADD_ONS)


def beyond_endpoints(image: str, region: str) -> bool:
    """Whether an image is out of reach of a VPC that has nothing but endpoints: it is not in the Region's ECR.

    The public gallery (public.ecr.aws) has no endpoint that images can be pulled through.
    """
    registry = image.partition("/")[0]
    return not registry.endswith((f".dkr.ecr.{region}.amazonaws.com", f".dkr.ecr.{region}.amazonaws.com.cn"))


def host(account: str, region: str) -> str:
    """Host of an account's private registry in a Region (ECR User Guide, "Private registry in Amazon ECR")."""
    return f"{account}.dkr.ecr.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
