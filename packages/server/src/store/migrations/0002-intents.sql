-- When a changing action was last meant to be carried out: what budgets are counted by.
ALTER TABLE actions ADD COLUMN verb TEXT;
ALTER TABLE actions ADD COLUMN intended_at BIGINT;
CREATE INDEX actions_by_intent ON actions (intended_at);
