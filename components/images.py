"""Images that the platform's charts pull; those of EMR and of EKS add-ons come from AWS's registries in the Region."""

OF_CHARTS = ("public.ecr.aws/karpenter/controller:1.13.0",)
"""Images by their usual names; where there is no NAT those outside of ECR in the Region need a mirror."""
