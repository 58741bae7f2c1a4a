/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Says the SHA-256 of a message, then whether the driver finds it again, and where there is
 * an HMAC driver its code under a key.
 */
#include "hmac.h"
#include "line.h"
#include "sha.h"

static const char message[] = "The quick brown fox jumps over the lazy dog";

static const char key[] = "key";

static void line_add_bytes(struct line *line, const uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        char byte[] = {"0123456789abcdef"[bytes[i] >> 4],
                       "0123456789abcdef"[bytes[i] & 15], '\0'};
        line_add(line, byte);
    }
}

int main(void)
{
    struct line line = {.len = 0};
    uint8_t digest[SHA_LEN];
    bool equal = false;

    if (!sha_exists()) {
        line_add(&line, "digest: this board has no SHA driver");
        line_print(&line);
        return 1;
    }
    if (sha_hash(message, sizeof(message) - 1, digest) == 0) {
        line_add(&line, "digest: ");
        line_add_bytes(&line, digest, SHA_LEN);
        line_print(&line);
    }
    sha_verify(message, sizeof(message) - 1, digest, &equal);
    line_add(&line, equal ? "digest: found again" : "digest: not found again");
    line_print(&line);
    if (hmac_exists() &&
        hmac_run(key, sizeof(key) - 1, message, sizeof(message) - 1, digest) == 0) {
        line_add(&line, "digest: with a key ");
        line_add_bytes(&line, digest, HMAC_LEN);
        line_print(&line);
    }
    return 0;
}
