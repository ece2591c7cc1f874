"""A real-sized shop and what its customers asked of it, from a public benchmark: loaded, carried out and compared.

The shop comes in through the public import, each request is carried out through the public API, and what is different
afterwards is told in the files' own shape. What that shop allows is its policy file; nothing here decides anything.
"""
