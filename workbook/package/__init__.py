"""The .xlsx package itself, because no library reads a stranger's file safely and honestly, or hands it back whole."""
