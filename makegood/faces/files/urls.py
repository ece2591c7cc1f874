"""All that the files' host answers; at the pages' own address only who brings no cookie is answered."""

from django.urls import URLPattern, URLResolver, path

from makegood.faces.files import opening

urlpatterns: list[URLPattern | URLResolver] = [path("attachments/<str:token>", opening.show)]

handler404 = opening.nothing_here
