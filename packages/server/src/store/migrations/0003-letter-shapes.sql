-- The template of the record behind a dead letter: what they are grouped by.
ALTER TABLE dead_letters ADD COLUMN stage TEXT;
ALTER TABLE dead_letters ADD COLUMN shape TEXT;
CREATE INDEX dead_letters_by_shape ON dead_letters (source_id, shape, seq);
