/* SM3 (GB/T 32905-2016) and HMAC over it: with it client and agent prove to each other that they know one secret. */
#ifndef CLIENT_SM3_H
#define CLIENT_SM3_H

#include <stddef.h>

void sm3_hmac(const unsigned char *key, size_t key_length, const unsigned char *data, size_t length,
              unsigned char mac[32]);

#endif
