"""The last word of a text, as an index finds it: a family name, the number on a slip."""

from django.db.models import Func, TextField, Value
from django.db.models.functions import Reverse, Upper


def last_word(field: str) -> Upper:
    """What follows the last space of a field, in capitals; all of it where it holds none."""
    first = Func(Reverse(field), Value(" "), Value(1), function="split_part", output_field=TextField())
    return Upper(Reverse(first))
