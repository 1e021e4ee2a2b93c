#!/usr/bin/env bash
# Checks docs/openapi.json against the OpenAPI specification, generates its TypeScript types and compiles a client with them, in a
# directory of its own.
# Usage: client.sh <directory of the tools>
set -euo pipefail
tools="$1"
here="$(cd "$(dirname "$0")" && pwd)"
work="$tools/api"
export PATH="$tools/venv-api/bin:$PATH"
mkdir -p "$work"
cp "$here"/{package.json,package-lock.json,tsconfig.json,client.ts} "$work"
cd "$work"
if [ "$(cat .installed 2>/dev/null)" != "$(sha256sum <package-lock.json)" ]; then
    npm ci --no-audit --no-fund --ignore-scripts --silent
    sha256sum <package-lock.json >.installed
fi
python "$here/specification.py" "$here/../../docs/openapi.json"
npx openapi-typescript "$here/../../docs/openapi.json" --alphabetize --output schema.d.ts >/dev/null
npx tsc --project .
echo "a client with the generated types compiles: $(wc -l <schema.d.ts) lines of types"
