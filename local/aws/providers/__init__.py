"""Stand-ins of Pulumi providers that no package registry holds."""
