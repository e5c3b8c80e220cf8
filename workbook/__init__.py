"""Everything that knows a cell: layout, template, reading, results, consolidation, front doors."""
