#!/usr/bin/env bash
# In an image's build: run a command that also trusts the CA bundle in the build secret `extra_ca`, if there is one:
# with-extra-ca COMMAND... The combined bundle is in memory, so that no layer contains it.
set -euo pipefail

extra=/run/secrets/extra_ca
if [ -s "$extra" ]; then
  bundle=/dev/shm/e2e-extra-ca.pem
  cat /etc/ssl/certs/ca-certificates.crt "$extra" >"$bundle"
  export SSL_CERT_FILE=$bundle CURL_CA_BUNDLE=$bundle PIP_CERT=$bundle REQUESTS_CA_BUNDLE=$bundle
fi
exec "$@"
