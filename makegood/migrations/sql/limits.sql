-- Written by every call, so without the log that makes it wait for the disk, and with room for a row's next self.
ALTER TABLE makegood_bucket SET UNLOGGED;
ALTER TABLE makegood_bucket SET (fillfactor = 50);
