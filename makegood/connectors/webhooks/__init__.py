"""Signed webhooks out (Standard Webhooks), to addresses that are looked at before anything is sent there."""
