"""The program: judge the settings, build the layers of this stack, export their contracts."""

import pulumi

from stacks import settings

configuration = settings.load()
# The SDKs take a second to load: only for settings that can be built.
from spec.contracts import exported  # noqa: E402
from stacks import foundation, platform, providers, tenants  # noqa: E402

amazon = providers.amazon(configuration)
base = foundation.build(configuration, amazon)
everywhere = [*amazon, providers.cluster(base)]
shared = platform.build(configuration, base, everywhere)
teams = tenants.build(configuration, base, shared, everywhere)
pulumi.export("foundation", exported(base))
pulumi.export("platform", exported(shared))
pulumi.export("tenants", {name: exported(tenant) for name, tenant in teams.items()})
