"""Addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from makegood.faces.inlets.payments import payments
from makegood.faces.inlets.scans import scans
from makegood.faces.inlets.signed import announcements, orders, shortages

urlpatterns: list[URLPattern | URLResolver] = [
    path("scans/<str:source>", scans, name="scans-in"),
    path("stripe", payments, {"source": "stripe"}, name="stripe-in"),
    path("orders/<str:source>", orders, name="orders-in"),
    path("dispatches/<str:source>", announcements, name="announcements-in"),
    path("shortages/<str:source>", shortages, name="shortages-in"),
]
