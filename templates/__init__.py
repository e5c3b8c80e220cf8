"""The policy as data: packs, reference tables and schemas; a changed threshold is a changed line here."""
