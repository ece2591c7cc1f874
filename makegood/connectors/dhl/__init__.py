"""DHL, as its Shipment Tracking - Unified API (asked and pushed) and its MyDHL API of DHL Express describe parcels.

`statuses` says what its status codes and their words mean, `codes` what the event codes of its divisions do.
`tracking` turns its answers and its pushes into scans; `instants` says when.
"""
