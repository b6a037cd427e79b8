#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 128 };

typedef struct {
    const char *text;
    size_t len, at;
    int depth;
} reader;

static json *read_value(reader *r);

static void skip_space(reader *r) {
    while (r->at < r->len && memchr(" \t\r\n", r->text[r->at], 4)) r->at++;
}

static int take(reader *r, char c) {
    if (r->at >= r->len || r->text[r->at] != c) return 0;
    r->at++;
    return 1;
}

static int take_word(reader *r, const char *word) {
    size_t len = strlen(word);
    if (r->len - r->at < len || memcmp(r->text + r->at, word, len) != 0) return 0;
    r->at += len;
    return 1;
}

static int take_digits(reader *r) {
    size_t from = r->at;
    while (r->at < r->len && r->text[r->at] >= '0' && r->text[r->at] <= '9') r->at++;
    return r->at > from;
}

static int take_number(reader *r) {
    take(r, '-');
    if (!take(r, '0') && !take_digits(r)) return 0;
    if (take(r, '.') && !take_digits(r)) return 0;
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+')) take(r, '-');
        return take_digits(r);
    }
    return 1;
}

static int take_hex(reader *r, unsigned long *out) {
    int n;
    *out = 0;
    for (n = 0; n < 4; n++) {
        static const char digits[] = "0123456789abcdef";
        char c = r->at < r->len ? r->text[r->at] : 0;
        const char *digit = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
        if (!digit) return 0;
        *out = *out * 16 + (unsigned long)(digit - digits);
        r->at++;
    }
    return 1;
}

