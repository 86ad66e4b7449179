"""Secrets, encrypted, in a table of their own that no model knows: no domain, order,
group, export or compute of the ORM reaches it.

They are encrypted before they are sent, so no statement, and so no log of Odoo or of
PostgreSQL, holds one. The first key of ``[isp_vault] keys`` in Odoo's configuration
encrypts, all of them decrypt. The last key is always that of the database itself, which
lies beside what it protects: a copy of the database opens what was encrypted by it.

A mark is a keyed hash of a value: it finds the same value again, and tells nothing
else.
"""

import base64
import hashlib
import hmac
import secrets
from configparser import ConfigParser
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.tools import SQL, config, split_every

SECTION, OPTION = "isp_vault", "keys"
SHORTEST_KEY = 32
BATCH = 1000
CACHED = "isp_vault_keys"
TABLES = """
    CREATE TABLE IF NOT EXISTS isp_vault (
        model text, res_id integer, name text, value bytea, mark bytea,
        PRIMARY KEY (model, name, res_id));
    CREATE INDEX IF NOT EXISTS isp_vault_mark_idx
        ON isp_vault (model, name, mark) WHERE mark IS NOT NULL;
    CREATE TABLE IF NOT EXISTS isp_vault_key (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), key text NOT NULL);
    CREATE OR REPLACE FUNCTION isp_vault_forget() RETURNS trigger AS $$
    BEGIN
        DELETE FROM isp_vault WHERE model = TG_ARGV[0] AND res_id = OLD.id;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""


class KeyMissing(Exception):
    """A secret was encrypted by a key that the configuration has no longer."""


def create(cr):
    """Make the tables, where they are missing, and the database's own key."""
    cr.execute(SQL("SELECT to_regclass('isp_vault_key') IS NULL"))
    if cr.fetchone()[0]:
        cr.execute(TABLES)
    cr.execute(
        "INSERT INTO isp_vault_key (key) VALUES (%s) ON CONFLICT DO NOTHING",
        [secrets.token_urlsafe(SHORTEST_KEY)],
    )


def guard(cr, model, table):
    """Have the secrets of a record go with it, whoever deletes it, and however."""
    create(cr)
    cr.execute(
        SQL(
            "SELECT FROM pg_trigger WHERE tgname = 'isp_vault_forget' "
            "AND tgrelid = %s::regclass",
            table,
        )
    )
    if not cr.rowcount:
        cr.execute(
            SQL(
                "CREATE TRIGGER isp_vault_forget AFTER DELETE ON %s FOR EACH ROW "
                "EXECUTE FUNCTION isp_vault_forget(%s)",
                SQL.identifier(table),
                model,
            )
        )


def drop(cr):
    cr.execute(
        """
        DROP FUNCTION isp_vault_forget() CASCADE;
        DROP TABLE isp_vault, isp_vault_key
        """
    )


# The keys


@lru_cache(maxsize=1)
def read_configured_keys():
    """Return the keys (tuple of str) of Odoo's configuration, the present one first.

    :raises ValueError: when one is so short that it could be guessed
    """
    parser = ConfigParser(interpolation=None)
    parser.read(config["config"] or [])
    text = parser.get(SECTION, OPTION, fallback="")
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(
            f"A key of [{SECTION}] in {config['config']} has less than "
            f"{SHORTEST_KEY} characters"
        )
    return keys


def _get_keys(cr):
    if CACHED not in cr.cache:
        cr.execute("SELECT key FROM isp_vault_key")
        cr.cache[CACHED] = (*read_configured_keys(), cr.fetchone()[0])
    return cr.cache[CACHED]


def _derive(key, purpose):
    return hashlib.sha256(f"{purpose}:{key}".encode()).digest()


def _get_box(cr):
    """Return what encrypts and decrypts."""
    keys = (base64.urlsafe_b64encode(_derive(k, "isp_vault")) for k in _get_keys(cr))
    return MultiFernet([Fernet(key) for key in keys])


def _get_marks(cr, model, name, value):
    """Return the marks of a value, that by the present key first."""
    message = f"{model}:{name}:".encode() + value
    return [
        hmac.digest(_derive(key, "isp_mark"), message, "sha256")
        for key in _get_keys(cr)
    ]


# Reading and writing


def get(cr, model, ids, name):
    """Return {id: secret as bytes} of those records that have it.

    :raises KeyMissing: when the key of one is not configured any more
    """
    cr.execute(
        SQL(
            "SELECT res_id, value FROM isp_vault "
            "WHERE model = %s AND name = %s AND res_id = ANY(%s)",
            *(model, name, list(ids)),
        )
    )
    rows = cr.fetchall()
    box = _get_box(cr) if rows else None
    return {res_id: _decrypt(box, value) for res_id, value in rows}


