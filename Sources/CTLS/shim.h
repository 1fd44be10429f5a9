#ifndef CTLS_SHIM_H
#define CTLS_SHIM_H
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Macros that look like functions don't reach Swift. */

static inline void bayplan_tls_context_mode(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

/* What every connection keeps to, whichever side it is: TLS 1.2 at least, only forward-secret authenticated ciphers. */
static inline int bayplan_tls_context_floor(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, 0) == 1
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
        && SSL_CTX_set_num_tickets(context, 0) == 1;
}

static inline int bayplan_tls_context_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

static inline int bayplan_tls_server_name(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}

static inline long bayplan_tls_memory(BIO *memory, char **bytes) {
    return BIO_get_mem_data(memory, bytes);
}

static inline void bayplan_tls_retry_read(BIO *bio) {
    BIO_set_retry_read(bio);
}

static inline void bayplan_tls_no_retry(BIO *bio) {
    BIO_clear_retry_flags(bio);
}

static inline int bayplan_tls_is_flush(int command) {
    return command == BIO_CTRL_FLUSH;
}

static inline int bayplan_tls_print_name(BIO *memory, const X509_NAME *name) {
    return X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253) >= 0;
}

static inline void bayplan_tls_free(void *memory) {
    OPENSSL_free(memory);
}

/* Why the last call failed, as a number of its library's; it stays in the queue. */
static inline int bayplan_tls_last_reason(void) {
    return ERR_GET_REASON(ERR_peek_last_error());
}

static inline EVP_PKEY *bayplan_tls_new_key(void) {
    return EVP_EC_gen("P-256");
}

static inline int bayplan_tls_certificates(const STACK_OF(X509) *stack) {
    return stack == NULL ? 0 : sk_X509_num(stack);
}

static inline X509 *bayplan_tls_certificate(const STACK_OF(X509) *stack, int index) {
    return sk_X509_value(stack, index);
}

static inline STACK_OF(X509) *bayplan_tls_new_certificates(void) {
    return sk_X509_new_null();
}

static inline int bayplan_tls_push_certificate(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}

static inline void bayplan_tls_free_certificates(STACK_OF(X509) *stack) {
    sk_X509_free(stack);
}

/* Seconds since 1970; the smallest number when the time can't be read. */
static inline int64_t bayplan_tls_seconds(const ASN1_TIME *time) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    if (ASN1_TIME_to_tm(time, &parts) != 1) return INT64_MIN;
    return (int64_t)timegm(&parts);
}

/* The names of a certificate (RFC 5280, section 4.2.1.6), to be freed. */
static inline GENERAL_NAMES *bayplan_tls_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int bayplan_tls_name_count(const GENERAL_NAMES *names) {
    return names == NULL ? 0 : sk_GENERAL_NAME_num(names);
}

static inline void bayplan_tls_free_names(GENERAL_NAMES *names) {
    GENERAL_NAMES_free(names);
}

/* A name's bytes and kind: GEN_DNS, GEN_IPADD or something else, which has no bytes. */
static inline int bayplan_tls_name(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *length) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    const ASN1_STRING *text = NULL;
    if (name->type == GEN_DNS) text = name->d.dNSName;
    if (name->type == GEN_IPADD) text = name->d.iPAddress;
    *bytes = text == NULL ? NULL : ASN1_STRING_get0_data(text);
    *length = text == NULL ? 0 : ASN1_STRING_length(text);
    return name->type;
}

/* A random serial number of 127 bits (RFC 5280, section 4.1.2.2); 1 when it worked. */
static inline int bayplan_tls_random_serial(X509 *certificate) {
    BIGNUM *number = BN_new();
    int done = number != NULL && BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return done;
}

/* Adds an extension as openssl.cnf(5) writes it; 1 when it worked. */
static inline int bayplan_tls_add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (extension == NULL) return 0;
    int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

#endif
