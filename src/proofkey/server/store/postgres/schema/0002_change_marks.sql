-- Tells processes of each other's changes (store/postgres/changes.py): a new random mark in the bucket of whom one changes.

CREATE TABLE change_marks (
    bucket BIGINT NOT NULL PRIMARY KEY,
    mark   BIGINT NOT NULL
);
