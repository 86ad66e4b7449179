"""Write the configuration of a server for this machine, or for the one described.

    python3 deploy/render.py --domain isp.example --database isp --out /tmp/isp

Nothing of the system is changed: docs/operations.md says where each file goes. Secrets
are new each time; files that are there already are left as they are.
"""

import argparse
import os
import runpy
import secrets
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).resolve().parent / "templates"
CONNECTIONS = ROOT / "isp_network/freeradius/connections.py"
PRIVATE = {"odoo.conf"}
WORKER_MB = 400  # what a worker takes when it has worked for a while
CRONS = 2
GEVENT = 16  # connections of the process for websockets
SPARE = 10  # connections of people, of backups and of PostgreSQL's owner


class _Template(Template):
    delimiter = "@"
    idpattern = r"(?a:[a-z][a-z0-9_]*)"


def read_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--domain", required=True, help="name that visitors type")
    parser.add_argument("--database", default="isp")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--code", type=Path, default=ROOT, help="this project there")
    parser.add_argument("--addons-path", help="all of it, where Odoo is not in var/")
    parser.add_argument("--python", type=Path, help="the Python that has Odoo")
    parser.add_argument("--odoo", type=Path, help="its program: odoo, or odoo-bin")
    parser.add_argument("--config", type=Path, default=Path("/etc/odoo/odoo.conf"))
    parser.add_argument("--data", type=Path, default=Path("/var/lib/odoo"))
    parser.add_argument("--backups", type=Path, default=Path("/var/backups/isp"))
    parser.add_argument(
        "--certificates", type=Path, help="folder with fullchain.pem and privkey.pem"
    )
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--memory", type=int, metavar="MB", default=_get_memory())
    parser.add_argument("--radius-servers", type=int, default=1)
    ports = {"odoo": 8069, "gevent": 8072, "http": 80, "https": 443}
    for name, port in ports.items():
        parser.add_argument(f"--{name}-port", type=int, default=port)
    return parser.parse_args(arguments)


def _get_memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20


def prepare_values(options):
    """Return what the templates name."""
    code = options.code
    packages = code / "var/odoo/usr/lib/python3/dist-packages"
    addons = options.addons_path or f"{packages}/addons,{packages}/odoo/addons,{code}"
    # Half of the memory is PostgreSQL's and that of files.
    workers = max(2, min(2 * options.cores + 1, options.memory // 2 // WORKER_MB))
    jobs = (workers + 1) // 2
    count = runpy.run_path(CONNECTIONS)["count_needed"]
    connections = count(options.radius_servers, workers, CRONS, GEVENT, GEVENT)
    certificates = options.certificates or Path("/etc/letsencrypt/live", options.domain)
    return {
        **vars(options),
        "addons_path": addons,
        "static_folders": " ".join(f"{folder}$uri" for folder in addons.split(",")),
        "python": options.python or code / "var/venv/bin/python",
        # Not -m odoo: with workers, Odoo starts the process for websockets by the file
        # that it was started with, and that of the package is no program.
        "odoo": options.odoo or code / "var/odoo/usr/bin/odoo",
        "certificates": certificates,
        "workers": workers,
        "crons": CRONS,
        "gevent": GEVENT,
        "jobs": jobs,
        "billing_jobs": max(1, jobs - 1),
        "connections": connections + SPARE,
        "shared_buffers": max(128, options.memory // 4),
        "cache": options.memory // 2,
        "admin_password": secrets.token_urlsafe(24),
        "vault_key": secrets.token_urlsafe(32),
        "token": secrets.token_urlsafe(32),
    }


def write(options):
    """Write the files that are not there; return their paths."""
    values = prepare_values(options)
    options.out.mkdir(parents=True, exist_ok=True)
    written = []
    for template in sorted(TEMPLATES.iterdir()):
        target = options.out / template.name
        if target.exists():
            continue
        text = _Template(template.read_text()).substitute(values)
        mode = 0o600 if template.name in PRIVATE else 0o644
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in write(read_arguments()):
        print(path)
