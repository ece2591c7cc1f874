"""The product held against worlds that nobody here made up."""
