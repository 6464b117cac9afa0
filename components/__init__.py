"""Pulumi components, one noun a file; `components.tenant` is the unit of tenancy."""
