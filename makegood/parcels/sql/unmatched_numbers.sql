SELECT carrier, number, count(*) FROM makegood_arrived AS arrived
WHERE NOT EXISTS (SELECT FROM makegood_addressed AS known
    WHERE (known.carrier, known.number) = (arrived.carrier, arrived.number))
GROUP BY carrier, number
