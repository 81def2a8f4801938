-- Which database this is. A dump that is restored has another number or stands on another server.
CREATE FUNCTION web_database_identity() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT system_identifier || '/' || (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  FROM pg_catalog.pg_control_system()
$$;

-- Whether mail may leave from this database under this public address ('' is none). config/web/mail/hold.py says why.
CREATE FUNCTION web_mail_may_leave(origin text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM web_installation
    WHERE database = web_database_identity() AND (web_installation.origin IN ('', $1) OR $1 = '')
  )
$$;
