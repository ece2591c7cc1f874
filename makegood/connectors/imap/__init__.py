"""Mail that waits in a mailbox: looked through by IMAP, written down, and only then marked or moved."""
