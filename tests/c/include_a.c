/* The header may be included twice, and in two units. */
#include "guanjia.h"
#include "guanjia.h"

uint32_t version_seen_by_b(void);

int main(void) {
    return gj_abi_version() == GJ_ABI_VERSION && version_seen_by_b() == GJ_ABI_VERSION ? 0 : 1;
}
