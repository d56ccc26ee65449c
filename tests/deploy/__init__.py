"""How it is put into operation: what the files promise, and the proof that the whole of it runs."""
