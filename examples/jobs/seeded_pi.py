"""Estimates pi from a seed: `seeded_pi.py SEED PARTITIONS`. The same seed gives the same number."""

import json
import os
import random
import sys

from pyspark.sql import SparkSession

SAMPLES = 200_000
"""Points a partition."""


def hits(seed: int) -> tuple[int, str]:
    """Count the points of a partition that fall into the circle; says also which executor counted."""
    chance = random.Random(seed)  # noqa: S311 - an estimate, no secret
    inside = sum(chance.random() ** 2 + chance.random() ** 2 <= 1 for _ in range(SAMPLES))
    return inside, os.environ["SPARK_EXECUTOR_POD_NAME"]


def main() -> None:
    """Print one line of JSON with the estimate and the executors that took part."""
    seed, partitions = int(sys.argv[1]), int(sys.argv[2])
    spark = SparkSession.builder.appName("seeded-pi").getOrCreate()
    seeds = [seed * 1000 + number for number in range(partitions)]
    counted = spark.sparkContext.parallelize(seeds, partitions).map(hits).collect()
    spark.stop()
    pi = 4 * sum(inside for inside, _ in counted) / (SAMPLES * partitions)
    print(json.dumps({"pi": pi, "seed": seed, "executors": sorted({executor for _, executor in counted})}))


if __name__ == "__main__":
    main()
