#ifndef HEALTHCARD_COPENSSL_CERTIFICATES_H
#define HEALTHCARD_COPENSSL_CERTIFICATES_H

/* SM2 keys in PEM and SM2 certificates. In C because of the macros of stacks and BIOs, which Swift cannot call. */

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Whether a key is on the SM2 curve, and by the curve's name: equations of one's own are no standard curve. */
static inline int healthcard_is_SM2(const EVP_PKEY *key)
{
    char group[32];
    size_t count = 0;
    int isExplicit = 0;

    if (key == NULL || EVP_PKEY_is_a(key, "SM2") != 1
        || EVP_PKEY_get_group_name(key, group, sizeof group, &count) != 1 || strcmp(group, "SM2") != 0)
        return 0;
    if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit) == 1 && isExplicit)
        return 0;
    return 1;
}

/* 04 x y of an SM2 key: 1 when it was written. */
static inline int healthcard_SM2_point(const EVP_PKEY *key, unsigned char *point)
{
    size_t count = 0;
    unsigned char buffer[65];

    if (healthcard_is_SM2(key) != 1
        || EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, buffer, sizeof buffer, &count) != 1
        || count != sizeof buffer || buffer[0] != 4)
        return 0;
    memcpy(point, buffer, sizeof buffer);
    return 1;
}

/* What a memory BIO has gathered, to be freed by healthcard_OPENSSL_free; NULL when there is none. */
static inline char *healthcard_BIO_take(BIO *output, size_t *size)
{
    char *start = NULL;
    char *copy;
    long count = BIO_get_mem_data(output, &start);

    if (count <= 0 || (copy = OPENSSL_malloc((size_t)count)) == NULL)
        return NULL;
    memcpy(copy, start, (size_t)count);
    *size = (size_t)count;
    return copy;
}

/* SubjectPublicKeyInfo in PEM. */
static inline char *healthcard_PEM_of_public_key(const EVP_PKEY *key, size_t *size)
{
    char *text = NULL;
    BIO *output = BIO_new(BIO_s_mem());

    if (output != NULL && PEM_write_bio_PUBKEY(output, (EVP_PKEY *)key) == 1)
        text = healthcard_BIO_take(output, size);
    BIO_free(output);
    return text;
}

static inline EVP_PKEY *healthcard_public_key_of_PEM(OSSL_LIB_CTX *library, const char *text, size_t size)
{
    EVP_PKEY *key = NULL;
    BIO *input = BIO_new_mem_buf(text, (int)size);

    if (input != NULL)
        key = PEM_read_bio_PUBKEY_ex(input, NULL, NULL, NULL, library, NULL);
    BIO_free(input);
    return key;
}

/* EncryptedPrivateKeyInfo (PKCS#8, PBES2 with scrypt and AES-256-CBC) in PEM. */
static inline char *healthcard_PEM_of_private_key(OSSL_LIB_CTX *library, const EVP_PKEY *key, const char *passphrase,
                                                  size_t passphraseSize, size_t *size)
{
    char *text = NULL;
    unsigned char salt[16];
    X509_ALGOR *algorithm = NULL;
    X509_SIG *sealed = NULL;
    BIO *output = BIO_new(BIO_s_mem());
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);

    if (output != NULL && plain != NULL && RAND_bytes_ex(library, salt, sizeof salt, 0) == 1)
        algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, NULL, 16384, 8, 1);
    if (algorithm != NULL)
        sealed = PKCS8_set0_pbe_ex(passphrase, (int)passphraseSize, plain, algorithm, library, NULL);
    if (sealed == NULL)
        X509_ALGOR_free(algorithm);
    else if (PEM_write_bio_PKCS8(output, sealed) == 1)
        text = healthcard_BIO_take(output, size);
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(plain);
    BIO_free(output);
    return text;
}

/*
 * The number of an encrypted private key in PEM, 32 bytes: 1 when it was written, 0 when the text is no encrypted SM2
 * key, -1 when the passphrase does not open it.
 */
static inline int healthcard_private_key_of_PEM(OSSL_LIB_CTX *library, const char *text, size_t size,
                                                const char *passphrase, size_t passphraseSize, unsigned char *scalar)
{
    int result = 0;
    X509_SIG *sealed = NULL;
    PKCS8_PRIV_KEY_INFO *plain = NULL;
    EVP_PKEY *key = NULL;
    BIGNUM *number = NULL;
    BIO *input = BIO_new_mem_buf(text, (int)size);

    if (input != NULL)
        sealed = PEM_read_bio_PKCS8(input, NULL, NULL, NULL);
    if (sealed != NULL) {
        plain = PKCS8_decrypt_ex(sealed, passphrase, (int)passphraseSize, library, NULL);
        if (plain == NULL)
            result = -1;
        else
            key = EVP_PKCS82PKEY_ex(plain, library, NULL);
    }
    if (healthcard_is_SM2(key) == 1 && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1
        && BN_bn2binpad(number, scalar, 32) == 32)
        result = 1;
    BN_clear_free(number);
    EVP_PKEY_free(key);
    PKCS8_PRIV_KEY_INFO_free(plain);
    X509_SIG_free(sealed);
    BIO_free(input);
    return result;
}

