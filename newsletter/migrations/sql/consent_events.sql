-- Evidence of consent is only added to. It goes when its subscriber is erased, and not before.

CREATE FUNCTION newsletter_consent_is_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'newsletter_consentevent: evidence of consent is not changed'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER consent_is_kept BEFORE UPDATE ON newsletter_consentevent FOR EACH ROW
    EXECUTE FUNCTION newsletter_consent_is_kept();

-- Looked at when the transaction commits: Django deletes the events first, and then their subscriber.
CREATE FUNCTION newsletter_consent_goes_with_subscriber() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM newsletter_subscriber WHERE id = OLD.subscriber_id) THEN
        RAISE EXCEPTION 'newsletter_consentevent: evidence goes only with its subscriber'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER consent_goes_with_subscriber AFTER DELETE ON newsletter_consentevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION newsletter_consent_goes_with_subscriber();
