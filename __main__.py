"""The program: judge the settings, build the layers of this stack, export their contracts."""

import pulumi

from stacks import settings

configuration = settings.load()

# The SDKs take a second to load: only for settings that can be built.
from spec.contracts import exported  # noqa: E402
from stacks import foundation, providers, tenants  # noqa: E402

amazon = providers.amazon(configuration)
base = foundation.build(configuration, amazon)
teams = tenants.build(configuration, base, [*amazon, providers.cluster(base)])
pulumi.export("foundation", exported(base))
pulumi.export("tenants", {name: exported(tenant) for name, tenant in teams.items()})
