"""The ways a book can be at hand: in memory, as a closed file, and (later) open in a spreadsheet program."""
