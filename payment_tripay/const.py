SANDBOX = "https://tripay.co.id/api-sandbox"
PRODUCTION = "https://tripay.co.id/api"

# {payment method of Odoo: Tripay's channel, of closed payment}
METHODS = {
    "alfamart": "ALFAMART",
    "alfamidi": "ALFAMIDI",
    "bank_bca": "BCAVA",
    "bank_permata": "PERMATAVA",
    "bni": "BNIVA",
    "bri": "BRIVA",
    "bsi": "BSIVA",
    "cimb_niaga": "CIMBVA",
    "dana": "DANA",
    "indomaret": "INDOMARET",
    "mandiri": "MANDIRIVA",
    "ovo": "OVO",
    "qris": "QRIS",
    "shopeepay": "SHOPEEPAY",
}
DEFAULT_METHODS = {"alfamart", "bank_bca", "bni", "bri", "mandiri", "qris"}
