"""The ways a book can be at hand: in memory, as a closed file, or open in a spreadsheet program."""
