"""What a person writes and what one layer hands to the next: frozen values and their checks, no Pulumi."""
