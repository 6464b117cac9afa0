"""What the API server itself refuses of pods in tenants' namespaces."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_kubernetes import admissionregistration

from spec import admission, admission_rules


@dataclass(frozen=True, kw_only=True)
class AdmissionGuardArgs:
    """How the guard is called."""

    policy_name: str = "tenancy-pods"
    """Name of the policy and of its binding, as refusals quote it."""


class AdmissionGuard(pulumi.ComponentResource):
    """One ValidatingAdmissionPolicy and one binding for all namespaces that carry the label.

    The API server evaluates it itself: there is no webhook that could be down. Where it cannot be evaluated, pods are
    refused. It refuses and never adds: what a pod lacks, its maker must bring.
    """

    policy: pulumi.Output[str]
    """Name of the policy, known once it holds."""

    def __init__(self, name: str, args: AdmissionGuardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenancy:index:AdmissionGuard", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = kubernetes.meta.v1.ObjectMetaArgs(name=args.policy_name)
        policy = admissionregistration.v1.ValidatingAdmissionPolicy(
            f"{name}-policy", metadata=metadata, spec=_policy(), opts=child
        )
        binding = admissionregistration.v1.ValidatingAdmissionPolicyBinding(
            f"{name}-binding",
            metadata=metadata,
            spec=admissionregistration.v1.ValidatingAdmissionPolicyBindingSpecArgs(
                policy_name=policy.urn.apply(lambda _: args.policy_name), validation_actions=["Deny"]
            ),
            opts=child,
        )
        self.policy = binding.urn.apply(lambda _: args.policy_name)
        self.register_outputs({"policy": self.policy})


def _policy() -> admissionregistration.v1.ValidatingAdmissionPolicySpecArgs:
    return admissionregistration.v1.ValidatingAdmissionPolicySpecArgs(
        failure_policy="Fail",
        match_constraints=admissionregistration.v1.MatchResourcesArgs(
            namespace_selector=kubernetes.meta.v1.LabelSelectorArgs(match_labels={admission.LABEL: "true"}),
            resource_rules=[
                _matched("pods", ["CREATE", "UPDATE"]),
                _matched("pods/ephemeralcontainers", ["UPDATE"]),
            ],
        ),
        variables=[
            admissionregistration.v1.VariableArgs(name=name, expression=expression)
            for name, expression in admission_rules.variables()
        ],
        validations=[
            admissionregistration.v1.ValidationArgs(
                expression=admission_rules.expression(rule),
                message=admission_rules.message(rule),
                message_expression=admission_rules.message_expression(rule),
                reason="Forbidden",
            )
            for rule in admission_rules.RULES
        ],
    )


def _matched(resource: str, operations: list[str]) -> admissionregistration.v1.NamedRuleWithOperationsArgs:
    return admissionregistration.v1.NamedRuleWithOperationsArgs(
        api_groups=[""], api_versions=["v1"], resources=[resource], operations=operations
    )
