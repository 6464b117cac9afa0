"""`make job`: a job of a tenant on the embedded cloud, from the request to its result."""
