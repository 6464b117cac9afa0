"""The program: judge the settings, build the layers of this stack, export their contracts."""

import pulumi

from stacks import settings

configuration = settings.load()
# The SDKs take a second to load: only for settings that can be built.
from stacks import layers  # noqa: E402

for name, contract in layers.build(configuration).items():
    pulumi.export(name, contract)
