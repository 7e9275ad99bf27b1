#include "self_signed.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(BIO *output)
{
    char *start = NULL;
    char *copy;
    long count = BIO_get_mem_data(output, &start);

    if (count <= 0 || (copy = malloc((size_t)count + 1)) == NULL)
        return NULL;
    memcpy(copy, start, (size_t)count);
    copy[count] = 0;
    return copy;
}

static int set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    int done = number != NULL && BN_rand(number, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;

    BN_free(number);
    return done;
}

static int add_extension(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    int done;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    if ((extension = X509V3_EXT_conf_nid(NULL, &context, kind, value)) == NULL)
        return 0;
    done = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return done;
}

static X509 *signed_certificate(EVP_PKEY *key, const char *names, int days)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_NAME_new();
    int done = certificate != NULL && name != NULL && X509_set_version(certificate, 2) == 1 && set_serial(certificate)
        && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL
        && X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * days) != NULL
        && X509_set_pubkey(certificate, key) == 1
        && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"healthcard-agent", -1, -1, 0) == 1
        && X509_set_subject_name(certificate, name) == 1 && X509_set_issuer_name(certificate, name) == 1
        && add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE")
        && add_extension(certificate, NID_key_usage, "critical,digitalSignature")
        && add_extension(certificate, NID_ext_key_usage, "serverAuth")
        && add_extension(certificate, NID_subject_alt_name, names)
        && X509_sign(certificate, key, EVP_sha256()) > 0;

    X509_NAME_free(name);
    if (done)
        return certificate;
    X509_free(certificate);
    return NULL;
}

int healthcard_self_signed(const char *names, int days, char **certificate, char **key)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = pair == NULL ? NULL : signed_certificate(pair, names, days);
    BIO *first = BIO_new(BIO_s_mem());
    BIO *second = BIO_new(BIO_s_secmem());

    *certificate = *key = NULL;
    if (made != NULL && first != NULL && second != NULL && PEM_write_bio_X509(first, made) == 1
        && PEM_write_bio_PKCS8PrivateKey(second, pair, NULL, NULL, 0, NULL, NULL) == 1) {
        *certificate = text_of(first);
        *key = text_of(second);
        if (*certificate == NULL || *key == NULL) {
            free(*certificate);
            free(*key);
            *certificate = *key = NULL;
        }
    }
    BIO_free(first);
    BIO_free(second);
    X509_free(made);
    EVP_PKEY_free(pair);
    return *certificate != NULL;
}
