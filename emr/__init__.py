"""What Amazon EMR on EKS itself says, as data and pure functions: no Pulumi, no AWS client, no input or output."""
