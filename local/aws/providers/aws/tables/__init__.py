"""The resource types that are handled, a module for each service: operations, id and exceptions to the naming rule."""
