"""The embedded cloud: real and emulated parts that stand for AWS on one machine."""