/* A certificate of exactly these bytes. */
static inline X509 *healthcard_X509(OSSL_LIB_CTX *library, const unsigned char *bytes, size_t size)
{
    const unsigned char *cursor = bytes;
    X509 *certificate = size > LONG_MAX ? NULL : X509_new_ex(library, NULL);

    /* d2i frees and forgets the certificate when it fails. */
    if (certificate != NULL && d2i_X509(&certificate, &cursor, (long)size) != NULL && cursor == bytes + size)
        return certificate;
    X509_free(certificate);
    return NULL;
}

static inline X509 *healthcard_X509_of_PEM(OSSL_LIB_CTX *library, const char *text, size_t size)
{
    X509 *certificate = X509_new_ex(library, NULL);
    BIO *input = BIO_new_mem_buf(text, (int)size);

    if (certificate == NULL || input == NULL || PEM_read_bio_X509(input, &certificate, NULL, NULL) == NULL) {
        X509_free(certificate);
        certificate = NULL;
    }
    BIO_free(input);
    return certificate;
}

/* The common name of the subject in UTF-8, to be freed by healthcard_OPENSSL_free; NULL unless there is exactly one. */
static inline unsigned char *healthcard_X509_name(const X509 *certificate, size_t *size)
{
    unsigned char *text = NULL;
    int count;
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

    if (place < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, place) >= 0)
        return NULL;
    count = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
    if (count < 0)
        return NULL;
    *size = (size_t)count;
    return text;
}

/* Whether a certificate is one that signs documents: no CA's, with its key usage saying so. */
static inline int healthcard_X509_is_signer(X509 *certificate)
{
    uint32_t usage = X509_get_key_usage(certificate);

    return X509_check_ca(certificate) == 0 && usage != UINT32_MAX
        && (usage & (X509v3_KU_DIGITAL_SIGNATURE | X509v3_KU_NON_REPUDIATION)) != 0;
}

/*
 * Whether a certificate says that it is for something: its policies, or the uses of its key, have this object identifier.
 * 0 as well when what it says cannot be read.
 */
static inline int healthcard_X509_has_use(X509 *certificate, const char *identifier)
{
    int found = 0;
    int index;
    ASN1_OBJECT *wanted = OBJ_txt2obj(identifier, 1);
    CERTIFICATEPOLICIES *policies = X509_get_ext_d2i(certificate, NID_certificate_policies, NULL, NULL);
    EXTENDED_KEY_USAGE *uses = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);

    for (index = 0; wanted != NULL && policies != NULL && index < sk_POLICYINFO_num(policies); index++)
        found |= OBJ_cmp(sk_POLICYINFO_value(policies, index)->policyid, wanted) == 0;
    for (index = 0; wanted != NULL && uses != NULL && index < sk_ASN1_OBJECT_num(uses); index++)
        found |= OBJ_cmp(sk_ASN1_OBJECT_value(uses, index), wanted) == 0;
    CERTIFICATEPOLICIES_free(policies);
    EXTENDED_KEY_USAGE_free(uses);
    ASN1_OBJECT_free(wanted);
    return found;
}

static inline int healthcard_X509_set_identity(X509 *certificate, const char *identity, size_t size)
{
    ASN1_OCTET_STRING *text = ASN1_OCTET_STRING_new();

    if (text == NULL || ASN1_OCTET_STRING_set(text, (const unsigned char *)identity, (int)size) != 1) {
        ASN1_OCTET_STRING_free(text);
        return 0;
    }
    X509_set0_distinguishing_id(certificate, text);
    return 1;
}

/*
 * Whether a chain, the signer's certificate first, leads to a root at a time in seconds since 1970.
 * X509_V_OK or the reason libcrypto has; -1 when it could not be asked. The root need not be in the chain.
 */
static inline int healthcard_X509_verify(OSSL_LIB_CTX *library, X509 **chain, size_t count, X509 *root, int64_t time,
                                         const char *identity, size_t identitySize)
{
    int result = -1;
    size_t index;
    X509_STORE *store = X509_STORE_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    X509_STORE_CTX *context = X509_STORE_CTX_new_ex(library, NULL);

    if (store == NULL || others == NULL || context == NULL || count == 0
        || healthcard_X509_set_identity(root, identity, identitySize) != 1 || X509_STORE_add_cert(store, root) != 1)
        goto end;
    for (index = 0; index < count; index++) {
        if (healthcard_X509_set_identity(chain[index], identity, identitySize) != 1)
            goto end;
        if (index > 0 && sk_X509_push(others, chain[index]) <= 0)
            goto end;
    }
    if (X509_STORE_CTX_init(context, store, chain[0], others) != 1)
        goto end;
    X509_STORE_CTX_set_time(context, 0, (time_t)time);
    X509_STORE_CTX_set_depth(context, 4);
    X509_STORE_CTX_set_flags(context, X509_V_FLAG_CHECK_SS_SIGNATURE);
    result = X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context);
    /* A refusal without a reason must not look like consent. */
    if (result == X509_V_OK && X509_STORE_CTX_get0_chain(context) == NULL)
        result = -1;
end:
    X509_STORE_CTX_free(context);
    sk_X509_free(others);
    X509_STORE_free(store);
    return result;
}

#endif
