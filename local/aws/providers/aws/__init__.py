"""The stand-in for `pulumi-resource-aws`: a table of resource types, driven through botocore on the embedded cloud."""
