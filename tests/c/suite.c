/* The C suite: vectors that Rust and Python run as well, and with --boundary what a careless caller does.
 *
 *     suite tests/vectors/(name).json ...
 *     suite --boundary
 */
#define _POSIX_C_SOURCE 200809L
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static unsigned long passed, failed;

int check(int good, const char *words, ...) {
    va_list list;
    if (good) {
        passed++;
        return 1;
    }
    failed++;
    printf("FAILED ");
    va_start(list, words);
    vprintf(words, list);
    va_end(list);
    printf("\n");
    return 0;
}

char *read_file(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t room = 0, n = 0, more = 0;
    if (!file) return NULL;
    do {
        n += more;
        if (room - n < 2) {
            room = room ? 2 * room : 65536;
            text = (char *)realloc(text, room);
            if (!text) abort();
        }
        more = fread(text + n, 1, room - n - 1, file);
    } while (more > 0);
    fclose(file);
    text[n] = 0;
    *len = n;
    return text;
}

void make_folder(char *path, size_t len) {
    const char *where = getenv("TMPDIR");
    snprintf(path, len, "%s/guanjia-XXXXXX", where && *where ? where : "/tmp");
    if (!mkdtemp(path)) {
        perror(path);
        exit(2);
    }
}

void drop_folder(const char *path) {
    static const char *const names[] = {"desk.db", "desk.db-wal", "desk.db-shm"};
    char file[512];
    size_t n;
    for (n = 0; n < sizeof names / sizeof *names; n++) {
        snprintf(file, sizeof file, "%s/%s", path, names[n]);
        unlink(file);
    }
    if (rmdir(path) != 0) perror(path);
}

static void check_text(const gj_text *text, const json *value) {
    size_t len, n;
    const char *data = gj_text_data(text, &len);
    const char *ascii = gj_text_ascii(text, NULL);
    char where[256];
    json *again;
    check(strlen(data) == len, "a text says %lu bytes and ends after %lu", (unsigned long)len,
          (unsigned long)strlen(data));
    if (!check(value != NULL, "an answer is no JSON: %s", data)) return;
    for (n = 0; ascii[n]; n++)
        if ((unsigned char)ascii[n] > 0x7F) break;
    check(!ascii[n], "a text in ASCII has a byte beyond it at %lu: %s", (unsigned long)n, ascii);
    again = json_read(ascii, strlen(ascii), NULL);
    check(again && json_fits(value, again, where, sizeof where), "a text in ASCII says something else: %s", ascii);
    json_free(again);
}

static void check_error(const gj_error *error, gj_status status, const json *value) {
    static const char *const kinds[] = {"", "argument", "data", "storage"};
    size_t len;
    const char *kind = json_text(value, "kind"), *code = json_text(value, "code"), *path = json_text(value, "path");
    const char *wanted = status >= GJ_E_ARGUMENT && status <= GJ_E_STORAGE ? kinds[status] : "internal";
    const char *id = gj_error_id(error, &len);
    if (!check(value && kind && code, "an error is no JSON: %s", gj_error_json(error, NULL))) return;
    check(gj_error_status(error) == status, "%s: the error says status %d, the call %d", id, gj_error_status(error),
          status);
    check(*id && strlen(id) == len && strcmp(code, id) == 0, "%s: its JSON says %s", id, code);
    check(strcmp(kind, wanted) == 0, "%s: its kind is %s, its status %d", id, kind, status);
    check(strcmp(path ? path : "", gj_error_path(error, &len)) == 0, "%s: its path is not that of its JSON", id);
    check(strlen(gj_error_path(error, NULL)) == len, "%s: the length of its path is %lu", id, (unsigned long)len);
    check(*gj_error_message(error, &len) && len == strlen(gj_error_message(error, NULL)), "%s: no message", id);
    check(*gj_error_message_zh(error, &len) && len == strlen(gj_error_message_zh(error, NULL)), "%s: no message_zh",
          id);
}

answer answer_of(gj_status status, gj_text *text, gj_error *error) {
    answer it = {GJ_OK, NULL, NULL, NULL, "", ""};
    size_t len;
    const char *data;
    it.status = status;
    it.text = text;
    it.error = error;
    if (status == GJ_OK) {
        check(error == NULL, "a call that went well gave an error");
        data = gj_text_data(text, &len);
        it.value = json_read(data, len, NULL);
        if (text) check_text(text, it.value);
    } else {
        check(text == NULL, "a call that failed gave a text");
        if (check(error != NULL, "a call that failed with %d gave no error", status)) {
            data = gj_error_json(error, &len);
            it.value = json_read(data, len, NULL);
            check_error(error, status, it.value);
            it.id = gj_error_id(error, NULL);
            it.path = gj_error_path(error, NULL);
        }
    }
    return it;
}

void answer_free(answer *it) {
    json_free(it->value);
    gj_text_free(it->text);
    gj_error_free(it->error);
    memset(it, 0, sizeof *it);
}

int main(int argc, char **argv) {
    int n;
    if (argc < 2) {
        fprintf(stderr, "usage: %s --boundary | FILE...\n", argv[0]);
        return 2;
    }
    if (gj_abi_version() != GJ_ABI_VERSION) {
        fprintf(stderr, "the library speaks version %u, the header %u\n", (unsigned)gj_abi_version(),
                (unsigned)GJ_ABI_VERSION);
        return 2;
    }
    for (n = 1; n < argc; n++) {
        if (strcmp(argv[n], "--boundary") == 0) {
            run_boundary();
        } else {
            run_vectors(argv[n]);
        }
    }
    printf("%lu passed, %lu failed\n", passed, failed);
    return failed ? 1 : 0;
}
