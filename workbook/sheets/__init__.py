"""The visual grammar of the workbook, one room for each kind of sheet; ``workbook.template`` puts them together."""
