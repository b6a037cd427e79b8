/* What the parts of the suite share: counting, reading files, an answer of the library taken apart. */
#ifndef GUANJIA_TEST_CHECK_H
#define GUANJIA_TEST_CHECK_H
#include <stddef.h>

#include "guanjia.h"
#include "json.h"

/* Counts a check; a failure is printed with the words that follow. */
int check(int good, const char *words, ...);
/* The same with the line of the test. */
#define CHECK(good) check((good) != 0, "%s:%d: %s", __FILE__, __LINE__, #good)

/* A whole file, terminated; NULL if it cannot be read. */
char *read_file(const char *path, size_t *len);

/* A fresh folder for a test's files, and its end with all files of a desk called `desk.db` in it. */
void make_folder(char *path, size_t len);
void drop_folder(const char *path);

/* How a call went: JSON on success, else id and path of the error. */
typedef struct {
    gj_status status;
    gj_text *text;
    gj_error *error;
    json *value;      /* of the text, or of the error */
    const char *id;   /* of the error, or "" */
    const char *path; /* of the error, or "" */
} answer;

/* Takes apart what a call gave, and checks what holds for every text and every error. */
answer answer_of(gj_status status, gj_text *text, gj_error *error);
void answer_free(answer *it);

/* Runs one file of vectors. */
void run_vectors(const char *path);
/* Runs what a hostile or careless caller does. */
void run_boundary(void);
#endif
