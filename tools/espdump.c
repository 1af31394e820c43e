/*
 * espdump: shows the images that are linked into it, which are those of the
 * framework and of the languages of this build.
 *
 *     espdump             a line for each function: size, or why it is none
 *     espdump NAME...     these functions as text
 */
#include "pe/image/image.h"

#include <stdio.h>
#include <string.h>

typedef struct total {
    uint32_t functions, boundaries;
    uint64_t instructions, bytes;
} total;

static void list_one(esp_image *m, uint32_t n, total *t)
{
    esp_iinfo info = image_info(m, n);
    const esp_ifunc *f = image_nth(m, n);

    if (info.boundary) {
        printf("%-36s boundary: %s\n", info.name, info.boundary);
        t->boundaries++;
    } else if (!f) {
        printf("%-36s does not verify\n", info.name);
    } else {
        printf("%-36s %5u instructions %4u blocks %6u bytes  %s\n", info.name,
               f->ncode, f->nblocks, info.bytes, info.source);
        t->functions++;
        t->instructions += f->ncode;
        t->bytes += info.bytes;
    }
}

static void list(esp_image *m)
{
    total t = { 0 };

    for (uint32_t k = 0; k < image_count(m); k++)
        list_one(m, k, &t);
    printf("%u functions, %u boundaries, %llu instructions, %.1f bytes each\n",
           t.functions, t.boundaries, (unsigned long long)t.instructions,
           t.instructions ? (double)t.bytes / (double)t.instructions : 0.0);
}

/* Static functions of different files may have one name: all are shown. */
static int show(esp_image *m, const char *name)
{
    esp_text out = { 0 };
    bool found = false;

    for (uint32_t k = 0; k < image_count(m); k++) {
        esp_iinfo info = image_info(m, k);
        const esp_ifunc *f;

        if (strcmp(info.name, name))
            continue;
        found = true;
        f = image_nth(m, k);
        if (f)
            image_print(f, &out);
        else
            text_printf(&out, "%s: %s\n", name, info.boundary
                            ? info.boundary : "does not verify");
    }
    fputs(text_get(&out), stdout);
    text_free(&out);
    if (!found)
        fprintf(stderr, "espdump: %s: no such function\n", name);
    return !found;
}

int main(int argc, char **argv)
{
    esp_text error = { 0 };
    esp_image *m = image_open(&error);
    int status = 0;

    if (!m) {
        fprintf(stderr, "espdump: %s\n", text_get(&error));
        text_free(&error);
        return 1;
    }
    for (int k = 1; k < argc; k++)
        status |= show(m, argv[k]);
    if (argc == 1)
        list(m);
    image_close(m);
    return status;
}
