"""The one style sheet that a mail in its frame has; its policy allows exactly these bytes."""

LOOKS = """
:root { color-scheme: light; background: #fff; color: #1c2430; }
body { margin: 0; padding: 12px; font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
table { max-width: 100%; }
pre { white-space: pre-wrap; }
blockquote { margin-inline: 8px; padding-inline-start: 10px; border-inline-start: 2px solid #d5d9de; }
a { color: #0b5d66; }
.to { color: #5a6472; font-size: 12px; font-style: normal; font-weight: 400; text-decoration: none; }
.outside { margin: 0 0 12px; padding: 8px 12px; border: 1px solid #d5d9de; border-radius: 8px; background: #f5f6f7;
  font-size: 13px; line-height: 1.5; }
"""
