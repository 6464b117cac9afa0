"""AWS on the embedded cloud: the emulator and the stand-ins of its Pulumi providers."""
