"""What people's own sheets are made of, and how each piece of it is brought into another workbook."""
