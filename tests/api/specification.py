"""Checks docs/openapi.json against the OpenAPI specification. Usage: specification.py <document>."""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
errors = list(OpenAPIV31SpecValidator(document).iter_errors())
# Python's regular expressions lack the classes such as \p{L} that JSON Schema admits; the in-process tests compile all patterns.
errors = [error for error in errors if (error.validator, error.validator_value) != ("format", "regex")]
for error in errors:
    print(f"{'/'.join(map(str, error.absolute_path))}: {error.message}")
sys.exit(1 if errors else 0)
