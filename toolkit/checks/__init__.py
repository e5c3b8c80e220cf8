"""Data problems, one room for each kind: the form of a value, and values held against each other."""
