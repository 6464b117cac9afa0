"""Speed and memory of the project, measured on the machine at hand."""
