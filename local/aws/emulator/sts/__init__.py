"""The part of AWS STS that decides who becomes a role: moto, which does the rest, believes every token and caller."""
