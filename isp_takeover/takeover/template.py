"""The empty list of subscribers that people fill in: an XLSX file."""

import io

import xlsxwriter

WIDTH = 20


def write_template(lang, columns, choices, notes):
    """Return the file (bytes).

    :param columns: the Columns that it has
    :param choices: {column name: names that it may have}; the first is the example
    :param notes: (title of the second sheet, text on what is required)
    """
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        required = book.add_format({"bold": True, "bg_color": "#FFE699", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(("Subscribers", "Pelanggan")[lang.startswith("id")])
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, WIDTH, text)
            heading = column.get_heading(lang)
            sheet.write(0, index, heading, required if column.required else bold)
            example = (choices.get(column.name) or [column.example])[0]
            if isinstance(example, str):
                sheet.write_string(1, index, example, text)
            else:
                sheet.write_number(1, index, example)
        named = [column for column in columns if column.name in choices]
        _write_choices(book, lang, named, choices, notes, bold)
    return output.getvalue()


def _write_choices(book, lang, columns, choices, notes, bold):
    title, note = notes
    sheet = book.add_worksheet(title)
    sheet.write(0, 0, note)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, WIDTH + 10)
        sheet.write(2, index, column.get_heading(lang), bold)
        for row, name in enumerate(choices[column.name], 3):
            sheet.write_string(row, index, name)
