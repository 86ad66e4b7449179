"""``odoo isp_restore -c odoo.conf -d new_name ARCHIVE``"""

import sys
from pathlib import Path

from odoo.tools import config

from . import Command


class Isp_Restore(Command):  # pylint: disable=invalid-name
    """Make a database of a backup, under a name that is free. It is neutralised: no
    mail, no payment, no command to a router leaves it, and no scheduled action runs.
    Where it takes the place of a lost one, say --as-original."""

    name = "isp_restore"

    def run(self, args):
        parser = self.parser
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "-c", "--config", required=True, help="Odoo's configuration"
        )
        parser.add_argument("-d", "--database", required=True, help="its new name")
        parser.add_argument(
            "--as-original",
            action="store_true",
            help="it takes the place of the lost one: it bills, mails "
            "and commands routers as soon as Odoo serves it",
        )
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="what it was encrypted by",
        )
        options = parser.parse_args(args)
        config.parse_config(["-c", options.config], setup_logging=True)
        # Found after the configuration is read
        from odoo.addons.isp_base import backup, restore

        try:
            manifest = restore.restore(
                options.archive,
                options.database,
                neutralise=not options.as_original,
                passphrase=options.passphrase_file,
            )
        except (backup.BackupError, OSError) as error:
            sys.exit(f"Nothing was restored. {error}")
        sys.stdout.write(
            f"Database {options.database}: as of {manifest['taken_at']}, "
            f"{len(manifest['counts'])} tables and {manifest['files']} files as in the "
            "backup. "
            + ("It is armed.\n" if options.as_original else "It is neutralised.\n")
        )
