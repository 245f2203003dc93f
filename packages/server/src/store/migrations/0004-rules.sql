-- What people set for rules, what every rule brought by hour, and signals that were kept from alerting.
CREATE TABLE rule_settings (rule_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE rule_counts (
  rule_id TEXT NOT NULL, hour BIGINT NOT NULL, cause TEXT NOT NULL,
  count BIGINT NOT NULL, last_at BIGINT NOT NULL,
  PRIMARY KEY (rule_id, hour, cause)
);
CREATE INDEX rule_counts_by_hour ON rule_counts (hour);
CREATE TABLE muted_signals (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, rule_id TEXT NOT NULL, cause TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX muted_signals_by_rule ON muted_signals (rule_id, seq);
ALTER TABLE signals ADD COLUMN rule_id TEXT;
CREATE INDEX signals_by_rule ON signals (rule_id, seq);
