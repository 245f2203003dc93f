-- When an incident was first written, by the clock: what response times are measured from.
ALTER TABLE incidents ADD COLUMN opened_at BIGINT;
CREATE INDEX incidents_by_opening ON incidents (opened_at);
