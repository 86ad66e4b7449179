SANDBOX = {
    "snap": "https://app.sandbox.midtrans.com",
    "v2": "https://api.sandbox.midtrans.com",
}
PRODUCTION = {"snap": "https://app.midtrans.com", "v2": "https://api.midtrans.com"}

# {payment method of Odoo: Snap's enabled_payments}
METHODS = {
    "akulaku": "akulaku",
    "bank_bca": "bca_va",
    "bank_permata": "permata_va",
    "bni": "bni_va",
    "bri": "bri_va",
    "card": "credit_card",
    "cimb_niaga": "cimb_va",
    "gopay": "gopay",
    "kredivo": "kredivo",
    "mandiri": "echannel",
    "qris": "other_qris",
    "shopeepay": "shopeepay",
}
DEFAULT_METHODS = {"bank_bca", "bni", "bri", "gopay", "mandiri", "qris"}
