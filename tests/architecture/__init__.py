"""The shape of the code, as tests: what ARCHITECTURE.md says, held against the tree."""
