"""Everything that knows a cell: layout, template, reading, results, consolidation, front doors."""

__version__ = "0.1.0"
