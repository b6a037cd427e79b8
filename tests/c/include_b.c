#include "guanjia.h"

uint32_t version_seen_by_b(void);

uint32_t version_seen_by_b(void) {
    return GJ_ABI_VERSION;
}
