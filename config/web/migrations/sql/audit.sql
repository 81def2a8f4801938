-- The audit log is only added to. Its clearing names itself (config/web/audit.py); nothing else removes an entry.
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('colophon.forgets_audit_entries', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'Entries of the audit log are never changed or removed.' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON web_auditentry
  FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
