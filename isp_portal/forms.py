"""What customers type into the forms of the portal."""


def read_text(values, name):
    """Return what was typed (str), as the database can keep it.

    :param values: dict of what a form has sent
    :param name: name (str) of the input
    """
    text = values.get(name)
    text = text if isinstance(text, str) else ""  # a file may come under its name
    return text.replace("\0", "").replace("\r\n", "\n").strip()
