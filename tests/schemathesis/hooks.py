"""What the schema cannot tell Schemathesis: how bodies that are not JSON are sent, and which key it lives on."""

import os

import schemathesis
from schemathesis.core import NOT_SET

TEXT_TYPES = ("application/x-ndjson", "application/yaml")


@schemathesis.serializer(*TEXT_TYPES)
def as_text(ctx, value):
    return value.encode(errors="surrogatepass") if isinstance(value, str) else str(value).encode()


@schemathesis.hook
def filter_case(ctx, case):
    """A text that is wrong by not being one cannot be sent: whatever is sent as text is a text."""
    return case.media_type not in TEXT_TYPES or case.body is NOT_SET or isinstance(case.body, str)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """It finds its own key in the list of keys, and would remove it."""
    if case.path_parameters and case.path_parameters.get("key_id") == os.environ["OWN_KEY_ID"]:
        case.path_parameters["key_id"] = "key_none"
