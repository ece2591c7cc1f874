-- The jobs that wait of one customer, or for one place outside, are found without looking at those of all others.
CREATE INDEX makegood_jobs_of_sharer ON procrastinate_jobs ((args->>'sharer')) WHERE status = 'todo';
