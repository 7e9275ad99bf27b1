#ifndef HEALTHCARD_CSYSTEMLIBRARIES_H
#define HEALTHCARD_CSYSTEMLIBRARIES_H

/* Libraries of the system that few commands need and that bring many others: each is loaded when it is first asked for.

   Ask before the first call of a library's functions: NULL when it is there and has every function that is called, else the
   file or the function that is missing. Any thread may ask, any number of times. A call without asking loads the library
   too, and ends the process where it is missing. */
const char *healthcard_missing_pango(void);
const char *healthcard_missing_postgresql(void);
const char *healthcard_missing_xml(void);
const char *healthcard_missing_jpeg(void);
const char *healthcard_missing_zint(void);

#endif
