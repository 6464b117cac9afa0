"""Pure functions from values to IAM names and documents, and their evaluation."""
