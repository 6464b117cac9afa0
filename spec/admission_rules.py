"""The rules by which the API server judges pods of tenants, in CEL; `spec.admission` has their parameters.

A rule lists, as texts, what a pod asks for, and says which of it is allowed. The rest is refused, unless the pod had
it before: of an update only what changes is judged, since EMR, Spark and Kubernetes patch pods that are there.
CEL and what it can read: Kubernetes documentation, "Validating Admission Policy", "Common Expression Language".
"""

from __future__ import annotations

from dataclasses import dataclass

from spec import admission, fargate

_INTERFACE = "vpc.amazonaws.com/pod-eni"
_OF_KUBERNETES = (
    # Added by the admission plugins DefaultTolerationSeconds and ExtendedResourceToleration.
    "node.kubernetes.io/not-ready:NoExecute",
    "node.kubernetes.io/unreachable:NoExecute",
    f"{_INTERFACE}:NoSchedule",
)
_ON_FARGATE = f"variables.annotations[?'{admission.FARGATE}'].orValue('') == 'required'"
_OPERATOR = "t.?operator.orValue('')"
_REQUIREMENT = (
    "(e.operator == 'In' ? e.values.map(v, e.key + '=' + v).join(',') : "
    "e.key + ' ' + e.operator + ' ' + e.?values.orValue([]).join(' '))"
)
_REQUIRED, _PREFERRED = (f"{how}DuringSchedulingIgnoredDuringExecution" for how in ("required", "preferred"))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is judged of a pod."""

    name: str
    """Name, as messages say it."""
    asked: str
    """CEL list of texts: what a pod, whose parts are written `SPEC` and `META`, asks for."""
    allowed: str = "false"
    """CEL condition on one of these texts, `it`; by default none is allowed."""
    remedy: str
    """What to do instead."""
    known: str = ""
    """Variable with the list of what is allowed, for the message; by default there is none."""

    @property
    def variable(self) -> str:
        """Variable that holds what is refused."""
        head, *tail = self.name.split("-")
        return head + "".join(part.capitalize() for part in tail)


def _field(path: str) -> str:
    return f"[SPEC.{path}.orValue('')].filter(it, it != '')"


def _containers(what: str) -> str:
    """A list made of containers, init containers and ephemeral containers alike."""
    return " + ".join(f"SPEC.?{kind}ontainers.orValue([]).{what}" for kind in ("c", "initC", "ephemeralC"))


def _term(term: str) -> str:
    """The requirements of a node selector term as one text, with commas between: no label has one."""
    fields = f"{term}.?matchFields.orValue([]).map(f, '@' + f.key)"
    return f"({term}.?matchExpressions.orValue([]).map(e, {_REQUIREMENT}) + {fields}).join(',')"


def _node_selectors() -> str:
    affinity = "SPEC.?affinity.?nodeAffinity"
    required = f"{affinity}.?{_REQUIRED}.?nodeSelectorTerms.orValue([]).map(t, {_term('t')})"
    preferred = f"{affinity}.?{_PREFERRED}.orValue([]).map(p, {_term('p.preference')})"
    chosen = "SPEC.?nodeSelector.orValue({}).map(k, k + '=' + SPEC.nodeSelector[k])"
    return f"{chosen} + ({required} + {preferred}).join(',').split(',').filter(it, it != '')"


def _strays() -> str:
    """What a pod lacks to keep to the nodes that are its tenant's alone; nothing where there are none."""
    chosen = "SPEC.?nodeSelector.orValue({})"
    selects = f"{chosen}.map(k, k + '=' + {chosen}[k]).exists(s, s == n)"
    tolerates = (
        f"SPEC.?tolerations.orValue([]).exists(t, {_OPERATOR} in ['', 'Equal'] && t.?effect.orValue('') == "
        "'NoSchedule' && t.?key.orValue('') + '=' + t.?value.orValue('') == n)"
    )
    return (
        f"variables.tenantsNodes.filter(n, !({selects})).map(n, 'no node selector ' + n) + "
        f"variables.tenantsNodes.filter(n, !({tolerates})).map(n, 'no toleration of ' + n + ':NoSchedule')"
    )


