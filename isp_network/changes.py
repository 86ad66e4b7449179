"""Whether writing has changed anything: what is written again as it was, such as by an
update of its addon, moves nothing on the network."""


def read_values(records, names):
    """Return {record: values of these fields}, to be compared before and after.

    :param names: of fields, also of those that the user may not read
    """
    names = sorted(names)
    return {record: [record.sudo()[name] for name in names] for record in records}
