/*
 * Damaged images: each byte of one is changed in turn.  With the checksum as
 * it was, the image is refused, and the message names its file; with a
 * checksum that fits again, whatever is then decoded, verified and printed must
 * not do harm.  Then many bytes at once, at random.
 */
#include "pe/image/format.h"
#include "tests/image/little.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

extern const image_part __start_esp_image[]
    __attribute__((visibility("hidden")));
extern const image_part __stop_esp_image[]
    __attribute__((visibility("hidden")));

static uint32_t passed, failed;

static void is(bool ok, const char *what, size_t where)
{
    if (ok) {
        passed++;
        return;
    }
    failed++;
    printf("%s, byte %zu\n", what, where);
}

static const image_part *find_small(void)
{
    const image_part *p = __start_esp_image;

    while (p < __stop_esp_image && !strstr(p->source, "subject_little.c"))
        p++;
    return p == __stop_esp_image ? NULL : p;
}

static void make_checksum(uint8_t *bytes, size_t size)
{
    uint64_t sum = XXH3_64bits(bytes + 16, size - 16);

    memcpy(bytes + 8, &sum, sizeof sum);
}

static void check_refused(const image_part *p, size_t where)
{
    esp_text error = { 0 };
    esp_image *m = image_open_parts(p, 1, &error);

    is(!m, "a damaged image was opened", where);
    is(strstr(text_get(&error), "subject_little.c") != NULL,
       "the message does not name the file", where);
    image_close(m);
    text_free(&error);
}

/* Everything that can be asked of an image is asked. */
static void use_all(const image_part *p)
{
    esp_text error = { 0 }, out = { 0 };
    esp_image *m = image_open_parts(p, 1, &error);

    for (uint32_t k = 0; m && k < image_count(m); k++) {
        const esp_ifunc *f = image_nth(m, k);

        if (f)
            image_print(f, &out);
        image_find(m, image_info(m, k).name);
        image_boundary(m, image_info(m, k).address);
        image_symbol(m, (const char *)image_info(m, k).address + 1);
    }
    image_close(m);
    text_free(&error);
    text_free(&out);
}

static void change_each(const image_part *p, uint8_t *bytes)
{
    static const uint8_t flips[] = { 0x01, 0x80, 0xff, 0x55 };

    for (size_t k = 0; k < p->size; k++) {
        uint8_t was = bytes[k];

        for (size_t f = 0; f < sizeof flips; f++) {
            bytes[k] = was ^ flips[f];
            check_refused(p, k);
            make_checksum(bytes, p->size);
            use_all(p);
            passed++;           /* we are still here */
            memcpy(bytes + 8, find_small()->bytes + 8, 8);
            bytes[k] = was;
        }
    }
}

static uint32_t random_below(uint64_t *seed, uint32_t n)
{
    *seed = *seed * 6364136223846793005 + 1442695040888963407;
    return (uint32_t)(*seed >> 33) % n;
}

static void change_many(const image_part *p, uint8_t *bytes, int rounds)
{
    const image_part *good = find_small();
    uint64_t seed = 1;

    for (int k = 0; k < rounds; k++) {
        uint32_t n = 1 + random_below(&seed, 8);

        memcpy(bytes, good->bytes, good->size);
        while (n--)
            bytes[16 + random_below(&seed, (uint32_t)good->size - 16)] =
                (uint8_t)random_below(&seed, 256);
        make_checksum(bytes, good->size);
        use_all(p);
        passed++;
    }
}

/* The size in the descriptor is not that of the image. */
static void cut_off(image_part p)
{
    for (uint64_t size = 0; size < p.size; size++) {
        image_part shorter = p;

        shorter.size = size;
        check_refused(&shorter, size);
    }
}

int main(void)
{
    const image_part *small = find_small();
    const char *is_long = getenv("ESP_TEST_LONG");
    image_part p;
    uint8_t *bytes;

    if (!small) {
        printf("no image to damage\n");
        return 77;
    }
    bytes = aligned_alloc(16, (small->size + 15) / 16 * 16);
    if (!bytes)
        return 1;
    memcpy(bytes, small->bytes, small->size);
    p = *small;
    p.bytes = bytes;
    use_all(&p);
    change_each(&p, bytes);
    cut_off(p);
    change_many(&p, bytes, is_long && !strcmp(is_long, "1") ? 300000 : 10000);
    free(bytes);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