def _pod_affinity() -> str:
    elsewhere = (
        "(has({t}.namespaceSelector) || {t}.?namespaces.orValue([]).exists(n, n != namespaceObject.metadata.name))"
    )
    parts: list[str] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        for how, term in ((_REQUIRED, "t"), (_PREFERRED, "t.podAffinityTerm")):
            terms = f"SPEC.?affinity.?{kind}.?{how}.orValue([])"
            parts.append(f"{terms}.filter(t, {elsewhere.format(t=term)}).map(t, '{kind} by ' + {term}.topologyKey)")
    return " + ".join(parts)


RULES = (
    Rule(
        name="node-name",
        asked=_field("?nodeName"),
        remedy="leave nodeName out: the scheduler places pods, within quota, taints and priorities",
    ),
    Rule(
        name="host-path",
        asked="SPEC.?volumes.orValue([]).filter(v, has(v.hostPath)).map(v, v.name + ' on ' + v.hostPath.path)",
        remedy="use an emptyDir or a claim: a path of the node is shared with other tenants",
    ),
    Rule(
        name="host-namespaces",
        asked=" + ".join(
            f"(SPEC.?{field}.orValue(false) ? ['{field}'] : [])" for field in ("hostNetwork", "hostPID", "hostIPC")
        ),
        remedy="leave them out: in a namespace of the node a pod reaches its credentials and its other pods",
    ),
    Rule(
        name="host-ports",
        asked=_containers("filter(c, c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) > 0)).map(c, c.name)"),
        remedy="leave hostPort out of these containers and use a Service: ports of the node are shared",
    ),
    Rule(
        name="scheduler-name",
        asked=_field("?schedulerName"),
        allowed=f"it == ({_ON_FARGATE} ? '{fargate.SCHEDULER}' : 'default-scheduler')",
        remedy="leave schedulerName out: pods keep to default-scheduler, and only those of tenants on Fargate to "
        "fargate-scheduler; where EKS did not give a pod to it, try again",
    ),
    Rule(
        name="runtime-class",
        asked=_field("?runtimeClassName"),
        remedy="leave runtimeClassName out: a runtime class brings placement and tolerations of its own",
    ),
    Rule(
        name="tolerations",
        asked="SPEC.?tolerations.orValue([]).map(t, t.?key.orValue('') + "
        f"({_OPERATOR} == 'Exists' ? '' : {_OPERATOR} in ['', 'Equal'] ? '=' + t.?value.orValue('') : "
        f"' ' + {_OPERATOR} + ' ' + t.?value.orValue('')) + ':' + t.?effect.orValue(''))",
        allowed=f"!it.startsWith(':') && (it in {list(_OF_KUBERNETES)} || it in variables.allowedTolerations)",
        remedy="tolerate only the taints of nodes that are this tenant's, each by key, value and effect",
        known="allowedTolerations",
    ),
    Rule(
        name="node-selectors",
        asked=_node_selectors(),
        allowed="[it, it.split('=')[0].split(' ')[0]].exists(each, each in variables.allowedNodeSelectors)",
        remedy="choose nodes, by nodeSelector or nodeAffinity, only by the labels that are open to this tenant",
        known="allowedNodeSelectors",
    ),
    Rule(
        name="own-nodes",
        asked=_strays(),
        remedy="give the pod template, and classification emr-job-submitter, the node selector and the toleration of "
        "the nodes that are this tenant's alone",
        known="tenantsNodes",
    ),
    Rule(
        name="pod-affinity",
        asked=_pod_affinity(),
        remedy="leave namespaces and namespaceSelector out: affinity to pods of others would move or block them",
    ),
    Rule(
        name="priority-class",
        asked=_field("?priorityClassName"),
        allowed="it in variables.allowedPriorityClasses",
        remedy="name a priority class that is open to this tenant",
        known="allowedPriorityClasses",
    ),
    Rule(
        name="registries",
        asked=_containers("map(c, c.?image.orValue(''))")
        + " + SPEC.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
        allowed="variables.allowedRegistries.exists(r, it.startsWith(r + '/'))",
        remedy="take images only from the registries in the tenant's file and from EMR's",
        known="allowedRegistries",
    ),
    Rule(
        name="service-accounts",
        asked=_field("?serviceAccountName"),
        allowed="variables.allowedServiceAccounts.exists(p, "
        "it.matches('^' + p.replace('.', '[.]').replace('*', '[a-z0-9-]+') + '$'))",
        remedy="run as an account that EMR makes for a role of this tenant",
        known="allowedServiceAccounts",
    ),
    Rule(
        name="pod-eni",
        asked=f"SPEC.containers.exists(c, '{_INTERFACE}' in c.?resources.?limits.orValue({{}})) ? [] : "
        f"['no limit of {_INTERFACE}']",
        allowed=f"variables.annotations[?'{admission.POD_ENI}'].orValue('') != 'required'",
        remedy="try again: EKS adds the limit to every pod of this tenant, and without it the pod would be outside of "
        "the security groups",
    ),
    Rule(
        name="fargate-groups",
        asked=f"'{fargate.GROUPS}' in META.?annotations.orValue({{}}) ? [] : ['no annotation {fargate.GROUPS}']",
        allowed=f"!({_ON_FARGATE})",
        remedy="try again: EKS adds the annotation to every pod of this tenant, and without it the pod would be "
        "outside of the security groups, its only fence",
    ),
    Rule(
        name="fargate-volumes",
        asked="SPEC.?volumes.orValue([]).filter(v, has(v.csi)).map(v, v.name + ' of ' + v.csi.driver)",
        allowed=f"!({_ON_FARGATE})",
        remedy="leave the volume out, for no driver runs on Fargate: read secrets by the AWS SDK, as the role of the "
        "job",
    ),
)
"""All rules, in the order in which they are judged; the first that refuses says so."""

