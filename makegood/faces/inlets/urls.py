"""Addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from makegood.faces.inlets.scans import scans

urlpatterns: list[URLPattern | URLResolver] = [path("scans/<str:carrier>", scans, name="scans-in")]
