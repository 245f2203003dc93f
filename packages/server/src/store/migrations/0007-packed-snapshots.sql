-- Snapshots are kept compressed. One in another form goes: what it knew comes back from the record log.
DELETE FROM pipeline WHERE name = 'snapshot';
