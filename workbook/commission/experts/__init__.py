"""Review by experts: scoring workbooks go out, one for each expert, and come back through the inbox."""
