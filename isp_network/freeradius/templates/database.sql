-- The role of FreeRADIUS in the database @database_name: what it may read and write,
-- and nothing else. Run it as the owner of PostgreSQL, again after each download:
--   sudo -u postgres psql -v ON_ERROR_STOP=1 -d @database_name -f database.sql

DO $do$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = @role_literal) THEN
        CREATE ROLE @role_name;
    END IF;
END
$do$;
ALTER ROLE @role_name LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE
    PASSWORD @role_password_literal;
GRANT CONNECT ON DATABASE @database_name TO @role_name;
@grants
