"""Ours next to the limit of the same run: `python -m tests.bench [--only NAME] [--brief] [--report FILE]`.

Each module named in __main__.BENCHES has one function, `measure(ground) -> list[Figure]`. What is measured runs in processes
of its own, so that its time and memory can be told from the rest.
"""
