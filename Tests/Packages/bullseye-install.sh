# A bare Debian 11: glibc 2.31, OpenSSL 1.1, pcscd 1.9.1. Of ours it gets the portable folder alone.
apt-get update -qq
apt-get install -y -qq --no-install-recommends pcscd vsmartcard-vpcd xz-utils gcc libc6-dev curl procps >/tmp/apt.log 2>&1 ||
    { cat /tmp/apt.log; exit 1; }
useradd --create-home --shell /bin/sh clinic
