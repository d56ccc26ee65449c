"""The long forms of all proofs, unattended, with one page that reports them."""
