"""A mail's Date."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz


def read_date(text: str) -> datetime | None:
    """The instant in UTC, read as loosely as `email.utils` does and as ISO 8601; None where it is none."""
    text = text.strip()[:100]
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
