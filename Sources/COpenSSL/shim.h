#ifndef HEALTHCARD_COPENSSL_SHIM_H
#define HEALTHCARD_COPENSSL_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

/* OPENSSL_free is a macro, which Swift cannot call. */
static inline void healthcard_OPENSSL_free(void *memory) { OPENSSL_free(memory); }

/* Macros made of other macros do not reach Swift. */
static const int healthcard_EVP_PKEY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;
static const int healthcard_EVP_PKEY_KEYPAIR = EVP_PKEY_KEYPAIR;

#endif
