from collections import Counter

from odoo import api, fields, models

from ..locks import lock_or_retry


class IspBatchMixin(models.AbstractModel):
    """A table whose rows jobs work through, batch by batch.

    How far it is follows from the rows (`line_ids`, of isp.batch.line.mixin, which name
    it in `takeover_id`), so that a job that was killed leaves nothing that is untrue.
    """

    _name = "isp.batch.mixin"
    _description = "Work in Batches"

    total_count = fields.Integer("Rows", compute="_compute_progress")
    ok_count = fields.Integer("Ready", compute="_compute_progress")
    error_count = fields.Integer("With Errors", compute="_compute_progress")
    skipped_count = fields.Integer("Exist Already", compute="_compute_progress")
    done_count = fields.Integer("Done", compute="_compute_progress")
    progress = fields.Float("Progress (%)", compute="_compute_progress")

    @api.depends("phase", "line_ids.state")
    def _compute_progress(self):
        counts = {table: Counter() for table in self._origin}
        for table, state, count in self._get_lines()._read_group(
            [("takeover_id", "in", self.ids)], ["takeover_id", "state"], ["__count"]
        ):
            counts[table][state] = count
        for table in self:
            own = counts.get(table._origin, Counter())
            table.total_count = own.total()
            for state in ("ok", "error", "skipped", "done"):
                table[f"{state}_count"] = own[state]
            table._show_progress(own["waiting"])

    def _show_progress(self, waiting):
        """Write the status and the progress that follow from the numbers of the rows.

        :param waiting: rows that wait for a job (int)
        """
        raise NotImplementedError

    @api.model
    def _get_lines(self):
        """Return the model of the rows; `line_ids` would read every one of them."""
        return self.env[self._fields["line_ids"].comodel_name]

    def _get_pending_state(self):
        """Return the state of the rows that jobs are to work on now."""
        return "waiting"

    def _get_pending_batches(self):
        """Return the numbers (list of int) of the batches with rows to work on."""
        self.ensure_one()
        groups = self._get_lines()._read_group(self._get_pending_domain(), ["batch"])
        return [batch for (batch,) in groups]

    def _get_pending_lines(self, batch):
        """Return the rows of a batch that are still to be worked on, locked."""
        domain = [*self._get_pending_domain(), ("batch", "=", batch)]
        lines = self._get_lines().sudo().search(domain)
        lock_or_retry(lines)
        return lines

    def _get_pending_domain(self):
        state = self._get_pending_state()
        return [("takeover_id", "=", self.id), ("state", "=", state)]

    def _enqueue(self):
        """Make a job of every batch with rows to do; a single one is done at once."""
        batches = self._get_pending_batches()
        if len(batches) == 1:
            self._work(batches[0])
            return
        for batch in batches:
            self.with_delay(description=self._describe_batch(batch))._work(batch)

    def _describe_batch(self, batch):
        """Return in words, for the list of jobs, which batch it is."""
        raise NotImplementedError

    def _work(self, batch):
        """Work on the rows of a batch that wait for it; a job calls it."""
        raise NotImplementedError

    def action_refresh(self):
        """Show how far it is by now."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _open_lines(self, xml_id):
        """Return the action of the rows, shown in the state of the context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("takeover_id", "=", self.id)]
        shown = self.env.context.get("isp_lines", "all")
        action["context"] = {f"search_default_{shown}": True}
        return action
