"""``odoo isp_backup -c odoo.conf -d database FOLDER``"""

import sys
from pathlib import Path

from odoo.tools import config

from . import Command


class Isp_Backup(Command):  # pylint: disable=invalid-name
    """Write a backup of a database with its files into a folder; Odoo may run, and
    subscribers may log in and pay meanwhile."""

    name = "isp_backup"

    def run(self, args):
        parser = self.parser
        parser.add_argument("folder", type=Path, help="where the archive is written")
        parser.add_argument(
            "-c", "--config", required=True, help="Odoo's configuration"
        )
        parser.add_argument("-d", "--database", required=True)
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            metavar="N",
            help="remove older backups of it, but for the last N",
        )
        key = parser.add_mutually_exclusive_group()
        key.add_argument(
            "--recipient",
            type=Path,
            metavar="FILE",
            help="encrypt it for this public key of OpenPGP",
        )
        key.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="encrypt it by the passphrase in this file",
        )
        options = parser.parse_args(args)
        config.parse_config(["-c", options.config], setup_logging=True)
        from odoo.addons.isp_base import backup  # found after the configuration is read

        try:
            path, manifest = backup.make(
                options.database,
                options.folder,
                recipient=options.recipient,
                passphrase=options.passphrase_file,
                keep=options.keep,
            )
        except (backup.BackupError, OSError) as error:
            sys.exit(f"No backup was written. {error}")
        sys.stdout.write(
            f"{path}: {sum(map(int, manifest['counts'].values()))} rows, "
            f"{manifest['files']} files, {path.stat().st_size >> 20} MB\n"
        )
        if manifest["files_missing"]:
            sys.exit(
                f"{len(manifest['files_missing'])} files are missing in the "
                "filestore: see the end of the archive, manifest.json."
            )
