"""FedEx, as its Track API v1 and its Advanced Integrated Visibility webhook describe parcels.

`statuses` says what its event types and exception codes mean. `tracking` turns its answers and its pushed results,
which have one shape, into scans, and checks who pushed them.
"""
