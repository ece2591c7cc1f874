"""What came with mails, served from a host of its own that knows no cookie: files to keep, and HTML in a sandbox."""