def _decrypt(box, value):
    try:
        return box.decrypt(base64.urlsafe_b64encode(value))
    except InvalidToken as error:
        raise KeyMissing(
            "a key of [isp_vault] is missing in Odoo's configuration"
        ) from error


def _encrypt(box, value):
    return base64.urlsafe_b64decode(box.encrypt(value))


def get_present(cr, model, ids, name):
    """Return the ids (set) of those records that have this secret."""
    cr.execute(
        SQL(
            "SELECT res_id FROM isp_vault "
            "WHERE model = %s AND name = %s AND res_id = ANY(%s)",
            *(model, name, list(ids)),
        )
    )
    return {res_id for (res_id,) in cr.fetchall()}


def put(cr, model, name, values, marked=False):
    """Keep a secret of many records, or forget it.

    :param values: {id: secret as bytes, empty to forget it}
    :param marked: whether ``find`` is to find it
    """
    emptied = [res_id for res_id, value in values.items() if not value]
    if emptied:
        _execute(
            cr,
            SQL(
                "DELETE FROM isp_vault "
                "WHERE model = %s AND name = %s AND res_id = ANY(%s)",
                *(model, name, emptied),
            ),
        )
    for batch in split_every(BATCH, [pair for pair in values.items() if pair[1]]):
        box = _get_box(cr)
        marks = [
            _get_marks(cr, model, name, value)[0] if marked else None
            for _id, value in batch
        ]
        _write(cr, model, name, batch, [_encrypt(box, v) for _id, v in batch], marks)


def _write(cr, model, name, batch, tokens, marks):
    _execute(
        cr,
        SQL(
            """
            INSERT INTO isp_vault (model, name, res_id, value, mark)
            SELECT %s, %s, row.* FROM unnest(%s, %s, %s::bytea[]) AS row
            ON CONFLICT (model, name, res_id)
            DO UPDATE SET value = excluded.value, mark = excluded.mark
            """,
            *(model, name, [res_id for res_id, _value in batch], tokens, marks),
        ),
    )


def _execute(cr, query):
    """Who fails here is told by the exception; its statement would fill the log."""
    cr.execute(query, log_exceptions=False)


def find(cr, model, name, values):
    """Return {id: value} of the records that have one of these (bytes) as a secret
    that is marked."""
    wanted = {
        mark: value for value in values for mark in _get_marks(cr, model, name, value)
    }
    cr.execute(
        SQL(
            "SELECT res_id, mark FROM isp_vault "
            "WHERE model = %s AND name = %s AND mark = ANY(%s::bytea[])",
            *(model, name, list(wanted)),
        )
    )
    return {res_id: wanted[bytes(mark)] for res_id, mark in cr.fetchall()}


# Moving, turning over and forgetting


def forget_others(cr, kept):
    """Forget the secrets of fields that there are no longer; return how many.

    :param kept: the fields that there are: [(model, name)]
    """
    cr.execute(
        SQL(
            "DELETE FROM isp_vault WHERE (model, name) NOT IN "
            "(SELECT * FROM unnest(%s, %s))",
            [model for model, _name in kept],
            [name for _model, name in kept],
        )
    )
    return cr.rowcount


def move_column(cr, model, table, column, marked=False):
    """Put what a column of an earlier release holds into the vault, and drop it."""
    cr.execute(
        SQL(
            "SELECT FROM information_schema.columns WHERE table_schema = "
            "current_schema AND table_name = %s AND column_name = %s",
            *(table, column),
        )
    )
    if not cr.rowcount:
        return
    names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
    cr.execute(
        SQL(
            "SELECT id, %(column)s::text FROM %(table)s WHERE %(column)s::text <> ''",
            **names,
        )
    )
    values = {res_id: value.encode() for res_id, value in cr.fetchall()}
    put(cr, model, column, values, marked=marked)
    cr.execute(SQL("ALTER TABLE %(table)s DROP COLUMN %(column)s CASCADE", **names))


def rotate(cr):
    """Encrypt again, by the present key, and mark again; return how many secrets.

    Afterwards the keys behind the first one may leave the configuration. All of it is
    one transaction; whoever changes a secret meanwhile is tried again.
    """
    cr.execute("SELECT DISTINCT model, name, mark IS NOT NULL FROM isp_vault")
    count = 0
    for model, name, marked in cr.fetchall():
        cr.execute(
            SQL(
                "SELECT res_id FROM isp_vault WHERE model = %s AND name = %s "
                "AND (mark IS NOT NULL) = %s",
                *(model, name, marked),
            )
        )
        for ids in split_every(BATCH, [res_id for (res_id,) in cr.fetchall()]):
            put(cr, model, name, get(cr, model, ids, name), marked=marked)
            count += len(ids)
    return count
