-- What is written into the rooms of incidents, line by line; rows are never changed.
CREATE TABLE room_lines (
  incident_id TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (incident_id, number)
);
CREATE INDEX room_lines_by_time ON room_lines (at);
