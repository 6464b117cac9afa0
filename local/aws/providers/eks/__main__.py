"""Start the stand-in: `python -m local.aws.providers.eks ENGINE_ADDRESS`."""

from __future__ import annotations

import sys

from pulumi.provider.server import main

from local.aws.providers.eks.provider import EksProvider

if __name__ == "__main__":
    main(EksProvider(), sys.argv[1:])
