"""Stand-in for `pulumi-resource-eks`: the children that the real component makes, with the options of this project.

What the real one makes was observed by running it (version 4.4.0 of the SDK). Options that the stand-in does not
handle are refused by name, never ignored.
"""
