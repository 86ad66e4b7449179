"""What a list of running subscribers may tell, and the headings it is known by."""

import re
from dataclasses import dataclass

NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Column:
    """One column: its name in our rows, its headings, an example for the template.

    The first English and the first Indonesian heading are those of the template.
    """

    name: str
    english: tuple
    indonesian: tuple
    example: object = ""
    required: bool = False

    def get_heading(self, lang):
        """Return the heading in the language of a user (a code such as id_ID)."""
        indonesian = (lang or "").startswith("id")
        return (self.indonesian if indonesian else self.english)[0]


COLUMNS = (
    Column(
        "contact_name",
        ("Name", "Subscriber", "Customer", "Customer Name", "Full Name"),
        ("Nama", "Nama Pelanggan", "Pelanggan", "Nama Lengkap"),
        "Siti Rahayu",
        required=True,
    ),
    Column("first_name", ("First Name",), ("Nama Depan",)),
    Column("last_name", ("Last Name",), ("Nama Belakang",)),
    Column(
        "phone",
        ("Phone", "Phone Number", "Mobile", "WhatsApp"),
        ("Telepon", "No Telepon", "Nomor Telepon", "No HP", "HP", "Telp", "No WA"),
        "0812 3456 7890",
    ),
    Column("email", ("E-mail", "Mail"), ("Surel", "Alamat Email"), "siti@example.com"),
    Column(
        "street",
        ("Address", "Street"),
        ("Alamat", "Alamat Pemasangan", "Jalan"),
        "Jalan Anggrek 14",
    ),
    Column(
        "street2",
        ("Village, District", "Address 2", "Street 2"),
        ("Kelurahan, Kecamatan", "Kelurahan", "Kecamatan", "Desa"),
        "Kemanggisan, Palmerah",
    ),
    Column("city", ("City",), ("Kota", "Kabupaten", "Kota/Kabupaten"), "Jakarta Barat"),
    Column("zip", ("Postal Code", "ZIP", "ZIP Code"), ("Kode Pos",), "11480"),
    Column(
        "id_number",
        ("ID Number", "National ID"),
        ("NIK", "No KTP", "Nomor KTP", "KTP", "Nomor Identitas"),
        "3173064107900001",
    ),
    Column("id_type", ("ID Type",), ("Jenis Identitas",)),
    Column(
        "coordinates",
        ("Coordinates", "Location", "Lat Long", "Latitude, Longitude"),
        ("Koordinat", "Titik Koordinat", "Lokasi"),
        "-6.2000000, 106.8166667",
    ),
    Column("latitude", ("Latitude", "Lat"), ("Lintang",)),
    Column("longitude", ("Longitude", "Long", "Lng"), ("Bujur",)),
    Column(
        "username",
        ("User Name", "PPPoE User", "PPPoE User Name", "Login"),
        ("Nama Pengguna", "User PPPoE", "Akun PPPoE", "User"),
        "siti.rahayu",
    ),
    Column(
        "password",
        ("Password", "PPPoE Password"),
        ("Kata Sandi", "Sandi", "Password PPPoE"),
        "Gk7mQpRxTw34",
    ),
    Column(
        "plan",
        ("Plan", "Internet Plan", "Package", "Product"),
        ("Paket", "Paket Internet", "Nama Paket", "Layanan"),
        "",
        required=True,
    ),
    Column(
        "category",
        ("Category", "Subscriber Category"),
        ("Kategori", "Kategori Pelanggan"),
    ),
    Column("area", ("Area", "Service Area"), ("Wilayah", "Area Layanan")),
    Column("pop", ("POP", "Point of Presence"), ("Titik Layanan", "Nama POP")),
    Column(
        "schedule",
        ("Billing Schedule", "Schedule"),
        ("Jadwal Tagihan", "Jadwal Penagihan", "Jadwal"),
    ),
    Column(
        "activation_date",
        ("Activation Date", "Active Since", "Start Date", "Activated"),
        ("Tanggal Aktif", "Tgl Aktif", "Tanggal Aktivasi", "Aktif Sejak"),
        "2025-03-14",
    ),
    Column(
        "billed_until",
        ("Billed Until", "Paid Until", "Billed To"),
        ("Tagihan Sampai", "Ditagih Sampai", "Tertagih Sampai", "Dibayar Sampai"),
        "2026-11-30",
    ),
    Column(
        "balance",
        ("Open Balance", "Balance", "Outstanding", "Amount Due", "Account Balance"),
        ("Sisa Tagihan", "Tunggakan", "Saldo", "Piutang"),
        150000,
    ),
    Column(
        "balance_due",
        ("Balance Due Date", "Due Date"),
        ("Jatuh Tempo", "Tanggal Jatuh Tempo", "Jatuh Tempo Tunggakan"),
        "2026-12-10",
    ),
    Column(
        "status",
        ("Status", "Service Status"),
        ("Keadaan", "Status Layanan", "Status Pelanggan"),
        "",
    ),
    Column(
        "static_address",
        ("Fixed Address", "IP Address", "Static IP", "IP", "Remote Address"),
        ("Alamat IP", "IP Tetap", "IP Statis", "IP Static"),
    ),
    Column(
        "caller_id",
        ("MAC", "MAC Address", "Caller ID"),
        ("Alamat MAC", "MAC Perangkat"),
    ),
    Column("disabled", ("Disabled",), ("Dimatikan",)),
    Column("tunnel", ("Kind of Login",), ("Jenis Login",)),
    Column("comment", ("Comment", "Note", "Remarks"), ("Catatan", "Keterangan")),
    Column(
        "own_price",
        ("Own Price", "Own Monthly Price", "Monthly Price", "Special Price"),
        ("Harga Khusus", "Harga Sendiri", "Harga Bulanan", "Tarif Khusus"),
    ),
    Column(
        "legacy_number",
        ("Former Number", "Service Number", "Customer Number", "Customer ID"),
        (
            "Nomor Lama",
            "Nomor Pelanggan",
            "No Pelanggan",
            "ID Pelanggan",
            "Nomor Layanan",
        ),
        "PLG-00123",
    ),
)


def simplify(heading):
    """Return a heading in lower case, each run of other signs as one blank."""
    return NO_WORD.sub(" ", str(heading or "").lower()).strip()


def get_known_headings(columns):
    """Return {heading as `simplify` returns it: name of its column}."""
    return {
        simplify(heading): column.name
        for column in columns
        for heading in (column.name, *column.english, *column.indonesian)
    }


def recognize(headings, known):
    """Return the name of the column of each heading, None for one that is unknown,
    or whose column has come before.

    :param known: what `get_known_headings` returns
    """
    names = []
    for heading in headings:
        name = known.get(simplify(heading))
        names.append(name if name not in names else None)
    return names
