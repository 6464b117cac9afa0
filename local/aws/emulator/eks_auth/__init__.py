"""EKS Auth: pods become the role that an EKS Pod Identity association gives their service account."""
