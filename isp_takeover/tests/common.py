import base64
import csv
import io

import openpyxl

from odoo.addons.isp_billing.tests.common import BillingCommon

TODAY = "2026-05-20 03:00:00"


class TakeoverCommon(BillingCommon):
    """Files as the manager uploads them: `_upload([row, …])`, a row is a dictionary of
    headings and texts, as `_row` makes them, each another person's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows_made = 0

    @classmethod
    def _row(cls, **values):
        cls.rows_made += 1
        number = cls.rows_made
        return {
            "Name": f"Wati {number:04d}",
            "Phone": f"0812 5000 {number:04d}",
            "E-mail": f"wati{number}@example.com",
            "Address": f"Jalan Melati {number}",
            "User Name": f"wati{number:04d}",
            "Password": f"Rahasia-{number:04d}",
            "Plan": "Home 20",
            "Billing Schedule": "Every 5th",
            "Activation Date": "14/03/2025",
            "Billed Until": "2026-06-04",
            **{name.replace("_", " "): value for name, value in values.items()},
        }

    @classmethod
    def _make_csv(cls, rows):
        output = io.StringIO()
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(output, names)
        writer.writeheader()
        writer.writerows(rows)
        return output.getvalue().encode()

    @classmethod
    def _make_xlsx(cls, rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    @classmethod
    def _encode(cls, content):
        return base64.b64encode(content)

    @classmethod
    def _upload_bytes(cls, content, name, **vals):
        return cls._as("manager", cls.env["isp.takeover"]).create(
            {"name": name, "file": cls._encode(content), **vals}
        )

    @classmethod
    def _upload(cls, rows, **vals):
        return cls._upload_bytes(cls._make_csv(rows), "subscribers.csv", **vals)

    @classmethod
    def _take_over(cls, *rows, **vals):
        """Upload, test and import these rows; return the takeover."""
        takeover = cls._upload(rows, **vals)
        takeover.with_context(queue_job__no_delay=True).action_test()
        takeover.with_context(queue_job__no_delay=True).action_import()
        return takeover
