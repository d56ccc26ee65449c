"""Paper lists of names that somebody typed into a spreadsheet."""
