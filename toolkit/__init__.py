"""The policy as pure code: no spreadsheet, no clock, no file but the packaged policy data."""
