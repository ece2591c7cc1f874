"""What we believe of a parcel, decided from what its carrier said and from how long it has said nothing.

Everything here is pure: values in, values out, the instant passed in as `now`, no database and no Django.
The figures the estimates rest on stand in one table, `clocks`, each with its argument or its source.
"""
