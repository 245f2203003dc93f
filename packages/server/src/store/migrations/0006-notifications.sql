-- What people are told of, and what each of them was sent: the outbox of the notifier.
CREATE TABLE matters (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL,
  incident_id TEXT, next_at BIGINT, body TEXT NOT NULL
);
CREATE INDEX matters_by_status ON matters (status, seq);
CREATE INDEX matters_by_incident ON matters (incident_id, seq);
CREATE INDEX matters_by_next ON matters (next_at);
CREATE TABLE notifications (
  seq {{serial}}, id TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, person_id TEXT NOT NULL, planned_at BIGINT NOT NULL,
  next_at BIGINT, body TEXT NOT NULL
);
CREATE INDEX notifications_by_person ON notifications (person_id, seq);
CREATE INDEX notifications_by_time ON notifications (planned_at);
CREATE INDEX notifications_by_next ON notifications (next_at);
CREATE TABLE notification_matters (
  matter_id TEXT NOT NULL, notification_id TEXT NOT NULL, PRIMARY KEY (matter_id, notification_id)
);
