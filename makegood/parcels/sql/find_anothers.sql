-- One box is of one customer, or goes to one address. Of two parcels under one number that can't be in one, the number is
-- the one's that had it first. Those of these parcels of which that is different now come back.
UPDATE makegood_parcel AS mine SET is_anothers_number = NOT mine.is_anothers_number
FROM makegood_delivery AS here
WHERE mine.id = ANY(%(parcels)s::bigint[]) AND here.id = mine.delivery_id AND here.customer_id = mine.customer_id
    AND mine.is_anothers_number IS DISTINCT FROM EXISTS (
        SELECT FROM makegood_parcel AS other
        JOIN makegood_delivery AS there ON there.id = other.delivery_id AND there.customer_id = other.customer_id
        WHERE (other.carrier, other.number) = (mine.carrier, mine.number) AND other.customer_id <> mine.customer_id
            AND NOT other.is_anothers_number
            AND (coalesce(other.number_since, '-infinity'), other.id) < (coalesce(mine.number_since, '-infinity'), mine.id)
            AND other.label_at BETWEEN mine.label_at - %(one_box_within)s::interval
                AND mine.label_at + %(one_box_within)s::interval
            AND (there.address_lines, there.postcode, there.country) <> (here.address_lines, here.postcode, here.country)
    )
RETURNING mine.id
