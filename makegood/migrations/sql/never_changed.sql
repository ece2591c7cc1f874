-- Facts, scans and grants are history.
CREATE FUNCTION makegood_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME;
END $$;

CREATE TRIGGER fact_is_never_changed BEFORE UPDATE OR DELETE ON makegood_fact
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER scan_is_never_changed BEFORE UPDATE OR DELETE ON makegood_scan
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER grant_is_never_changed BEFORE UPDATE OR DELETE ON makegood_grant
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER grant_units_are_never_changed BEFORE UPDATE OR DELETE ON makegood_grantunits
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER transfer_is_never_changed BEFORE UPDATE OR DELETE ON makegood_transfer
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER posting_is_never_changed BEFORE UPDATE OR DELETE ON makegood_posting
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER authority_use_is_never_changed BEFORE UPDATE OR DELETE ON makegood_authorityuse
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
CREATE TRIGGER adopted_policy_is_never_changed BEFORE UPDATE OR DELETE ON makegood_adoptedpolicy
    FOR EACH ROW EXECUTE FUNCTION makegood_never_changed();
