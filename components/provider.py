"""The provider of our custom resources: where and as whom they call AWS."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class ProviderArgs:
    """How to reach AWS. What is not given is taken from the environment, as `aws.Provider` and the AWS CLI do."""

    region: pulumi.Input[str] | None = None
    """Region of all calls; another one replaces every resource of the provider."""
    endpoint_url: pulumi.Input[str] | None = None
    """Endpoint of all services instead of AWS's own; `AWS_ENDPOINT_URL` says the same for all tools."""
    profile: pulumi.Input[str] | None = None
    """Profile in the shared configuration files whose credentials are used."""
    assume_role_arn: pulumi.Input[str] | None = None
    """Role that is assumed with those credentials for all calls."""


class Provider(pulumi.ProviderResource):
    """A configured plugin `tenancy`."""

    def __init__(self, name: str, args: ProviderArgs | None = None, opts: pulumi.ResourceOptions | None = None) -> None:
        args = args or ProviderArgs()
        props = {
            "region": args.region,
            "endpointUrl": args.endpoint_url,
            "profile": args.profile,
            "assumeRoleArn": args.assume_role_arn,
        }
        super().__init__("tenancy", name, props, opts)
