def migrate(cr, version):
    """The e-mail of a receipt has the receipt's number and amount, which may be those
    of several payments."""
    cr.execute(
        """
        UPDATE mail_template t SET
            subject = replace(subject::text, 'object.name',
                'object.isp_receipt_number')::jsonb,
            body_html = replace(replace(body_html::text, 'object.name',
                'object.isp_receipt_number'), 'object.amount,',
                'object.isp_receipt_amount,')::jsonb
        FROM ir_model_data d
        WHERE d.res_id = t.id AND d.model = 'mail.template'
            AND d.module = 'isp_billing' AND d.name = 'isp_billing_mail_receipt'
        """
    )
