"""A small server for AWS services of the rest-json protocol, driven by botocore's own service models."""