_LISTS = {
    "allowedPriorityClasses": admission.PRIORITY_CLASSES,
    "allowedNodeSelectors": admission.NODE_SELECTORS,
    "allowedTolerations": admission.TOLERATIONS,
    "allowedRegistries": admission.REGISTRIES,
    "allowedServiceAccounts": admission.SERVICE_ACCOUNTS,
    "tenantsNodes": admission.OWN_NODES,
}


def variables() -> list[tuple[str, str]]:
    """Names and expressions of all variables, each after those it reads."""
    found = [("annotations", "namespaceObject.metadata.?annotations.orValue({})")]
    found += [
        (name, f"variables.annotations[?'{key}'].orValue('').split(',').filter(it, it != '')")
        for name, key in _LISTS.items()
    ]
    for rule in RULES:
        before = f"{rule.variable}Before"
        asked, had = (_of(which, rule.asked) for which in ("object", "oldObject"))
        found.append((before, f"oldObject == null ? [] : ({had})"))
        found.append(
            (rule.variable, f"({asked}).filter(it, !(it in variables.{before})).filter(it, !({rule.allowed}))")
        )
    return found


def _of(which: str, asked: str) -> str:
    """What one version of the pod asks for."""
    return asked.replace("SPEC", f"{which}.spec").replace("META", f"{which}.metadata")


def expression(rule: Rule) -> str:
    """The condition that a pod must meet."""
    return f"variables.{rule.variable}.size() == 0"


def message(rule: Rule) -> str:
    """What is said where the other message cannot be made."""
    return f"rule {rule.name}: {rule.remedy}"


def message_expression(rule: Rule) -> str:
    """The text that says which rule refuses, what was given, and what to do."""
    known = f" + ' (' + variables.{rule.known}.join(', ') + ')'" if rule.known else ""
    return f"'rule {rule.name} refuses ' + variables.{rule.variable}.join(', ') + \": {rule.remedy}\"{known}"
