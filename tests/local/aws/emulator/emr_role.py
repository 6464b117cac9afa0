"""What lets EMR into a namespace: the mapping of aws-auth and the Role as the guide prints it."""

from __future__ import annotations

NAMESPACE = "team-a"
AWS_AUTH = "/api/v1/namespaces/kube-system/configmaps/aws-auth"
MAPPING = {
    "rolearn": "arn:aws:iam::123456789012:role/AWSServiceRoleForAmazonEMRContainers",
    "username": "emr-containers",
}
CHANGE = ["get", "list", "watch", "describe", "create", "edit", "delete", "annotate", "patch", "label"]
CHANGE_ALL = [*CHANGE, "deletecollection"]
# The Role as the guide prints it.
ROLE = [
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
    {
        "apiGroups": [""],
        "resources": ["serviceaccounts", "services", "configmaps", "events", "pods", "pods/log"],
        "verbs": CHANGE_ALL,
    },
    {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create", "patch", "delete", "watch"]},
    {"apiGroups": ["apps"], "resources": ["statefulsets", "deployments"], "verbs": CHANGE},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": CHANGE},
    {"apiGroups": ["extensions"], "resources": ["ingresses"], "verbs": CHANGE},
    {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": CHANGE_ALL},
]
