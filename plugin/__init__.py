"""The plugin `tenancy`: the process in which the engine runs our own resources against AWS.

`Pulumi.yaml` names this folder; the engine starts it with Python and speaks gRPC to it (pulumi/provider.proto).
What a program declares are the thin classes in `components`; what happens to AWS is here.
"""
