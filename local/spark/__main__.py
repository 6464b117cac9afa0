"""`python -m local.spark`: fetch Spark if it is missing, and say where it is."""

from __future__ import annotations

import sys

from local.spark import SparkUnavailable, ensure


def main() -> int:
    """Print the places, or why there are none."""
    try:
        spark = ensure(print)
    except SparkUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Nothing half-made was kept.", file=sys.stderr)
        return 130
    print(f"SPARK_HOME  {spark.home}\njava        {spark.java}\npython      {spark.python}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
