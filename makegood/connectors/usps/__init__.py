"""The United States Postal Service, as its Tracking API v3 and its Subscriptions - Tracking API describe parcels.

`statuses` says what its event codes mean, `zones` which clock an event's local time was read from.
`tracking` turns its answers and its pushed notifications into scans, and checks who pushed them.
"""
