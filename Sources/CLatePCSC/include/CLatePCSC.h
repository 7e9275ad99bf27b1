#ifndef HEALTHCARD_CLATEPCSC_H
#define HEALTHCARD_CLATEPCSC_H

/* The system's PC/SC library, loaded when readers are first asked for: it has to be the one that fits the machine's pcscd, and
   most of the program does without readers.

   Ask before the first call of its functions: NULL when it is there and has every function that is called, else the file or
   the function that is missing. Any thread may ask, any number of times. */
const char *healthcard_missing_pcsc(void);

#endif
