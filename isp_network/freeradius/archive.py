"""The configuration of a FreeRADIUS server as an archive.

Plain text with ``@names``; no Odoo in here. Each file is quoted as its reader wants:
FreeRADIUS' own double quotes, SQL's single ones.
"""

import io
import re
import tarfile
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
FOLDER = "isp"
# Debian's FreeRADIUS runs as this group; the files hold secrets.
OWNER, GROUP = "root", "freerad"
FOLDER_MODE, FILE_MODE, PRIVATE_MODE = 0o750, 0o640, 0o600
PRIVATE = {"database.sql"}
NOT_CONFIGURATION = {"prepare.sql"}


class _Template(Template):
    delimiter = "@"
    # An @ before anything else (an address in a comment) stays as it is.
    idpattern = r"(?a:[a-z][a-z0-9_]*)"


def quote_config(text):
    """``text`` for between the double quotes of a FreeRADIUS file."""
    return re.sub(r'([\\"])', r"\\\1", str(text))


def quote_identifier(text):
    return '"{}"'.format(str(text).replace('"', '""'))


def quote_literal(text):
    return "'{}'".format(str(text).replace("'", "''"))


def render(values, grants):
    """Return ``{file name: text}``.

    :param grants: {table: privileges} of the database role
    :param values: dict of ``database``, ``role``, ``role_password``,
        ``database_host``, ``database_port``, ``auth_port``, ``acct_port``,
        ``odoo_address``, ``odoo_secret``, ``stale_minutes``, ``client_lifetime``,
        ``class_item``, ``connections``
    """
    prepare = _flatten((TEMPLATES / "prepare.sql").read_text())
    raw = {
        "folder": FOLDER,
        "prepare": _Template(prepare).substitute(values),
        "grants": "\n".join(
            f"GRANT {privileges} ON {table} TO {quote_identifier(values['role'])};"
            for table, privileges in grants.items()
        ),
    }
    return {
        path.name: _render_file(path, values, raw)
        for path in sorted(TEMPLATES.iterdir())
        if path.name not in NOT_CONFIGURATION
    }


def _render_file(path, values, raw):
    quoted = dict(values)
    if path.suffix == ".conf":
        quoted = {name: quote_config(value) for name, value in values.items()}
    elif path.suffix == ".sql":
        quoted = {
            f"{name}_{kind}": quote(value)
            for name, value in values.items()
            for kind, quote in (
                ("literal", quote_literal),
                ("name", quote_identifier),
            )
        }
    return _Template(path.read_text()).substitute(quoted, **raw)


def _flatten(sql):
    """``sql`` in one line, without comments: FreeRADIUS takes 8 kB a line."""
    lines = [line for line in sql.splitlines() if not line.strip().startswith("--")]
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def pack(files, moment):
    """Return ``files`` ({name: text}) as the bytes of a .tar.gz.

    :param moment: seconds since 1970 that the files are to be of
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        folder = _prepare_info(FOLDER, FOLDER_MODE, moment)
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, text in files.items():
            content = text.encode()
            mode = PRIVATE_MODE if name in PRIVATE else FILE_MODE
            info = _prepare_info(f"{FOLDER}/{name}", mode, moment)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _prepare_info(name, mode, moment):
    info = tarfile.TarInfo(name)
    info.mode, info.mtime = mode, int(moment)
    info.uname, info.gname = OWNER, GROUP
    return info
