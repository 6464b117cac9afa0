"""The AWS of the embedded cloud: moto, with EKS and EMR on EKS of our own, behind one endpoint."""
