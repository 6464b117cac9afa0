"""Which actions on which resources the operations of each service ask for: one table a service."""
