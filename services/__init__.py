"""The four services. They never import each other; only `services/__main__.py` names all of them."""
