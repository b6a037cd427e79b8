/* A small strict JSON reader for tests: RFC 8259, no duplicate keys, numbers kept as they are written. */
#ifndef GUANJIA_TEST_JSON_H
#define GUANJIA_TEST_JSON_H
#include <stddef.h>

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT } json_kind;

/* A value and where it stands in the source. Members of an object and elements of an array hang on `child`, `next`. */
typedef struct json {
    json_kind kind;
    const char *source; /* borrowed: as it was written */
    size_t source_len;
    char *key;  /* of a member; terminated */
    char *text; /* of a JSON_TEXT, unescaped and terminated */
    size_t text_len;
    struct json *child;
    struct json *next;
} json;

/* Reads a whole text; NULL if it is not JSON, and then *where is the offset of the mistake. The text must outlive the
 * value. */
json *json_read(const char *text, size_t len, size_t *where);
void json_free(json *value);

/* A member by its name; NULL if it is not there or `object` is no object. */
const json *json_get(const json *object, const char *key);
/* The text of a member; NULL if it is not there or no text. */
const char *json_text(const json *object, const char *key);
size_t json_count(const json *array);
/* Whether a number has no fraction and no exponent; *out gets it. */
int json_integer(const json *value, long long *out);

/* Whether `got` (NULL: absent) holds what `expect` names: an object on the keys of `expect`, an array element by element,
 * null for null or absent, all else equal. The first place that differs is written to `where`. */
int json_fits(const json *expect, const json *got, char *where, size_t where_len);
#endif
