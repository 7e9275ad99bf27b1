#ifndef HEALTHCARD_SELF_SIGNED_H
#define HEALTHCARD_SELF_SIGNED_H

/* A certificate that signs itself, with a new P-256 key, for a server of these names (`DNS:localhost,IP:127.0.0.1`).

   Both are PEM, to be freed by the caller, the key after it was wiped. Returns 1 when there are both, else 0 and neither. */
int healthcard_self_signed(const char *names, int days, char **certificate, char **key);

#endif
