/* The parts of the test program. */
#ifndef PARTS_H
#define PARTS_H

#include "support.h"

void wrong_handles(void);
void any_handle(void);
void wrong_arguments(HANDLE device);
void contradicting_values(HANDLE device);
void reading(HANDLE device);
void raw_commands(HANDLE device);
void sam_functions(HANDLE device);
void writing(HANDLE device, int sam_type);
void visits(HANDLE device, int sam_type);
void items_by_number(HANDLE device, int sam_type);
void threads(HANDLE device);
void programs(int sam_type);
void next_records(HANDLE device);
void other_conventions(const char *folder, const char *original);
void hostile(void);
void hostile_threads(void);
void wrong_pins(void);
void shared_card(void);
void forwarded_codes(void);
void photo_limit(HANDLE device);

#endif
