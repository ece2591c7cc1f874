"""Addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from makegood.faces.account import (
    addressing,
    changing,
    helping,
    messages,
    needing,
    orders,
    promises,
    sign_in,
    statement,
    wrong,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", sign_in.home),
    path("sign-in", sign_in.sign_in),
    path("enter/<str:token>", sign_in.enter),
    path("sign-out", sign_in.sign_out),
    path("sign-out/everywhere", sign_in.sign_out_everywhere),
    path("orders", orders.orders),
    path("orders/<path:reference>/remedy", orders.choose),
    path("orders/<path:reference>/need", needing.need),
    path("orders/<path:reference>/wrong", wrong.wrong),
    path("orders/<path:reference>/address", addressing.correct),
    path("orders/<path:reference>/change", changing.change),
    path("orders/<path:reference>/message", messages.messages),
    # Last, since a shop's own order numbers may hold a slash.
    path("orders/<path:reference>", orders.order),
    path("messages", messages.messages),
    path("promises", promises.promises),
    path("account/statement", statement.show),
    path("account/statement.pdf", statement.paper),
    path("account/payout", statement.draw_out),
    path("account/payment", statement.pay),
    path("help", helping.help_page),
]
