from . import attributes, schema, users
