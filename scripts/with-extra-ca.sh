#!/usr/bin/env bash
# In an image's build: run a command that trusts the CA bundle of the build secret `extra_ca`, too, where there is one.
# with-extra-ca COMMAND... The bundle is put together in memory: no layer holds anything of it.
set -euo pipefail

extra=/run/secrets/extra_ca
if [ -s "$extra" ]; then
  bundle=/dev/shm/e2e-extra-ca.pem
  cat /etc/ssl/certs/ca-certificates.crt "$extra" >"$bundle"
  export SSL_CERT_FILE=$bundle CURL_CA_BUNDLE=$bundle PIP_CERT=$bundle REQUESTS_CA_BUNDLE=$bundle
fi
exec "$@"
