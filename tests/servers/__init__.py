"""Real servers for tests, each as a context manager: on free ports of 127.0.0.1, with data of their own, gone afterwards."""
