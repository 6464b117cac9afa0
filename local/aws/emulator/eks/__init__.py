"""Amazon EKS: clusters on real control planes, node groups, add-ons, and who may come in."""
