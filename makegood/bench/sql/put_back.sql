UPDATE makegood_promise SET state = 'open', closed_at = NULL, due_at = original_due_at WHERE state = 'broken'
