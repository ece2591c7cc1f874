"""Mail out by SMTP (RFC 5321), to the host that the settings name."""
