"""Start the plugin: `python plugin ENGINE_ADDRESS`, as the Python language host does."""

import sys
from pathlib import Path

# Python looks for modules in the folder that it runs; ours are named from the project's root.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from plugin.serving import serve  # noqa: E402 (only found from the root)

if __name__ == "__main__":
    serve(sys.argv[1:])
