"""United Parcel Service, as its Tracking API v1 and its Track Alert API describe parcels.

`statuses` says what its status codes mean, by the type they come with; `exceptions` holds the long list of type X.
`tracking` turns its answers and its pushed events into scans, and checks who pushed them; `instants` says when.
"""
