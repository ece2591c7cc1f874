"""Measurements, each beside the bare thing in the same run."""
