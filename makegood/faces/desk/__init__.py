"""The helpers' one screen: who this is, what was promised, what happened, what to do about it."""
