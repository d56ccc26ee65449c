"""Kill points: every place of the code that has a name, in every flow that passes it, ended there once with kill -9."""
