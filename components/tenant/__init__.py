"""The unit of tenancy: what a data team has on the platform, one noun a file."""
