#ifndef HEALTHCARD_CSTANDARDDESCRIPTORS_H
#define HEALTHCARD_CSTANDARDDESCRIPTORS_H

/* Whether descriptors 0, 1 and 2 were open when the process started: bits 0, 1 and 2. They are open afterwards. */
int healthcard_standard_descriptors(void);

#endif
