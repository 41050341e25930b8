-- The file system that a job's target lay on, so that a disk that is away is not taken for one from which all is gone.
ALTER TABLE jobs ADD COLUMN disk TEXT;
