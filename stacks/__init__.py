"""Stacks: configuration is read, judged as a whole, and turned into layers that hand each other contracts."""
