from unittest.mock import patch

from odoo.tests import Form, tagged

from .common import IspCommon


@tagged("post_install", "-at_install", "isp_alone")
class TestLineChanges(IspCommon):
    """H2: whoever changes a line, the network hears of it once before the commit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._create_active_service()
        cls.other = cls._create_active_service()
        cls.env.cr.flush()

    def _listen(self, function):
        """Return [(services, names)] of what the network hears of this call."""
        heard = []

        def note(services, names):
            heard.append((services.sudo(False), names))

        with patch.object(self.registry["isp.service"], "_line_changed", note):
            function()
            self.env.cr.flush()
        return heard

    def test_a_method_tells_its_changes_once(self):
        def isolate_and_move():
            (self.service | self.other)._suspend("manual")
            self.service.pop_id = False

        heard = self._listen(isolate_and_move)
        both = self.service | self.other
        self.assertEqual(heard, [(both, {"access", "pop_id"})])

    def test_a_form_tells_its_changes(self):
        def rename():
            with Form(self.as_user(self.service, self.admin)) as form:
                form.contact_name = "Siti Rahmawati"

        heard = self._listen(rename)
        self.assertEqual(heard, [(self.service, {"contact_name"})])

    def test_a_stored_compute_tells_its_changes(self):
        def rename_contact():
            self.service.partner_id.name = "Siti Rahmawati"

        self.assertEqual(
            self._listen(rename_contact), [(self.service, {"contact_name"})]
        )

    def test_a_plan_that_gets_faster_is_a_change_of_its_services(self):
        def speed_up():
            self.plan.isp_download_mbps = 30

        ((services, names),) = self._listen(speed_up)
        self.assertEqual(services, self.service | self.other)
        self.assertEqual(names, {"download_mbps"})

    def test_what_was_changed_back_is_no_change(self):
        def there_and_back():
            self.service._suspend("manual")
            self.service._restore("manual")
            self.service.pop_id = self.service.pop_id

        self.assertEqual(self._listen(there_and_back), [])

    def test_what_was_undone_is_no_change(self):
        def try_and_undo():
            savepoint = self.env.cr.savepoint()
            self.service._suspend("manual")
            savepoint.close(rollback=True)

        self.assertEqual(self._listen(try_and_undo), [])

    def test_other_fields_and_new_prospects_are_no_change(self):
        def annotate():
            self.service.note = "Dog"
            self._create_service()

        self.assertEqual(self._listen(annotate), [])

    def test_a_deleted_service_is_no_change(self):
        draft = self._create_service()

        def rename_and_delete():
            draft.contact_name = "Siti Rahmawati"
            draft.unlink()

        self.assertEqual(self._listen(rename_and_delete), [])

    def test_one_class_alone_overrides_write(self):
        """What a part does with written values it does in `_write_checked`."""
        ours = [
            cls.__qualname__
            for cls in self.registry["isp.service"].mro()
            if cls.__module__.startswith("odoo.addons.isp_") and "write" in vars(cls)
        ]
        # Of every model: a record stays with companies of who writes it, and a dialog
        # names none that he may not read.
        self.assertEqual(list(dict.fromkeys(ours)), ["IspGuardedMixin", "Base"])
