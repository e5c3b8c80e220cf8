"""The commission's desk: every district's workbooks collected into one master in which people go on working."""
