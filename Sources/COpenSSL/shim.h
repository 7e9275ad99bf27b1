#ifndef HEALTHCARD_COPENSSL_SHIM_H
#define HEALTHCARD_COPENSSL_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <string.h>

#include "certificates.h"

/* OPENSSL_free is a macro, which Swift cannot call. */
static inline void healthcard_OPENSSL_free(void *memory) { OPENSSL_free(memory); }

/*
 * From now on libcrypto loads no engine, whatever a library or a file's word says: the one that loads the others is taken
 * out. A key that libpq is told to take from an engine (sslkey=FILE:KEY) is any code.
 */
static inline void healthcard_load_no_engines(void)
{
#ifndef OPENSSL_NO_ENGINE
    ENGINE *engine;

    ENGINE_load_builtin_engines();
    /* By its name a copy would be had. */
    for (engine = ENGINE_get_first(); engine != NULL && strcmp(ENGINE_get_id(engine), "dynamic") != 0;)
        engine = ENGINE_get_next(engine);
    if (engine != NULL) {
        ENGINE_remove(engine);
        ENGINE_free(engine);
    }
    ERR_clear_error();
#endif
}

/*
 * An SM2 key from a point (04, x, y) and, unless it is NULL, a private number in the machine's byte order.
 * In C because OSSL_PARAM keeps pointers to its names, and a name that Swift hands over dies with the call.
 */
static inline EVP_PKEY *healthcard_SM2_key(OSSL_LIB_CTX *library, const unsigned char *point, size_t pointSize,
                                           const unsigned char *scalar, size_t scalarSize)
{
    OSSL_PARAM parameters[4];
    size_t count = 0;
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(library, "SM2", NULL);

    if (context == NULL)
        return NULL;
    parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0);
    parameters[count++] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, pointSize);
    if (scalar != NULL)
        parameters[count++] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, (unsigned char *)scalar, scalarSize);
    parameters[count] = OSSL_PARAM_construct_end();
    if (EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, scalar == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    return key;
}

/* scrypt in C for the same reason: 1 when the key was made. */
static inline int healthcard_scrypt(EVP_KDF *algorithm, const unsigned char *passphrase, size_t passphraseSize,
                                    const unsigned char *salt, size_t saltSize, uint64_t n, uint32_t r, uint32_t p,
                                    uint64_t memory, unsigned char *key, size_t keySize)
{
    OSSL_PARAM parameters[7];
    size_t count = 0;
    int done;
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(algorithm);

    if (context == NULL)
        return 0;
    parameters[count++] =
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)passphrase, passphraseSize);
    parameters[count++] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, saltSize);
    parameters[count++] = OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n);
    parameters[count++] = OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r);
    parameters[count++] = OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p);
    parameters[count++] = OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory);
    parameters[count] = OSSL_PARAM_construct_end();
    done = EVP_KDF_derive(context, key, keySize, parameters);
    EVP_KDF_CTX_free(context);
    return done;
}

#endif
