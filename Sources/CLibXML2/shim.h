/* Debian's libxml2 shows ICU's types in its headers, and Foundation brings another ICU: ours sees neither. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parserInternals.h>
#include <libxml/xmlreader.h>
