/* Debian's libxml2 shows ICU's types in its headers, and Foundation brings another ICU: ours sees neither. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/SAX2.h>
#include <libxml/encoding.h>
#include <libxml/parserInternals.h>

#include "late.h"
#include <CSystemLibraries.h>

#define FUNCTIONS(X)                                                                                                   \
    X(xmlParserCtxtPtr, xmlCreateIOParserCtxt,                                                                         \
      (xmlSAXHandlerPtr a, void *b, xmlInputReadCallback c, xmlInputCloseCallback d, void *e, xmlCharEncoding f),      \
      (a, b, c, d, e, f))                                                                                              \
    X(void, xmlFreeParserCtxt, (xmlParserCtxtPtr a), (a))                                                              \
    X(int, xmlCtxtUseOptions, (xmlParserCtxtPtr a, int b), (a, b))                                                     \
    X(xmlCharEncodingHandlerPtr, xmlFindCharEncodingHandler, (const char *a), (a))                                     \
    X(int, xmlSwitchToEncoding, (xmlParserCtxtPtr a, xmlCharEncodingHandlerPtr b), (a, b))                             \
    X(int, xmlParseDocument, (xmlParserCtxtPtr a), (a))                                                                \
    X(void, xmlStopParser, (xmlParserCtxtPtr a), (a))                                                                  \
    X(int, xmlSAX2GetLineNumber, (void *a), (a))

HEALTHCARD_LATE_LIBRARY(FUNCTIONS, healthcard_missing_xml, "libxml2.so.2")
