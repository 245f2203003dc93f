-- Written so that SQLite and PostgreSQL both take it; {{serial}} is the dialect's own counting key.
-- Bodies are the whole thing as JSON text; the other columns are what lists filter on.
CREATE TABLE pipeline (name TEXT PRIMARY KEY, record_offset BIGINT NOT NULL, body TEXT);
CREATE TABLE tallies (
  source_id TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, count BIGINT NOT NULL,
  PRIMARY KEY (source_id, outcome, reason)
);
CREATE TABLE dead_letters (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, source_id TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX dead_letters_by_source ON dead_letters (source_id, seq);
CREATE TABLE signals (seq {{serial}}, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE signal_records (record_offset BIGINT NOT NULL, signal_id TEXT NOT NULL, PRIMARY KEY (record_offset, signal_id));
CREATE TABLE outcomes (signal_id TEXT PRIMARY KEY, alert_id TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX outcomes_by_alert ON outcomes (alert_id);
CREATE INDEX outcomes_by_outcome ON outcomes (outcome);
CREATE TABLE alerts (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, incident_id TEXT, last_at BIGINT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX alerts_by_status ON alerts (status, seq);
CREATE INDEX alerts_by_incident ON alerts (incident_id, seq);
CREATE INDEX alerts_by_time ON alerts (last_at);
CREATE TABLE incidents (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, number BIGINT NOT NULL, status TEXT NOT NULL, priority TEXT NOT NULL,
  last_at BIGINT NOT NULL, search TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX incidents_by_status ON incidents (status, seq);
CREATE INDEX incidents_by_time ON incidents (last_at);
CREATE TABLE runs (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, incident_id TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX runs_by_incident ON runs (incident_id, seq);
CREATE INDEX runs_by_status ON runs (status, seq);
CREATE TABLE actions (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, status TEXT NOT NULL, incident_id TEXT, run_id TEXT,
  effect_key TEXT NOT NULL, next_at BIGINT, body TEXT NOT NULL
);
CREATE INDEX actions_by_incident ON actions (incident_id, seq);
CREATE INDEX actions_by_run ON actions (run_id, seq);
CREATE INDEX actions_by_effect ON actions (effect_key, seq);
CREATE INDEX actions_by_status ON actions (status, seq);
CREATE INDEX actions_by_next ON actions (next_at);
CREATE TABLE users (seq {{serial}}, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE credentials (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL
);
CREATE INDEX credentials_by_kind ON credentials (kind, seq);
CREATE TABLE settings (key TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE audit (seq BIGINT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE changes (seq {{serial}}, topic TEXT NOT NULL, id TEXT NOT NULL);
