-- What a foreign key would ask of each scan: that its parcel exists and is its customer's. Whoever writes many asks it of
-- all their parcels at once and says so (`makegood.parcels_are_known`, for one transaction): asking row by row costs as
-- much as writing them, and so does keeping them for one question at the end.
CREATE FUNCTION makegood_scans_have_their_parcels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM makegood_parcel WHERE id = NEW.parcel_id AND customer_id = NEW.customer_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a scan has no parcel, or one of another customer' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER scans_have_their_parcels AFTER INSERT ON makegood_scan FOR EACH ROW
    WHEN (current_setting('makegood.parcels_are_known', true) IS DISTINCT FROM 'yes')
    EXECUTE FUNCTION makegood_scans_have_their_parcels();

CREATE FUNCTION makegood_parcels_keep_their_scans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone JOIN makegood_scan AS scan ON parcel_id = gone.id AND scan.customer_id = gone.customer_id) THEN
        RAISE EXCEPTION 'a parcel has scans' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER parcels_keep_their_scans AFTER DELETE ON makegood_parcel
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION makegood_parcels_keep_their_scans();
