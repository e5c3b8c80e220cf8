"""What stands on each sheet of the master: one module for each kind of sheet, every column told in one place."""