static size_t put_utf8(char *out, unsigned long c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 63));
    out[2] = (char)(0x80 | (c >> 6 & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

static int take_escape(reader *r, char *out, size_t *out_len) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->len ? r->text[r->at++] : 0;
    const char *name = c ? strchr(names, c) : NULL;
    unsigned long unit, low;
    if (name) {
        out[(*out_len)++] = values[name - names];
        return 1;
    }
    if (c != 'u' || !take_hex(r, &unit)) return 0;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return 0;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        if (!take_word(r, "\\u") || !take_hex(r, &low) || low < 0xDC00 || low > 0xDFFF) return 0;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    *out_len += put_utf8(out + *out_len, unit);
    return 1;
}

/* A text after its opening quote; what it means is never longer than what is written. */
static char *take_text(reader *r, size_t *out_len) {
    char *out = (char *)malloc(r->len - r->at + 1);
    size_t n = 0;
    if (!out) abort();
    while (r->at < r->len) {
        unsigned char c = (unsigned char)r->text[r->at++];
        if (c == '"') {
            out[n] = 0;
            *out_len = n;
            out = (char *)realloc(out, n + 1);
            if (!out) abort();
            return out;
        }
        if (c < 0x20) break;
        if (c != '\\') {
            out[n++] = (char)c;
        } else if (!take_escape(r, out, &n)) {
            break;
        }
    }
    free(out);
    return NULL;
}

static int take_members(reader *r, json *value, char close) {
    json **last = &value->child;
    skip_space(r);
    if (take(r, close)) return 1;
    do {
        char *key = NULL;
        size_t key_len;
        skip_space(r);
        if (close == '}') {
            if (!take(r, '"') || !(key = take_text(r, &key_len))) return 0;
            skip_space(r);
            if (json_get(value, key) || !take(r, ':')) {
                free(key);
                return 0;
            }
        }
        *last = read_value(r);
        if (!*last) {
            free(key);
            return 0;
        }
        (*last)->key = key;
        last = &(*last)->next;
        skip_space(r);
    } while (take(r, ','));
    return take(r, close);
}

static int fill(reader *r, json *value) {
    if (take_word(r, "null")) return value->kind = JSON_NULL, 1;
    if (take_word(r, "false")) return value->kind = JSON_FALSE, 1;
    if (take_word(r, "true")) return value->kind = JSON_TRUE, 1;
    if (take(r, '"')) return value->kind = JSON_TEXT, (value->text = take_text(r, &value->text_len)) != NULL;
    if (take(r, '[')) return value->kind = JSON_ARRAY, take_members(r, value, ']');
    if (take(r, '{')) return value->kind = JSON_OBJECT, take_members(r, value, '}');
    return value->kind = JSON_NUMBER, take_number(r);
}

static json *read_value(reader *r) {
    json *value = (json *)calloc(1, sizeof *value);
    int good;
    if (!value) abort();
    skip_space(r);
    value->source = r->text + r->at;
    good = ++r->depth <= DEEPEST && fill(r, value);
    r->depth--;
    value->source_len = (size_t)(r->text + r->at - value->source);
    if (good) return value;
    json_free(value);
    return NULL;
}

json *json_read(const char *text, size_t len, size_t *where) {
    reader r = {NULL, 0, 0, 0};
    json *value;
    r.text = text;
    r.len = len;
    value = read_value(&r);
    skip_space(&r);
    if (value && r.at < r.len) {
        json_free(value);
        value = NULL;
    }
    if (where) *where = r.at;
    return value;
}

void json_free(json *value) {
    while (value) {
        json *next = value->next;
        json_free(value->child);
        free(value->key);
        free(value->text);
        free(value);
        value = next;
    }
}

const json *json_get(const json *object, const char *key) {
    const json *member;
    if (!object || object->kind != JSON_OBJECT) return NULL;
    for (member = object->child; member; member = member->next)
        if (member->key && strcmp(member->key, key) == 0) return member;
    return NULL;
}

const char *json_text(const json *object, const char *key) {
    const json *member = json_get(object, key);
    return member && member->kind == JSON_TEXT ? member->text : NULL;
}

size_t json_count(const json *array) {
    const json *element;
    size_t n = 0;
    for (element = array ? array->child : NULL; element; element = element->next) n++;
    return n;
}

int json_integer(const json *value, long long *out) {
    char digits[32];
    size_t n;
    if (!value || value->kind != JSON_NUMBER || value->source_len >= sizeof digits) return 0;
    for (n = 0; n < value->source_len; n++)
        if (!strchr("-0123456789", value->source[n])) return 0;
    memcpy(digits, value->source, n);
    digits[n] = 0;
    *out = strtoll(digits, NULL, 10);
    return 1;
}

static double number(const json *value) {
    char text[64];
    size_t n = value->source_len < sizeof text ? value->source_len : sizeof text - 1;
    memcpy(text, value->source, n);
    text[n] = 0;
    return strtod(text, NULL);
}

static int same_number(const json *a, const json *b) {
    long long x, y;
    if (json_integer(a, &x) && json_integer(b, &y)) return x == y;
    return number(a) == number(b);
}

static int fits(const json *expect, const json *got, char *where, size_t where_len, size_t at) {
    const json *one, *other;
    size_t n = 0;
    if (at >= where_len) at = where_len - 1;
    where[at] = 0;
    if (expect->kind == JSON_NULL) return !got || got->kind == JSON_NULL;
    if (!got || got->kind != expect->kind) return 0;
    switch (expect->kind) {
    case JSON_NUMBER: return same_number(expect, got);
    case JSON_TEXT:
        return expect->text_len == got->text_len && memcmp(expect->text, got->text, expect->text_len) == 0;
    case JSON_OBJECT:
        for (one = expect->child; one; one = one->next) {
            int more = snprintf(where + at, where_len - at, "%s%s", at ? "." : "", one->key);
            if (!fits(one, json_get(got, one->key), where, where_len, at + (size_t)more)) return 0;
        }
        return 1;
    case JSON_ARRAY:
        if (json_count(expect) != json_count(got)) return 0;
        for (one = expect->child, other = got->child; one; one = one->next, other = other->next) {
            int more = snprintf(where + at, where_len - at, "[%lu]", (unsigned long)n++);
            if (!fits(one, other, where, where_len, at + (size_t)more)) return 0;
        }
        return 1;
    default: return 1;
    }
}

int json_fits(const json *expect, const json *got, char *where, size_t where_len) {
    return fits(expect, got, where, where_len, 0);
}
