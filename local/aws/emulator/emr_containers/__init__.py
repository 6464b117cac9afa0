"""Amazon EMR on EKS: virtual clusters, and EMR's own way into a namespace."""
