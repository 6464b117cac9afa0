"""The Spark that jobs of the embedded cloud run: fetched once, kept in the user's cache, used as it is published.

`ensure` fetches what is missing, `find` only looks. Below `container` are the programs of EMR's images.
"""

from local.spark.distribution import Distribution, SparkUnavailable, find
from local.spark.providing import ensure

__all__ = ["Distribution", "SparkUnavailable", "ensure", "find"]
