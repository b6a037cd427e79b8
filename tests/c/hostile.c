/* What a careless or hostile caller does, and what the machine may do to him: every call must be answered with a status,
 * and nothing of a call that failed may stay. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define HOUR INT64_C(3600000000)
/* 2026-03-02T09:00:00+08:00, a Monday. */
#define MONDAY INT64_C(1772413200000000)
/* A text as pointer and length. */
#define T(text) (text), strlen(text)
#define NONE NULL, 0

/* A call that must fail: `call` gives its error to `error`. */
#define FAILS(call, status, id, path)                      \
    do {                                                   \
        gj_error *error = NULL;                            \
        gj_status came = (call);                           \
        answer it = answer_of(came, NULL, error);          \
        want_error(__LINE__, &it, (status), (id), (path)); \
    } while (0)

/* A call that is the caller's mistake, in the parameter or at the place `path`. */
#define WRONG(call, path) FAILS(call, GJ_E_ARGUMENT, "argument", path)

static void want_error(int line, answer *it, gj_status status, const char *id, const char *path) {
    check(it->status == status && strcmp(it->id, id) == 0 && (!path || strcmp(it->path, path) == 0),
          "%s:%d: expected %d %s at `%s`, got %d %s at `%s`: %s", __FILE__, line, status, id,
          path ? path : "(anywhere)", it->status, it->id, it->path, gj_error_message(it->error, NULL));
    answer_free(it);
}

/* --- versions ----------------------------------------------------------------------------------------------------- */

static void versions(void) {
    json *info = json_read(T(gj_build_info()), NULL);
    long long abi = 0;
    CHECK(gj_abi_version() == GJ_ABI_VERSION);
    CHECK(strcmp(gj_version(), GJ_VERSION) == 0);
    CHECK(info && json_text(info, "version") && strcmp(json_text(info, "version"), GJ_VERSION) == 0);
    CHECK(json_integer(json_get(info, "abi"), &abi) && abi == GJ_ABI_VERSION);
    CHECK(json_text(info, "sqlite") && json_text(info, "sqlite")[0] == '3');
    CHECK(json_count(json_get(info, "features")) > 0);
    CHECK(json_text(info, "holidays_known_until") && strlen(json_text(info, "holidays_known_until")) == 10);
    CHECK(json_text(info, "rulebook") && strncmp(json_text(info, "rulebook"), "standard@", 9) == 0);
    json_free(info);
}

/* --- pointers ----------------------------------------------------------------------------------------------------- */

static gj_calendar *office(void) {
    gj_calendar *calendar = NULL;
    CHECK(gj_calendar_named(NULL, T("office"), &calendar, NULL) == GJ_OK);
    return calendar;
}

static void null_pointers(void) {
    gj_calendar *calendar = office();
    gj_desk *desk = NULL;
    gj_text *text = NULL;
    int64_t number = 7, rows[2] = {MONDAY, MONDAY};
    int32_t flag = 7, dates[2] = {20514, 20521};
    size_t len = 7;

    WRONG(gj_rulebook_load(NONE, NULL, &error), "out_rulebook");
    WRONG(gj_rulebook_check(NONE, NONE, NULL, &error), "out_result");
    WRONG(gj_rulebook_lint(NULL, NULL, &error), "out_result");
    WRONG(gj_rulebook_lint(NULL, &text, &error), "rulebook");
    WRONG(gj_context_new(NULL, NULL, &error), "out_context");
    WRONG(gj_context_with(NULL, NULL, NULL, &error), "out_context");
    WRONG(gj_call(NULL, NONE, NONE, NULL, &error), "out_result");
    WRONG(gj_calendar_new(NONE, NULL, &error), "out_calendar");
    WRONG(gj_calendar_named(NULL, NONE, NULL, &error), "out_calendar");
    WRONG(gj_calendar_extend(NULL, NONE, NULL, &error), "out_calendar");
    WRONG(gj_calendar_after(NULL, 0, 0, NULL, &error), "out_at");
    WRONG(gj_calendar_after(NULL, 0, 0, &number, &error), "calendar");
    CHECK(number == 0);
    WRONG(gj_calendar_after_many(NULL, NULL, NULL, 0, NULL, NULL, &error), "calendar");
    WRONG(gj_calendar_after_many(calendar, NULL, NULL, 2, NULL, NULL, &error), "starts");
    WRONG(gj_calendar_after_many(calendar, rows, NULL, 2, NULL, NULL, &error), "lengths");
    WRONG(gj_calendar_after_many(calendar, rows, rows, 2, NULL, NULL, &error), "out_at");
    WRONG(gj_calendar_deadline(NULL, 0, NONE, NULL, NULL, &error), "out_due");
    WRONG(gj_calendar_deadline(NULL, 0, NONE, &number, &flag, &error), "calendar");
    CHECK(flag == 0);
    WRONG(gj_calendar_deadline(calendar, 0, NONE, &number, &flag, &error), "budget");
    WRONG(gj_calendar_deadlines(NULL, NULL, 0, NONE, NULL, NULL, NULL, &error), "calendar");
    WRONG(gj_calendar_deadlines(calendar, NULL, 2, T("4 h"), NULL, NULL, NULL, &error), "starts");
    WRONG(gj_calendar_deadlines(calendar, rows, 2, T("4 h"), NULL, NULL, NULL, &error), "out_due");
    WRONG(gj_calendar_elapsed(NULL, 0, 0, NULL, &error), "out_elapsed");
    WRONG(gj_calendar_elapsed_many(NULL, NULL, NULL, 0, NULL, NULL, &error), "calendar");
    WRONG(gj_calendar_elapsed_many(calendar, rows, NULL, 2, rows, NULL, &error), "to");
    WRONG(gj_calendar_is_open(NULL, 0, NULL, &error), "out_open");
    WRONG(gj_calendar_next_open(NULL, 0, NULL, &error), "out_at");
    WRONG(gj_calendar_prev_close(NULL, 0, &number, &error), "calendar");
    WRONG(gj_calendar_working_days_between(NULL, 0, 0, NULL, &error), "out_days");
    WRONG(gj_calendar_is_open_many(NULL, NULL, 0, NULL, NULL, &error), "calendar");
    WRONG(gj_calendar_is_open_many(calendar, NULL, 2, NULL, NULL, &error), "at");
    WRONG(gj_calendar_is_open_many(calendar, rows, 2, NULL, NULL, &error), "out_open");
    WRONG(gj_calendar_next_open_many(calendar, NULL, 2, rows, NULL, &error), "at");
    WRONG(gj_calendar_next_open_many(calendar, rows, 2, NULL, NULL, &error), "out_at");
    WRONG(gj_calendar_prev_close_many(calendar, rows, (size_t)-1, rows, NULL, &error), "at");
    WRONG(gj_calendar_prev_close_many(calendar, rows, 2, (int64_t *)(void *)((char *)rows + 1), NULL, &error), "out_at");
    WRONG(gj_calendar_working_days_between_many(calendar, NULL, dates, 2, rows, NULL, &error), "from_days");
    WRONG(gj_calendar_working_days_between_many(calendar, dates, NULL, 2, rows, NULL, &error), "to_days");
    WRONG(gj_calendar_working_days_between_many(calendar, dates, dates, 2, NULL, NULL, &error), "out_days");
    WRONG(gj_desk_open(NONE, NULL, NONE, NULL, &error), "out_desk");
    WRONG(gj_desk_submit(NULL, NONE, NULL, &error), "out_receipt");
    WRONG(gj_desk_submit(NULL, NONE, &text, &error), "desk");
    WRONG(gj_desk_submit_all(NULL, NONE, NULL, &error), "out_answers");
    WRONG(gj_desk_advance(NULL, 0, 0, NULL, &error), "out_advanced");
    WRONG(gj_desk_extend(NULL, NONE, 0, NULL, &error), "out_retimed");
    WRONG(gj_desk_retime(NULL, 0, NULL, &error), "out_retimed");
    WRONG(gj_desk_adopt(NULL, NULL, NULL, &error), "out_adopted");
    WRONG(gj_desk_adopt(NULL, NULL, &text, &error), "desk");
    WRONG(gj_desk_query(NULL, NONE, NULL, &error), "out_answer");
    WRONG(gj_desk_unlock(NULL, NONE, NULL, &error), "out_unlocked");
    WRONG(gj_desk_unlock(NULL, NONE, &text, &error), "desk");
    WRONG(gj_desk_lock(NULL, NULL, &error), "out_locked");
    WRONG(gj_desk_lock(NULL, &text, &error), "desk");
    WRONG(gj_desk_rotate(NULL, NONE, NULL, &error), "out_rotated");
    WRONG(gj_desk_ask(NULL, NONE, NULL, &error), "out_told");
    WRONG(gj_desk_ask(NULL, NONE, &text, &error), "desk");

    /* Nobody wants to know why. */
    CHECK(gj_call(NULL, NONE, NONE, NULL, NULL) == GJ_E_ARGUMENT);
    CHECK(gj_desk_open(NULL, 5, NULL, NONE, &desk, NULL) == GJ_E_ARGUMENT && desk == NULL);
    /* What failed leaves NULL behind, not what was there. */
    text = (gj_text *)&number;
    CHECK(gj_call(NULL, T("no.such"), NONE, &text, NULL) == GJ_E_ARGUMENT && text == NULL);
    /* Nothing to do needs nothing. */
    CHECK(gj_calendar_after_many(calendar, NULL, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    CHECK(gj_calendar_elapsed_many(calendar, NULL, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    CHECK(gj_calendar_is_open_many(calendar, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    CHECK(gj_calendar_working_days_between_many(calendar, NULL, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    CHECK(gj_calendar_deadlines(calendar, NULL, 0, T("4 h"), NULL, NULL, NULL, NULL) == GJ_OK);

    CHECK(gj_error_status(NULL) == GJ_OK);
    CHECK(*gj_error_id(NULL, &len) == 0 && len == 0);
    CHECK(*gj_error_path(NULL, NULL) == 0 && *gj_error_message(NULL, NULL) == 0);
    CHECK(*gj_error_message_zh(NULL, NULL) == 0 && *gj_error_json(NULL, NULL) == 0);
    CHECK(*gj_text_data(NULL, NULL) == 0 && *gj_text_ascii(NULL, &len) == 0 && len == 0);
    CHECK(*gj_rulebook_pin(NULL, NULL) == 0);
    gj_error_free(NULL);
    gj_text_free(NULL);
    gj_rulebook_free(NULL);
    gj_context_free(NULL);
    gj_calendar_free(NULL);
    gj_desk_close(NULL);
    gj_calendar_free(calendar);
}

/* --- text --------------------------------------------------------------------------------------------------------- */

static void crooked_text(void) {
    static const char not_utf8[] = "{\"time_zone\": \"\xFF\"}", cut_short[] = "ab\xE6\xBC";
    gj_calendar *calendar = NULL;
    gj_rulebook *rulebook = NULL;
    gj_desk *desk = NULL;
    gj_text *text = NULL;
    gj_error *why = NULL;

    WRONG(gj_call(NULL, NULL, 5, NONE, &text, &error), "name");
    WRONG(gj_call(NULL, T("operations.list"), NULL, 5, &text, &error), "args");
    WRONG(gj_call(NULL, T("operations.list"), NULL, (size_t)-1, &text, &error), "args");
    WRONG(gj_call(NULL, T("operations.list"), "", (size_t)-1, &text, &error), "args");
    FAILS(gj_call(NULL, NONE, NONE, &text, &error), GJ_E_ARGUMENT, "operation.unknown", "");
    FAILS(gj_call(NULL, "operations.list\0x", 17, NONE, &text, &error), GJ_E_ARGUMENT, "operation.unknown", "");
    WRONG(gj_call(NULL, "operations.list", 15, "{}\0", 3, &text, &error), NULL);
    WRONG(gj_call(NULL, T("\xFF"), NONE, &text, &error), "name");
    WRONG(gj_calendar_new(NULL, 5, &calendar, &error), "rules");
    WRONG(gj_calendar_new(NONE, &calendar, &error), NULL);
    WRONG(gj_calendar_named(NULL, cut_short, 4, &calendar, &error), "name");
    WRONG(gj_calendar_named(NULL, NONE, &calendar, &error), "calendar");
    WRONG(gj_rulebook_load(NULL, 5, &rulebook, &error), "data");
    FAILS(gj_rulebook_load(NONE, &rulebook, &error), GJ_E_DATA, "problems", NULL);
    WRONG(gj_rulebook_load(T("\xFF"), &rulebook, &error), "data");
    WRONG(gj_rulebook_check(T("id = 1"), T("\xFF"), &text, &error), "scenarios");
    WRONG(gj_rulebook_check(NULL, 5, NONE, &text, &error), "data");
    WRONG(gj_desk_open(NULL, 5, NULL, NONE, &desk, &error), "path");
    WRONG(gj_desk_open(NONE, NULL, NULL, 5, &desk, &error), "options");
    WRONG(gj_desk_open(NONE, NULL, T("\xFF"), &desk, &error), "options");

    CHECK(gj_calendar_new(not_utf8, sizeof not_utf8 - 1, &calendar, &why) == GJ_E_ARGUMENT);
    check(strstr(gj_error_message(why, NULL), "byte 15;") != NULL, "the byte is not told: %s",
          gj_error_message(why, NULL));
    gj_error_free(why);
    /* A NUL inside of a text is shown, not an end. */
    CHECK(gj_call(NULL, "no\0op", 5, NONE, &text, &why) == GJ_E_ARGUMENT);
    check(strstr(gj_error_message(why, NULL), "`no\xE2\x90\x80op`") != NULL, "a NUL cut the words: %s",
          gj_error_message(why, NULL));
    gj_error_free(why);
    CHECK(calendar == NULL && rulebook == NULL && desk == NULL && text == NULL);
}

/* Charsets, misread bytes and masks: what they are given by mistake, and what they give. */
static void reading(void) {
    const char gbk[] = "\xC2\xA9\xCB\xAE", rare[] = "\xE6\x9D\x8E\xE3\x9B\x83";
    char room[8] = "unwrit.";
    size_t len = 7;
    int32_t suspect = 7;
    gj_text *text = NULL;
    gj_error *why = NULL;

    WRONG(gj_gb18030_decode(NULL, 5, &text, &error), "bytes");
    WRONG(gj_gb18030_decode(T("a"), NULL, &error), "out_text");
    FAILS(gj_gb18030_decode(T("ab\xFF"), &text, &error), GJ_E_DATA, "problems", "bytes[2]");
    CHECK(text == NULL && gj_gb18030_decode(NONE, &text, NULL) == GJ_OK && text != NULL);
    gj_text_free(text);
    CHECK(gj_gb18030_decode(T(gbk), &text, NULL) == GJ_OK);
    CHECK(strcmp(gj_text_data(text, NULL), "\xE6\xBC\x8F\xE6\xB0\xB4") == 0);

    /* Too little room is no error, and nothing is written. */
    CHECK(gj_encode(gj_text_data(text, NULL), 6, GJ_GBK, NULL, 0, &len, NULL) == GJ_OK && len == 4);
    CHECK(gj_encode(gj_text_data(text, NULL), 6, GJ_GBK, room, 3, &len, NULL) == GJ_OK && len == 4);
    CHECK(strcmp(room, "unwrit.") == 0);
    CHECK(gj_encode(gj_text_data(text, NULL), 6, GJ_GBK, room, 4, &len, NULL) == GJ_OK && memcmp(room, gbk, 4) == 0);
    gj_text_free(text);
    WRONG(gj_encode(T("a"), 7, room, sizeof room, &len, &error), "charset");
    WRONG(gj_encode(T("a"), GJ_GBK, NULL, 4, &len, &error), "out");
    WRONG(gj_encode(T("a"), GJ_GBK, room, sizeof room, NULL, &error), "out_len");
    WRONG(gj_encode(T("\xFF"), GJ_GBK, room, sizeof room, &len, &error), "text");
    FAILS(gj_encode(T(rare), GJ_GBK, room, sizeof room, &len, &error), GJ_E_DATA, "problems", "text[1]");
    CHECK(len == 0);

    CHECK(gj_misread(T(gbk), &suspect, &text, NULL) == GJ_OK && suspect == 1 && text != NULL);
    CHECK(strcmp(gj_text_data(text, NULL), "\xE6\xBC\x8F\xE6\xB0\xB4") == 0);
    gj_text_free(text);
    CHECK(gj_misread(T(gbk), &suspect, NULL, NULL) == GJ_OK && suspect == 1);
    CHECK(gj_misread(T("Jos\xC3\xA9"), &suspect, &text, NULL) == GJ_OK && suspect == 0 && text == NULL);
    WRONG(gj_misread(T(gbk), NULL, &text, &error), "out_suspect");

    CHECK(gj_mask(T("13812341234"), &text, NULL) == GJ_OK);
    CHECK(strcmp(gj_text_data(text, NULL), "138****1234") == 0);
    gj_text_free(text);
    text = NULL;
    /* Bytes of GBK that are no UTF-8 are told which function reads them. */
    CHECK(gj_mask(T("\xB6\xB0"), &text, &why) == GJ_E_ARGUMENT && text == NULL);
    CHECK(strstr(gj_error_message(why, NULL), "gj_gb18030_decode") != NULL);
    gj_error_free(why);
}

/* --- classifiers -------------------------------------------------------------------------------------------------- */

/* Messages of a first morning, with labels two of a field at least. */
enum { TAUGHT = 6 };
static const char *const TEXTS[TAUGHT] = {"电梯坏了", "电梯又停了", "楼上太吵", "装修噪音吵人", "电梯困人了快来", "谢谢保安"};
static const char *const KINDS[TAUGHT] = {"repair", "repair", "complaint", "complaint", "repair", NULL};
static const char *const TOPICS[TAUGHT] = {"lift", "lift", "noise", "noise", "lift", NULL};
static const char *const URGENCIES[TAUGHT] = {"normal", "normal", "normal", NULL, "emergency", "normal"};
static const int8_t MAJORS[TAUGHT] = {0, 0, 0, -1, 1, 0};

static void lengths_of(const char *const *texts, size_t *lens) {
    size_t n;
    for (n = 0; n < TAUGHT; n++) lens[n] = texts[n] ? strlen(texts[n]) : 0;
}

/* The examples above; `lens` is room for their lengths. */
static gj_examples examples_of(size_t lens[4][TAUGHT]) {
    gj_examples it;
    memset(&it, 0, sizeof it);
    lengths_of(TEXTS, lens[0]);
    lengths_of(KINDS, lens[1]);
    lengths_of(TOPICS, lens[2]);
    lengths_of(URGENCIES, lens[3]);
    it.struct_size = sizeof it;
    it.n = TAUGHT;
    it.text = TEXTS;
    it.text_len = lens[0];
    it.kind = KINDS;
    it.kind_len = lens[1];
    it.topic = TOPICS;
    it.topic_len = lens[2];
    it.urgency = URGENCIES;
    it.urgency_len = lens[3];
    it.major = MAJORS;
    return it;
}

static int zero(const void *data, size_t len) {
    const char *bytes = (const char *)data;
    size_t n;
    for (n = 0; n < len; n++)
        if (bytes[n]) return 0;
    return 1;
}

/* A reading, a choice or whatever, of which nothing is left after an error. */
#define ZERO(value) zero(&(value), sizeof(value))

static void classifiers_without_pointers(void) {
    const char *data[1] = {TEXTS[0]};
    size_t lens[4][TAUGHT], len = 7;
    gj_examples examples = examples_of(lens);
    gj_classifier *classifier = NULL;
    gj_model *model = NULL;
    gj_reading reading;
    gj_choice choice;
    gj_thresholds thresholds = {0.5f, 0.5f, 0.5f};
    gj_text *text = NULL;
    char room[4] = "abc";

    memset(&reading, 7, sizeof reading);
    memset(&choice, 7, sizeof choice);
    WRONG(gj_classifier_standard(NULL, &error), "out_classifier");
    WRONG(gj_classifier_train(NONE, &examples, NONE, NONE, NULL, &error), "out_classifier");
    WRONG(gj_classifier_train(T("ours@1"), NULL, NONE, NONE, &classifier, &error), "examples");
    WRONG(gj_classifier_from_bytes(NONE, NULL, &error), "out_classifier");
    WRONG(gj_classifier_from_bytes(NULL, 5, &classifier, &error), "data");
    WRONG(gj_classifier_to_bytes(NULL, NULL, 0, NULL, &error), "out_len");
    WRONG(gj_classifier_to_bytes(NULL, NULL, 0, &len, &error), "classifier");
    CHECK(len == 0);
    WRONG(gj_classifier_classify(NULL, NONE, NULL, &error), "out_reading");
    WRONG(gj_classifier_classify(NULL, NONE, &reading, &error), "classifier");
    CHECK(ZERO(reading));
    WRONG(gj_classifier_classify_many(NULL, NULL, NULL, 0, NULL, NULL, &error), "classifier");
    WRONG(gj_classifier_explain(NULL, NONE, 1, NULL, &error), "out_result");
    WRONG(gj_classifier_explain(NULL, NONE, 1, &text, &error), "classifier");
    WRONG(gj_classifier_measures(NULL, NULL, &error), "out_result");
    WRONG(gj_classifier_measures(NULL, &text, &error), "classifier");
    WRONG(gj_classifier_thresholds(NULL, NULL, &error), "out_thresholds");
    WRONG(gj_classifier_thresholds(NULL, &thresholds, &error), "classifier");
    WRONG(gj_classifier_with_thresholds(NULL, &thresholds, NULL, &error), "out_classifier");
    WRONG(gj_classifier_with_thresholds(NULL, &thresholds, &classifier, &error), "classifier");
    WRONG(gj_classifier_tune(NULL, &examples, 0.9f, &thresholds, &error), "classifier");
    WRONG(gj_classifier_uncertain(NULL, NULL, NULL, 0, NULL, 0, NULL, &error), "out_count");
    WRONG(gj_classifier_uncertain(NULL, NULL, NULL, 0, NULL, 0, &len, &error), "classifier");
    WRONG(gj_model_train(NULL, NULL, NULL, NULL, 0, NONE, NULL, &error), "out_model");
    WRONG(gj_model_train(NULL, NULL, NULL, NULL, 1, NONE, &model, &error), "texts");
    WRONG(gj_model_train(data, NULL, NULL, NULL, 1, NONE, &model, &error), "text_lens");
    WRONG(gj_model_train(data, lens[0], NULL, NULL, 1, NONE, &model, &error), "labels");
    WRONG(gj_model_train(data, lens[0], data, NULL, 1, NONE, &model, &error), "label_lens");
    WRONG(gj_model_from_bytes(NONE, NULL, &error), "out_model");
    WRONG(gj_model_from_bytes(NULL, 5, &model, &error), "data");
    WRONG(gj_model_to_bytes(NULL, room, sizeof room, NULL, &error), "out_len");
    WRONG(gj_model_to_bytes(NULL, room, sizeof room, &len, &error), "model");
    CHECK(strcmp(room, "abc") == 0);
    WRONG(gj_model_classify(NULL, NONE, NULL, &error), "out_choice");
    WRONG(gj_model_classify(NULL, NONE, &choice, &error), "model");
    CHECK(ZERO(choice));
    WRONG(gj_model_classify_many(NULL, NULL, NULL, 0, NULL, NULL, &error), "model");
    WRONG(gj_model_explain(NULL, NONE, 0, 1, NULL, &error), "out_result");
    WRONG(gj_model_explain(NULL, NONE, 0, 1, &text, &error), "model");
    WRONG(gj_model_measure(NULL, NULL, &error), "out_result");
    WRONG(gj_model_measure(NULL, &text, &error), "model");
    CHECK(classifier == NULL && model == NULL && text == NULL);

    len = 7;
    CHECK(*gj_classifier_name(NULL, &len) == 0 && len == 0);
    CHECK(*gj_classifier_label(NULL, GJ_FIELD_KIND, 0, NULL) == 0 && gj_classifier_labels(NULL, GJ_FIELD_KIND) == 0);
    CHECK(*gj_model_label(NULL, 0, NULL) == 0 && gj_model_labels(NULL) == 0);
    gj_classifier_free(NULL);
    gj_model_free(NULL);
}

/* Examples that are no examples. */
static void wrong_examples(void) {
    static const int8_t heavy[TAUGHT] = {0, 0, 0, 2, 1, 0};
    const char *broken[TAUGHT];
    size_t lens[4][TAUGHT], n, broken_lens[TAUGHT];
    gj_examples examples = examples_of(lens), none;
    gj_classifier *classifier = NULL;
    gj_model *model = NULL;
    answer it;

    for (n = 0; n < TAUGHT; n++) broken[n] = TOPICS[n];
    broken[3] = "\xFF";
    lengths_of(broken, broken_lens);
    memset(&none, 0, sizeof none);
    WRONG(gj_classifier_train(T("ours@1"), &none, NONE, NONE, &classifier, &error), "examples.struct_size");
    none.struct_size = sizeof none;
    FAILS(gj_classifier_train(T("ours@1"), &none, NONE, NONE, &classifier, &error), GJ_E_DATA, "problems", "kind");
    none.n = 1;
    WRONG(gj_classifier_train(T("ours@1"), &none, NONE, NONE, &classifier, &error), "text");
    none.n = (size_t)-1;
    WRONG(gj_classifier_train(T("ours@1"), &none, NONE, NONE, &classifier, &error), "text");
    FAILS(gj_classifier_train(NONE, &examples, NONE, NONE, &classifier, &error), GJ_E_DATA, "problems", "name");
    WRONG(gj_classifier_train(T("\xFF"), &examples, NONE, NONE, &classifier, &error), "name");
    WRONG(gj_classifier_train(T("ours@1"), &examples, T("\xFF"), NONE, &classifier, &error), "lexicon");
    FAILS(gj_classifier_train(T("ours@1"), &examples, T("kind = 5"), NONE, &classifier, &error), GJ_E_DATA, "problems",
          NULL);
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NULL, 5, &classifier, &error), "settings");
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, T("[1]"), &classifier, &error), NULL);
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, T("{\"order\": 300}"), &classifier, &error), "order");
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, T("{\"speed\": 1}"), &classifier, &error), NULL);
    FAILS(gj_classifier_train(T("ours@1"), &examples, NONE, T("{\"order\": 9, \"cost\": -1}"), &classifier, &error),
          GJ_E_DATA, "problems", "order");
    examples.topic = broken;
    examples.topic_len = broken_lens;
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), "topic[3]");
    broken[3] = "";
    broken_lens[3] = 0;
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), "topic[3]");
    broken[3] = NULL;
    broken_lens[3] = 5;
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), "topic[3]");
    examples.topic_len = NULL;
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), "topic_len");
    examples.topic = NULL;
    FAILS(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), GJ_E_DATA, "problems", "topic");
    examples.major = heavy;
    WRONG(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &classifier, &error), "major[3]");

    /* One label is none. */
    for (n = 0; n < TAUGHT; n++) broken[n] = "lift";
    lengths_of(broken, broken_lens);
    FAILS(gj_model_train(TEXTS, lens[0], broken, broken_lens, TAUGHT, NONE, &model, &error), GJ_E_DATA, "problems",
          "labels");
    broken[5] = "";
    broken_lens[5] = 0;
    FAILS(gj_model_train(TEXTS, lens[0], broken, broken_lens, TAUGHT, NONE, &model, &error), GJ_E_DATA, "problems",
          "labels[5]");
    FAILS(gj_model_train(NULL, NULL, NULL, NULL, 0, NONE, &model, &error), GJ_E_DATA, "problems", "labels");
    broken[5] = "\xE6\xBC";
    broken_lens[5] = 2;
    WRONG(gj_model_train(TEXTS, lens[0], broken, broken_lens, TAUGHT, NONE, &model, &error), "labels[5]");
    WRONG(gj_model_train(broken, broken_lens, TEXTS, lens[0], TAUGHT, NONE, &model, &error), "texts[5]");
    WRONG(gj_model_train(TEXTS, lens[0], TEXTS, lens[0], TAUGHT, T("{\"cost\": \"dear\"}"), &model, &error), "cost");
    {
        gj_error *error = NULL;
        gj_status status = gj_model_train(TEXTS, lens[0], TEXTS, lens[0], TAUGHT,
                                          T("{\"cost\": 1e300, \"balance\": 7}"), &model, &error);
        it = answer_of(status, NULL, error);
        CHECK(json_count(json_get(it.value, "problems")) == 2);
        want_error(__LINE__, &it, GJ_E_DATA, "problems", "cost");
    }
    CHECK(classifier == NULL && model == NULL);
}

/* Thresholds turn answers of another classifier, and only numbers from 0 to 1 are any. */
static void thresholds(void) {
    const char *data[3] = {"电梯困人了,快来", "那件事情后来怎么样了", "\xFF"};
    size_t data_lens[3] = {22, 30, 1}, lens[4][TAUGHT], rows[4] = {9, 9, 9, 9}, count = 7;
    gj_examples examples = examples_of(lens);
    gj_classifier *standard = NULL, *asking = NULL, *wrong = NULL;
    gj_thresholds given, changed, tuned;
    gj_reading one;

    CHECK(gj_classifier_standard(&standard, NULL) == GJ_OK && gj_classifier_thresholds(standard, &given, NULL) == GJ_OK);
    CHECK(given.ask == 0.5f && given.danger > 0 && given.danger <= 0.5f && given.major > 0 && given.major < 1);
    changed = given;
    changed.ask = 1;
    CHECK(gj_classifier_with_thresholds(standard, &changed, &asking, NULL) == GJ_OK);
    CHECK(gj_classifier_classify(asking, data[1], data_lens[1], &one, NULL) == GJ_OK);
    CHECK(one.ask == (GJ_ASK_KIND | GJ_ASK_TOPIC | GJ_ASK_URGENCY | GJ_ASK_MAJOR));
    CHECK(gj_classifier_thresholds(asking, &tuned, NULL) == GJ_OK && memcmp(&tuned, &changed, sizeof tuned) == 0);
    WRONG(gj_classifier_with_thresholds(standard, NULL, &wrong, &error), "thresholds");
    changed.danger = 1.5f;
    WRONG(gj_classifier_with_thresholds(standard, &changed, &wrong, &error), "thresholds.danger");
    changed.danger = (float)NAN;
    WRONG(gj_classifier_with_thresholds(standard, &changed, &wrong, &error), "thresholds.danger");
    CHECK(wrong == NULL);

    CHECK(gj_classifier_tune(standard, &examples, 0.95f, &tuned, NULL) == GJ_OK);
    CHECK(memcmp(&tuned, &given, sizeof tuned) == 0);
    WRONG(gj_classifier_tune(standard, NULL, 0.95f, &tuned, &error), "examples");
    CHECK(ZERO(tuned));
    WRONG(gj_classifier_tune(standard, &examples, -1, &tuned, &error), "found");

    CHECK(gj_classifier_uncertain(standard, data, data_lens, 2, rows, 4, &count, NULL) == GJ_OK);
    CHECK(count == 2 && rows[0] == 1 && rows[1] == 0 && rows[2] == 0);
    CHECK(gj_classifier_uncertain(standard, data, data_lens, 2, NULL, 0, &count, NULL) == GJ_OK && count == 0);
    WRONG(gj_classifier_uncertain(standard, data, data_lens, 3, rows, 4, &count, &error), "data[2]");
    WRONG(gj_classifier_uncertain(standard, data, data_lens, 2, NULL, 4, &count, &error), "out_rows");
    CHECK(count == 0);
    gj_classifier_free(standard);
    gj_classifier_free(asking);
}

/* What is written down comes back the same; what was cut, changed or is something else does not. */
static void models(void) {
    enum { N = 5 };
    const char *data[N] = {"电梯怎么还没修好", NULL, "\xFF", "", NULL};
    const gj_status wanted[N] = {GJ_OK, GJ_OK, GJ_E_ARGUMENT, GJ_OK, GJ_E_ARGUMENT};
    size_t data_lens[N] = {24, 0, 1, 0, 3}, lens[4][TAUGHT], size = 0, again = 0, n;
    const char *labels[TAUGHT];
    char *bytes, *copy;
    gj_model *model = NULL, *other = NULL;
    gj_classifier *classifier = NULL;
    gj_choice one, same, rows[N], quiet[N];
    gj_status status[N];
    gj_text *text = NULL;
    answer it;

    for (n = 0; n < TAUGHT; n++) labels[n] = TOPICS[n] ? TOPICS[n] : "praise";
    lengths_of(TEXTS, lens[0]);
    lengths_of(labels, lens[1]);
    CHECK(gj_model_train(TEXTS, lens[0], labels, lens[1], TAUGHT, T("{\"seed\": 7}"), &model, NULL) == GJ_OK);
    CHECK(gj_model_labels(model) == 3 && strcmp(gj_model_label(model, 1, &n), "noise") == 0 && n == 5);
    CHECK(*gj_model_label(model, 3, &n) == 0 && n == 0 && *gj_model_label(model, -1, NULL) == 0);
    CHECK(*gj_model_label(model, INT32_MAX, NULL) == 0 && *gj_model_label(model, INT32_MIN, NULL) == 0);
    CHECK(gj_model_classify(model, data[0], data_lens[0], &one, NULL) == GJ_OK);
    CHECK(strcmp(gj_model_label(model, one.label, NULL), "lift") == 0 && one.second != one.label);
    CHECK(one.confidence >= one.second_confidence && one.second_confidence >= 0 && one.confidence <= 1);
    same = one;
    WRONG(gj_model_classify(model, T("\xFF"), &same, &error), "data");
    CHECK(ZERO(same));

    CHECK(gj_model_classify_many(model, data, data_lens, N, rows, status, NULL) == GJ_OK);
    CHECK(gj_model_classify_many(model, data, data_lens, N, quiet, NULL, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0 && memcmp(rows, quiet, sizeof rows) == 0);
    CHECK(memcmp(&rows[0], &one, sizeof one) == 0 && rows[3].label >= 0);
    for (n = 1; n < N; n++) CHECK(n == 3 || (rows[n].label == -1 && rows[n].second == -1 && rows[n].confidence == 0));
    CHECK(gj_model_classify_many(model, NULL, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    WRONG(gj_model_classify_many(model, NULL, data_lens, N, rows, status, &error), "data");
    WRONG(gj_model_classify_many(model, data, NULL, N, rows, status, &error), "lens");
    WRONG(gj_model_classify_many(model, data, data_lens, N, NULL, status, &error), "out_choices");
    WRONG(gj_model_classify_many(model, data, data_lens, (size_t)-1, rows, status, &error), "data");

    WRONG(gj_model_explain(model, T("电梯"), 3, 5, &text, &error), "label");
    WRONG(gj_model_explain(model, T("电梯"), -1, 5, &text, &error), "label");
    WRONG(gj_model_explain(model, T("\xFF"), 0, 5, &text, &error), "data");
    CHECK(gj_model_explain(model, data[0], data_lens[0], one.label, (size_t)-1, &text, NULL) == GJ_OK);
    it = answer_of(GJ_OK, text, NULL);
    CHECK(json_text(it.value, "label") && strcmp(json_text(it.value, "label"), "lift") == 0);
    CHECK(json_count(json_get(it.value, "evidence")) > 1);
    answer_free(&it);
    text = NULL;
    CHECK(gj_model_measure(model, &text, NULL) == GJ_OK);
    it = answer_of(GJ_OK, text, NULL);
    CHECK(json_count(json_get(it.value, "labels")) == 3 && json_count(json_get(it.value, "confusion")) == 3);
    answer_free(&it);

    CHECK(gj_model_to_bytes(model, NULL, 0, &size, NULL) == GJ_OK && size > 0);
    WRONG(gj_model_to_bytes(model, NULL, 4, &again, &error), "out");
    CHECK(again == 0);
    bytes = (char *)calloc(2, size + 1);
    if (!bytes) abort();
    copy = bytes + size + 1;
    CHECK(gj_model_to_bytes(model, bytes, size - 1, &again, NULL) == GJ_OK && again == size && zero(bytes, size));
    CHECK(gj_model_to_bytes(model, bytes, size, &again, NULL) == GJ_OK && again == size && bytes[size] == 0);
    CHECK(memcmp(bytes, "GJMD", 4) == 0);
    for (n = 0; n < size; n += 1 + size / 61) {
        memcpy(copy, bytes, size);
        copy[n] = (char)(copy[n] ^ 0x10);
        FAILS(gj_model_from_bytes(copy, size, &other, &error), GJ_E_DATA, "model", "");
        FAILS(gj_model_from_bytes(bytes, n, &other, &error), GJ_E_DATA, "model", "");
    }
    FAILS(gj_model_from_bytes(bytes, size + 1, &other, &error), GJ_E_DATA, "model", "");
    FAILS(gj_classifier_from_bytes(bytes, size, &classifier, &error), GJ_E_DATA, "model", "");
    CHECK(other == NULL && classifier == NULL);
    CHECK(gj_model_from_bytes(bytes, size, &other, NULL) == GJ_OK);
    gj_model_free(model);
    CHECK(gj_model_classify(other, data[0], data_lens[0], &same, NULL) == GJ_OK && memcmp(&one, &same, sizeof one) == 0);
    CHECK(strcmp(gj_model_label(other, one.label, NULL), "lift") == 0);
    gj_model_free(other);
    free(bytes);
}

static void classifiers(void) {
    enum { N = 4 };
    const char *data[N] = {"电梯困人了,快来!", NULL, "\xFF", ""};
    const gj_status wanted[N] = {GJ_OK, GJ_OK, GJ_E_ARGUMENT, GJ_OK};
    size_t data_lens[N], lens[4][TAUGHT], size = 0, n;
    gj_examples examples = examples_of(lens);
    gj_classifier *standard = NULL, *ours = NULL, *again = NULL;
    gj_model *model = NULL;
    gj_reading one, same, rows[N], quiet[N];
    gj_status status[N];
    gj_text *text = NULL;
    char *bytes;
    answer it;

    for (n = 0; n < N; n++) data_lens[n] = data[n] ? strlen(data[n]) : 0;
    CHECK(gj_classifier_standard(&standard, NULL) == GJ_OK);
    CHECK(strncmp(gj_classifier_name(standard, &n), "standard@", 9) == 0 && n > 9);
    CHECK(gj_classifier_labels(standard, GJ_FIELD_KIND) > 1 && gj_classifier_labels(standard, GJ_FIELD_URGENCY) > 1);
    CHECK(gj_classifier_labels(standard, 3) == 0 && gj_classifier_labels(standard, -1) == 0);
    CHECK(*gj_classifier_label(standard, 3, 0, NULL) == 0 && *gj_classifier_label(standard, INT32_MIN, 0, NULL) == 0);
    CHECK(*gj_classifier_label(standard, GJ_FIELD_TOPIC, -1, &n) == 0 && n == 0);
    CHECK(*gj_classifier_label(standard, GJ_FIELD_TOPIC, INT32_MAX, NULL) == 0);
    CHECK(gj_classifier_classify(standard, data[0], data_lens[0], &one, NULL) == GJ_OK);
    CHECK(strcmp(gj_classifier_label(standard, GJ_FIELD_TOPIC, one.topic.label, NULL), "lift") == 0);
    CHECK(strcmp(gj_classifier_label(standard, GJ_FIELD_URGENCY, one.urgency.label, NULL), "emergency") == 0);
    CHECK(one.major.label == 1 && one.known == 1 && (one.ask & ~15) == 0);
    same = one;
    WRONG(gj_classifier_classify(standard, T("\xFF"), &same, &error), "data");
    CHECK(ZERO(same));
    WRONG(gj_classifier_classify(standard, NULL, 5, &same, &error), "data");

    CHECK(gj_classifier_classify_many(standard, data, data_lens, N, rows, status, NULL) == GJ_OK);
    CHECK(gj_classifier_classify_many(standard, data, data_lens, N, quiet, NULL, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0 && memcmp(rows, quiet, sizeof rows) == 0);
    CHECK(memcmp(&rows[0], &one, sizeof one) == 0);
    CHECK(rows[1].kind.label == -1 && rows[2].major.second == -1 && rows[1].ask == 0 && rows[2].known == 0);
    /* An empty text is a text: it has labels, and somebody is to be asked about all. */
    CHECK(rows[3].kind.label >= 0 && rows[3].known == 0 && rows[3].ask == 15);
    CHECK(gj_classifier_classify_many(standard, NULL, NULL, 0, NULL, NULL, NULL) == GJ_OK);
    WRONG(gj_classifier_classify_many(standard, NULL, data_lens, N, rows, status, &error), "data");
    WRONG(gj_classifier_classify_many(standard, data, NULL, N, rows, status, &error), "lens");
    WRONG(gj_classifier_classify_many(standard, data, data_lens, N, NULL, status, &error), "out_readings");
    WRONG(gj_classifier_classify_many(standard, data, data_lens, N, (gj_reading *)(void *)((char *)rows + 1), status,
                                      &error),
          "out_readings");

    WRONG(gj_classifier_explain(standard, T("\xFF"), 5, &text, &error), "data");
    CHECK(gj_classifier_explain(standard, data[0], data_lens[0], 0, &text, NULL) == GJ_OK);
    it = answer_of(GJ_OK, text, NULL);
    CHECK(json_count(json_get(it.value, "explained")) == 4 && json_get(it.value, "labels"));
    answer_free(&it);
    text = NULL;
    CHECK(gj_classifier_measures(standard, &text, NULL) == GJ_OK);
    it = answer_of(GJ_OK, text, NULL);
    CHECK(json_count(it.value) == 4);
    answer_free(&it);

    CHECK(gj_classifier_train(T("ours@1"), &examples, NONE, NONE, &ours, NULL) == GJ_OK);
    CHECK(strcmp(gj_classifier_name(ours, NULL), "ours@1") == 0 && gj_classifier_labels(ours, GJ_FIELD_TOPIC) == 2);
    CHECK(strcmp(gj_classifier_label(ours, GJ_FIELD_KIND, 1, NULL), "repair") == 0);
    CHECK(gj_classifier_classify(ours, T("电梯坏了"), &one, NULL) == GJ_OK);
    CHECK(strcmp(gj_classifier_label(ours, GJ_FIELD_TOPIC, one.topic.label, NULL), "lift") == 0);
    CHECK(gj_classifier_to_bytes(ours, NULL, 0, &size, NULL) == GJ_OK && size > 0);
    bytes = (char *)malloc(size);
    if (!bytes) abort();
    CHECK(gj_classifier_to_bytes(ours, bytes, size, &n, NULL) == GJ_OK && n == size);
    FAILS(gj_model_from_bytes(bytes, size, &model, &error), GJ_E_DATA, "model", "");
    FAILS(gj_classifier_from_bytes(bytes, size - 1, &again, &error), GJ_E_DATA, "model", "");
    FAILS(gj_classifier_from_bytes(NONE, &again, &error), GJ_E_DATA, "model", "");
    FAILS(gj_classifier_from_bytes(T("GJMD"), &again, &error), GJ_E_DATA, "model", "");
    CHECK(model == NULL && again == NULL);
    CHECK(gj_classifier_from_bytes(bytes, size, &again, NULL) == GJ_OK);
    gj_classifier_free(ours);
    CHECK(gj_classifier_classify(again, T("电梯坏了"), &same, NULL) == GJ_OK && memcmp(&one, &same, sizeof one) == 0);
    gj_classifier_free(again);
    gj_classifier_free(standard);
    free(bytes);
}

/* --- operations --------------------------------------------------------------------------------------------------- */

static void operations(void) {
    enum { DEEP = 100000 };
    gj_context *context = NULL;
    gj_rulebook *rulebook = NULL;
    gj_text *text = NULL;
    char *deep = (char *)malloc(DEEP);
    if (!deep) abort();
    memset(deep, '[', DEEP);

    FAILS(gj_call(NULL, T("calendar.deadlines"), NONE, &text, &error), GJ_E_ARGUMENT, "operation.unknown", "");
    WRONG(gj_call(NULL, T("calendar.elapsed"), deep, DEEP, &text, &error), NULL);
    FAILS(gj_rulebook_load(deep, DEEP, &rulebook, &error), GJ_E_DATA, "problems", NULL);
    WRONG(gj_call(NULL, T("calendar.elapsed"), T("{}"), &text, &error), NULL);
    WRONG(gj_call(NULL, T("calendar.elapsed"), T("{\"calendar\": \"office\"} x"), &text, &error), NULL);
    WRONG(gj_call(NULL, T("classify.text"), T("{\"text\": \"\\ud800\"}"), &text, &error), "text");
    WRONG(gj_call(NULL, T("calendar.is_open"), T("{\"calendar\": \"office\", \"at\": \"2026-03-02T09:00:00\"}"), &text,
                  &error),
          "at");

    /* An error is no state: the next call goes well. */
    CHECK(gj_context_new(NULL, &context, NULL) == GJ_OK);
    CHECK(gj_call(context, T("operations.list"), NONE, &text, NULL) == GJ_OK && text != NULL);
    gj_text_free(text);
    gj_context_free(context);
    free(deep);
}

static gj_rulebook *load(const char *text) {
    gj_rulebook *rulebook = NULL;
    gj_error *error = NULL;
    gj_status status = gj_rulebook_load(T(text), &rulebook, &error);
    check(status == GJ_OK, "a rulebook does not load: %s", gj_error_message(error, NULL));
    gj_error_free(error);
    return rulebook;
}

/* What every rulebook must have, beside hours and roles. */
#define LISTS                                         \
    "[channels.hotline]\n"                            \
    "[kinds.inquiry]\n"                               \
    "[topics.other]\n"                                \
    "[urgencies]\n"                                   \
    "normal = { zh = \"一般\", en = \"normal\" }\n"   \
    "[complexities]\n"                                \
    "general = { zh = \"一般\", en = \"general\" }\n" \
    "[outcomes]\n"                                    \
    "done = { zh = \"已办结\", en = \"done\" }\n"     \
    "[defaults]\n"                                    \
    "kind = \"inquiry\"\ntopic = \"other\"\nurgency = \"normal\"\ncomplexity = \"general\"\n"

static const char NIGHT[] =
    "format = 1\nid = \"night\"\nversion = \"2\"\ntime_zone = \"Asia/Shanghai\"\n[calendars.office]\n"
    "clause = { origin = \"ours\" }\n"
    "rules = { time_zone = \"Asia/Shanghai\", hours = { mon-sun = [\"22:00-06:00\"] } }\n"
    "[roles.agent]\nmay = [\"*\"]\n" LISTS;

static int32_t open_at(const gj_context *context, const char *calendar, int64_t at) {
    gj_calendar *hours = NULL;
    int32_t open = -1;
    CHECK(gj_calendar_named(context, T(calendar), &hours, NULL) == GJ_OK);
    CHECK(gj_calendar_is_open(hours, at, &open, NULL) == GJ_OK);
    gj_calendar_free(hours);
    return open;
}

static void contexts(void) {
    gj_rulebook *night = load(NIGHT);
    gj_context *of_night = NULL, *both = NULL;
    gj_calendar *calendar = NULL;
    gj_text *text = NULL;
    CHECK(gj_rulebook_lint(night, &text, NULL) == GJ_OK && *gj_text_data(text, NULL) == '[');
    gj_text_free(text);
    text = NULL;
    CHECK(strncmp(gj_rulebook_pin(night, NULL), "night@2#", 8) == 0 && strlen(gj_rulebook_pin(night, NULL)) == 24);
    WRONG(gj_context_with(NULL, NULL, &both, &error), "rulebook");
    CHECK(gj_context_new(night, &of_night, NULL) == GJ_OK);
    CHECK(gj_context_with(NULL, night, &both, NULL) == GJ_OK);
    gj_rulebook_free(night);
    /* Monday 09:00 is office time by the standard, and not by the night's. */
    CHECK(open_at(NULL, "office", MONDAY) == 1);
    CHECK(open_at(of_night, "office", MONDAY) == 0);
    CHECK(open_at(of_night, "standard@1/office", MONDAY) == 1);
    CHECK(open_at(both, "office", MONDAY) == 1);
    CHECK(open_at(both, "night@2/office", MONDAY) == 0);
    WRONG(gj_calendar_named(NULL, T("night@2/office"), &calendar, &error), "calendar");
    gj_context_free(of_night);
    gj_context_free(both);
}

/* --- working time ------------------------------------------------------------------------------------------------- */

static void working_time(void) {
    static const int64_t outside[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_C(-62135596800000001),
                                      INT64_C(253402300800000000)};
    gj_calendar *calendar = office(), *none = NULL;
    int64_t got, record;
    int32_t provisional = 0;
    size_t n;
    for (n = 0; n < sizeof outside / sizeof *outside; n++) {
        int64_t at = outside[n];
        WRONG(gj_calendar_after(calendar, at, HOUR, &got, &error), "start");
        WRONG(gj_calendar_deadline(calendar, at, T("4 h"), &got, NULL, &error), "start");
        WRONG(gj_calendar_elapsed(calendar, at, MONDAY, &got, &error), "from");
        WRONG(gj_calendar_elapsed(calendar, MONDAY, at, &got, &error), "to");
        WRONG(gj_calendar_is_open(calendar, at, &provisional, &error), "at");
        WRONG(gj_calendar_next_open(calendar, at, &got, &error), "at");
        WRONG(gj_calendar_prev_close(calendar, at, &got, &error), "at");
    }
    /* The years 1 to 9999 print, but calendars end earlier. */
    FAILS(gj_calendar_is_open(calendar, INT64_C(253402300799999999), &provisional, &error), GJ_E_DATA, "calendar.out_of_range",
          NULL);
    WRONG(gj_calendar_after(calendar, MONDAY, INT64_MIN, &got, &error), "length");
    FAILS(gj_calendar_after(calendar, MONDAY, INT64_MIN + 1, &got, &error), GJ_E_DATA, "calendar.too_far", NULL);
    FAILS(gj_calendar_after(calendar, MONDAY, INT64_MAX, &got, &error), GJ_E_DATA, "calendar.too_far", NULL);
    WRONG(gj_calendar_working_days_between(calendar, INT32_MIN, 0, &got, &error), "from_days");
    WRONG(gj_calendar_working_days_between(calendar, 0, INT32_MAX, &got, &error), "to_days");
    FAILS(gj_calendar_working_days_between(calendar, 0, 1000000, &got, &error), GJ_E_DATA, "calendar.date_out_of_range", NULL);
    CHECK(gj_calendar_working_days_between(calendar, 20514, 20521, &got, NULL) == GJ_OK && got == 5);

    /* Text and record are one budget. */
    CHECK(gj_calendar_deadline(calendar, MONDAY, T("5 working_days"), &got, &provisional, NULL) == GJ_OK &&
          provisional == 0);
    CHECK(gj_calendar_deadline(calendar, MONDAY, T(" {\"working_days\": 5}"), &record, NULL, NULL) == GJ_OK &&
          record == got);
    CHECK(gj_calendar_deadline(calendar, MONDAY, T("400 working_days"), &got, &provisional, NULL) == GJ_OK &&
          provisional == 1);
    WRONG(gj_calendar_deadline(calendar, MONDAY, T("5 weeks"), &got, NULL, &error), "budget");
    WRONG(gj_calendar_deadline(calendar, MONDAY, T("{\"days\": 1, \"working_days\": 1}"), &got, NULL, &error),
          "budget");
    WRONG(gj_calendar_deadline(calendar, MONDAY, T("{\"days\": 1, \"land\": \"moon\"}"), &got, NULL, &error),
          "budget.land");
    WRONG(gj_calendar_deadline(calendar, MONDAY, T("{\"days\": 1"), &got, NULL, &error), NULL);
    WRONG(gj_calendar_deadlines(calendar, &record, 1, T("soon"), &got, NULL, NULL, &error), "budget");

    WRONG(gj_calendar_new(T("[]"), &none, &error), NULL);
    WRONG(gj_calendar_new(T("{\"time_zone\": \"Asia/Shangrila\"}"), &none, &error), "time_zone");
    FAILS(gj_calendar_new(T("{\"time_zone\": \"UTC\", \"hours\": {\"someday\": [\"09:00-12:00\"]}}"), &none, &error),
          GJ_E_DATA, "problems", NULL);
    WRONG(gj_calendar_extend(NULL, T("[]"), &none, &error), "calendar");
    WRONG(gj_calendar_extend(calendar, NULL, 5, &none, &error), "days");
    WRONG(gj_calendar_extend(calendar, T("\xFF"), &none, &error), "days");
    FAILS(gj_calendar_extend(calendar, T("BEGIN:VCALENDAR"), &none, &error), GJ_E_DATA, "problems", "days");
    FAILS(gj_calendar_extend(calendar, NONE, &none, &error), GJ_E_DATA, "problems", "days");
    CHECK(none == NULL);
    gj_calendar_free(calendar);
}

/* Each row of an array is answered for itself, whether or not its status is asked for. */
static void arrays(void) {
    enum { N = 5 };
    const int64_t starts[N] = {MONDAY, GJ_NULL, INT64_MAX, MONDAY, MONDAY},
                  lengths[N] = {HOUR, HOUR, HOUR, GJ_NULL, INT64_MAX};
    const gj_status wanted[N] = {GJ_OK, GJ_OK, GJ_E_ARGUMENT, GJ_OK, GJ_E_DATA};
    gj_calendar *calendar = office();
    int64_t out[N], quiet[N];
    int32_t provisional[N];
    gj_status status[N];
    CHECK(gj_calendar_after_many(calendar, starts, lengths, N, out, status, NULL) == GJ_OK);
    CHECK(gj_calendar_after_many(calendar, starts, lengths, N, quiet, NULL, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0 && memcmp(out, quiet, sizeof out) == 0);
    CHECK(out[0] == MONDAY + HOUR && out[1] == GJ_NULL && out[2] == GJ_NULL && out[3] == GJ_NULL && out[4] == GJ_NULL);
    CHECK(gj_calendar_elapsed_many(calendar, starts, starts, N, out, status, NULL) == GJ_OK);
    CHECK(out[0] == 0 && out[1] == GJ_NULL && out[2] == GJ_NULL && status[2] == GJ_E_ARGUMENT && out[4] == 0);
    CHECK(gj_calendar_deadlines(calendar, starts, N, T("400 working_days"), out, provisional, status, NULL) == GJ_OK);
    CHECK(provisional[0] == 1 && provisional[1] == 0 && provisional[2] == 0 && status[2] == GJ_E_ARGUMENT);
    CHECK(out[0] == out[4] && out[1] == GJ_NULL && out[2] == GJ_NULL);
    gj_calendar_free(calendar);
}

/* Questions about instants and dates: what is absent stays absent, and extremes are told from years not known. */
static void arrays_of_instants_and_dates(void) {
    enum { N = 5 };
    const int64_t at[N] = {MONDAY, GJ_NULL, INT64_MAX, INT64_MIN + 1, INT64_C(253402300799999999)};
    const gj_status wanted[N] = {GJ_OK, GJ_OK, GJ_E_ARGUMENT, GJ_E_ARGUMENT, GJ_E_DATA};
    const int32_t from[N] = {20514, GJ_NULL_DATE, INT32_MAX, 0, INT32_MIN + 1}, to[N] = {20521, 0, GJ_NULL_DATE, 1000000, 0};
    const gj_status days_wanted[N] = {GJ_OK, GJ_OK, GJ_OK, GJ_E_DATA, GJ_E_ARGUMENT};
    gj_calendar *calendar = office();
    int64_t out[N], one;
    int32_t open;
    int8_t flags[N];
    gj_status status[N];
    size_t n;
    CHECK(gj_calendar_is_open_many(calendar, at, N, flags, status, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0);
    CHECK(gj_calendar_is_open(calendar, MONDAY, &open, NULL) == GJ_OK && flags[0] == open);
    for (n = 1; n < N; n++) CHECK(flags[n] == -1);
    CHECK(gj_calendar_next_open_many(calendar, at, N, out, status, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0);
    CHECK(gj_calendar_next_open(calendar, MONDAY, &one, NULL) == GJ_OK && out[0] == one);
    for (n = 1; n < N; n++) CHECK(out[n] == GJ_NULL);
    CHECK(gj_calendar_prev_close_many(calendar, at, N, out, status, NULL) == GJ_OK);
    CHECK(memcmp(status, wanted, sizeof status) == 0);
    CHECK(gj_calendar_prev_close(calendar, MONDAY, &one, NULL) == GJ_OK && out[0] == one);
    for (n = 1; n < N; n++) CHECK(out[n] == GJ_NULL);
    CHECK(gj_calendar_working_days_between_many(calendar, from, to, N, out, status, NULL) == GJ_OK);
    CHECK(memcmp(status, days_wanted, sizeof status) == 0 && out[0] == 5);
    for (n = 1; n < N; n++) CHECK(out[n] == GJ_NULL);
    gj_calendar_free(calendar);
}

/* Printed, not judged: what a call and a row cost here, as a debug library has it. */
static void cost(void) {
    enum { N = 100000 };
    int64_t *at = (int64_t *)malloc(2 * N * sizeof *at), *out = at + N;
    gj_calendar *calendar = office();
    double call, row;
    clock_t begin;
    size_t n;
    if (!at) abort();
    for (n = 0; n < N; n++) at[n] = MONDAY + (int64_t)(n * 2654435761u % 100000) * HOUR / 10;
    begin = clock();
    for (n = 0; n < N; n++) CHECK(gj_calendar_after(calendar, at[n], 4 * HOUR, &out[n], NULL) == GJ_OK);
    call = (double)(clock() - begin) / CLOCKS_PER_SEC * 1e9 / N;
    begin = clock();
    CHECK(gj_calendar_next_open_many(calendar, at, N, out, NULL, NULL) == GJ_OK);
    row = (double)(clock() - begin) / CLOCKS_PER_SEC * 1e9 / N;
    printf("gj_calendar_after: %.0f ns a call; gj_calendar_next_open_many: %.1f ns a row\n", call, row);
    free(at);
    gj_calendar_free(calendar);
}

/* --- rulebooks ---------------------------------------------------------------------------------------------------- */

static const char TEN[] =
    "format = 1\n"                                          /*  1 */
    "id = \"ten\"\n"                                        /*  2 */
    "version = \"1\"\n"                                     /*  3 */
    "time_zone = \"Asia/Shangrila\"\n"                           /*  4: no such zone */
    "colour = \"red\"\n"                                    /*  5: no such field */
    "[calendars.office]\n"                                  /*  6 */
    "clause = { origin = \"ours\" }\n"                      /*  7 */
    "rules = { time_zone = \"Asia/Shanghai\", hours = { mon = [\"09:00-18:00\"], someday = [] } }\n" /* 8: no such day */
    "[roles.agent]\n"                                       /*  9 */
    "may = [\"case.levitate\"]\n"                           /* 10: no such command */
    "late = \"soon\"\n"                                     /* 11: no length */
    "[departments.maintenance]\n"                           /* 12 */
    "label = \"维修\"\n"                                    /* 13: not two languages */
    "[topics.lift]\n"                                       /* 14 */
    "department = \"nowhere\"\n"                            /* 15: no such department */
    "[[targets]]\n"                                         /* 16 */
    "id = \"respond\"\n"                                    /* 17 */
    "metric = \"respond\"\n"                                /* 18 */
    "budget = \"4 h\"\n"                                    /* 19 */
    "schedule = \"night\"\n"                                /* 20: no such calendar */
    "clause = { origin = \"ours\" }\n"                      /* 21 */
    "[[targets]]\n"                                         /* 22 */
    "id = \"resolve\"\n"                                    /* 23 */
    "metric = \"resolve\"\n"                                /* 24 */
    "budget = \"4 h\"\n"                                    /* 25 */
    "schedule = \"office\"\n"                               /* 26 */
    "on_reopen = \"dance\"\n"                               /* 27: no such way */
    "clause = { origin = \"ours\" }\n"                      /* 28 */
    "[[targets]]\n"                                         /* 29 */
    "id = \"answer\"\n"                                     /* 30 */
    "metric = \"sing\"\n"                                   /* 31: no such metric */
    "budget = \"4 h\"\n"                                    /* 32 */
    "schedule = \"office\"\n"                               /* 33 */
    "clause = { origin = \"ours\" }\n"                      /* 34 */
    LISTS;

/* Whether a problem of this path and line is told, in words and with what would be right. */
static void told(const json *problems, const char *path, long long line) {
    const json *one;
    long long at;
    for (one = problems ? problems->child : NULL; one; one = one->next)
        if (json_text(one, "path") && strcmp(json_text(one, "path"), path) == 0 &&
            json_integer(json_get(one, "line"), &at) && at == line && json_text(one, "message"))
            break;
    check(one != NULL, "no problem at %s in line %lld among %.*s", path, line, problems ? (int)problems->source_len : 0,
          problems ? problems->source : "");
}

static void ten_mistakes(void) {
    static const struct {
        const char *path;
        int line;
    } wanted[] = {{"time_zone", 4},
                  {"colour", 5},
                  {"calendars.office.rules.hours.someday", 8},
                  {"roles.agent.may[0]", 10},
                  {"roles.agent.late", 11},
                  {"departments.maintenance.label", 13},
                  {"topics.lift.department", 15},
                  {"targets[0].schedule", 20},
                  {"targets[1].on_reopen", 27},
                  {"targets[2].metric", 31}};
    gj_rulebook *rulebook = NULL;
    gj_text *text = NULL;
    gj_error *error = NULL;
    gj_status status = gj_rulebook_load(T(TEN), &rulebook, &error);
    answer load = answer_of(status, NULL, error), checked;
    const json *problems = json_get(load.value, "problems");
    size_t n;
    CHECK(status == GJ_E_DATA && rulebook == NULL && strcmp(load.id, "problems") == 0);
    for (n = 0; n < sizeof wanted / sizeof *wanted; n++) told(problems, wanted[n].path, wanted[n].line);
    check(json_count(problems) == 10, "ten mistakes give %lu problems: %.*s", (unsigned long)json_count(problems),
          problems ? (int)problems->source_len : 0, problems ? problems->source : "");

    /* A check of it is no error. */
    status = gj_rulebook_check(T(TEN), NONE, &text, &error);
    checked = answer_of(status, text, error);
    CHECK(status == GJ_OK && json_count(json_get(checked.value, "problems")) == json_count(problems));
    CHECK(json_get(checked.value, "ok") && json_get(checked.value, "ok")->kind == JSON_FALSE);
    answer_free(&checked);
    answer_free(&load);
}

/* --- the desk ----------------------------------------------------------------------------------------------------- */

static gj_desk *desk_at(const char *path, const char *options) {
    gj_desk *desk = NULL;
    gj_error *error = NULL;
    gj_status status =
        gj_desk_open(path, path ? strlen(path) : 0, NULL, options, options ? strlen(options) : 0, &desk, &error);
    check(status == GJ_OK, "no desk at %s: %s", path ? path : "(memory)", gj_error_message(error, NULL));
    gj_error_free(error);
    return desk;
}

static answer ask(const gj_desk *desk, const char *query) {
    gj_text *text = NULL;
    gj_error *error = NULL;
    gj_status status = gj_desk_query(desk, T(query), &text, &error);
    return answer_of(status, text, error);
}

/* Registers a case of `community` under a command's id. */
static answer enter(const gj_desk *desk, const char *community, const char *id, const char *recorded_at) {
    char command[512];
    gj_text *text = NULL;
    gj_error *error = NULL;
    gj_status status;
    snprintf(
        command, sizeof command,
        "{\"id\":\"%s\",\"community\":\"%s\",\"actor\":{\"id\":\"wang\",\"role\":\"agent\"},\"recorded_at\":\"%s\","
        "\"do\":{\"case.register\":{\"channel\":\"hotline\",\"text\":\"厨房水管漏水了\"}}}",
        id, community, recorded_at);
    status = gj_desk_submit(desk, T(command), &text, &error);
    return answer_of(status, text, error);
}

#define NINE "2026-03-02T09:00:00+08:00"

/* How many cases of riverside the ledger lists; -1 if its journal does not hold. */
static long entered(const gj_desk *desk) {
    answer ledger = ask(desk, "{\"ledger\": {\"community\": \"riverside\", \"limit\": 1000}}");
    answer verify = ask(desk, "{\"verify\": {\"community\": \"riverside\"}}");
    long n = (long)json_count(json_get(ledger.value, "ledger"));
    json *whole = json_read(T("{\"verify\": {\"broken\": null}}"), NULL);
    char where[64];
    if (!check(json_fits(whole, verify.value, where, sizeof where), "the journal does not hold: %s",
               gj_text_data(verify.text, NULL)))
        n = -1;
    json_free(whole);
    answer_free(&ledger);
    answer_free(&verify);
    return n;
}

static int taken(answer it) {
    int good = it.status == GJ_OK && !json_get(it.value, "repeated");
    if (it.status != GJ_OK) printf("    %s: %s\n", it.id, gj_error_message(it.error, NULL));
    answer_free(&it);
    return good;
}

static void wrong_commands(void) {
    static const char long_id[] = "0123456789012345678901234567890123456789012345678901234567890123x";
    gj_desk *desk = desk_at(NULL, NULL);
    gj_text *text = NULL;
    answer it;

    WRONG(gj_desk_submit(desk, NONE, &text, &error), NULL);
    WRONG(gj_desk_submit(desk, NULL, 5, &text, &error), "command");
    WRONG(gj_desk_submit(desk, T("\xFF"), &text, &error), "command");
    WRONG(gj_desk_submit(desk, T("{}"), &text, &error), NULL);
    WRONG(gj_desk_submit_all(desk, T("{}"), &text, &error), NULL);
    WRONG(gj_desk_submit_all(desk, T("[{}]"), &text, &error), NULL);
    WRONG(gj_desk_query(desk, NONE, &text, &error), NULL);
    WRONG(gj_desk_query(desk, T("{\"gossip\": {}}"), &text, &error), NULL);
    FAILS(gj_desk_query(desk, T("{\"timeline\": {\"case_id\": \"nobody\"}}"), &text, &error), GJ_E_DATA, "desk.missing",
          "");
    WRONG(gj_desk_advance(desk, INT64_MAX, 1, &text, &error), "now");
    WRONG(gj_desk_adopt(desk, NULL, &text, &error), "rulebook");
    WRONG(gj_desk_extend(desk, T("[]"), INT64_MAX, &text, &error), "now");
    WRONG(gj_desk_extend(desk, NULL, 5, MONDAY, &text, &error), "days");
    WRONG(gj_desk_retime(desk, INT64_MIN, &text, &error), "now");
    WRONG(gj_desk_unlock(desk, NONE, &text, &error), NULL);
    WRONG(gj_desk_unlock(desk, NULL, 5, &text, &error), "opener");
    WRONG(gj_desk_unlock(desk, T("{\"key\": \"00\"}"), &text, &error), "key");
    WRONG(gj_desk_unlock(desk, T("{\"door\": \"00\"}"), &text, &error), NULL);
    FAILS(gj_desk_unlock(desk, T("{\"passphrase\": \"short\"}"), &text, &error), GJ_E_DATA, "vault.short", "");
    FAILS(gj_desk_rotate(desk, T("{\"passphrase\": \"correct horse battery\"}"), &text, &error), GJ_E_DATA, "vault.locked",
          "");
    WRONG(gj_desk_ask(desk, T("{}"), &text, &error), NULL);
    WRONG(gj_desk_ask(desk, NULL, 5, &text, &error), "request");
    it = enter(desk, "riverside", long_id, NINE);
    want_error(__LINE__, &it, GJ_E_ARGUMENT, "argument", "id");
    it = enter(desk, "", "k-1", NINE);
    want_error(__LINE__, &it, GJ_E_ARGUMENT, "argument", "community");
    it = enter(desk, "river\\u0000side", "k-1", NINE);
    want_error(__LINE__, &it, GJ_E_ARGUMENT, "argument", "community");
    it = enter(desk, "riverside", "k-1", "2026-03-02T09:00:00");
    want_error(__LINE__, &it, GJ_E_ARGUMENT, "argument", "recorded_at");
    CHECK(entered(desk) == 0);

    /* 64 bytes are an id, and a repeat is the same command. */
    CHECK(taken(enter(desk, "riverside", long_id + 1, NINE)));
    it = enter(desk, "riverside", long_id + 1, NINE);
    CHECK(it.status == GJ_OK && json_get(it.value, "repeated") && json_get(it.value, "repeated")->kind == JSON_TRUE);
    answer_free(&it);
    it = enter(desk, "riverside", long_id + 1, "2026-03-02T09:00:01+08:00");
    want_error(__LINE__, &it, GJ_E_DATA, "desk.command_reused", "");
    CHECK(entered(desk) == 1);
    gj_desk_close(desk);
}

/* A desk under a company's own rulebook reports under it; the rulebook may be freed. */
static void own_rulebook(void) {
    gj_rulebook *night = load(NIGHT);
    gj_desk *desk = NULL;
    answer it;
    const char *pin;
    CHECK(gj_desk_open(NONE, night, NONE, &desk, NULL) == GJ_OK);
    gj_rulebook_free(night);
    CHECK(taken(enter(desk, "riverside", "k-1", NINE)));
    it = ask(desk, "{\"month\": {\"community\": \"riverside\", \"month\": \"2026-03-01\", \"now\": \"" NINE "\"}}");
    pin = json_text(json_get(it.value, "month"), "rulebook");
    check(pin && strncmp(pin, "night@2#", 8) == 0, "the report is under %s", pin ? pin : it.id);
    answer_free(&it);
    gj_desk_close(desk);
}

static void backwards(void) {
    gj_desk *desk = desk_at(NULL, NULL);
    gj_text *text = NULL;
    answer it;
    CHECK(taken(enter(desk, "riverside", "k-1", NINE)));
    CHECK(gj_desk_advance(desk, MONDAY + 48 * HOUR, 1000, &text, NULL) == GJ_OK);
    gj_text_free(text);
    FAILS(gj_desk_advance(desk, MONDAY, 1000, &text, &error), GJ_E_DATA, "desk.clock_backwards", "");
    it = enter(desk, "riverside", "k-2", NINE);
    CHECK(json_text(json_get(it.value, "refusal"), "code") != NULL);
    want_error(__LINE__, &it, GJ_E_DATA, "desk.clock_backwards", "");
    CHECK(entered(desk) == 1);
    gj_desk_close(desk);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static void write_file(const char *path, long at, const char *bytes, size_t len) {
    FILE *file = fopen(path, at ? "r+b" : "wb");
    if (!file || fseek(file, at, SEEK_SET) != 0 || fwrite(bytes, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static void foreign_files(void) {
    char folder[256], path[300];
    gj_desk *desk = NULL;
    make_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/desk.db", folder);
    WRONG(gj_desk_open("", 0, NULL, NONE, &desk, &error), "path");
    WRONG(gj_desk_open("a\0b", 3, NULL, NONE, &desk, &error), "path");
    WRONG(gj_desk_open(T("\xFF"), NULL, NONE, &desk, &error), "path");
    FAILS(gj_desk_open(T(folder), NULL, NONE, &desk, &error), GJ_E_STORAGE, "store.failed", "");
    FAILS(gj_desk_open(T("/nowhere/desk.db"), NULL, NONE, &desk, &error), GJ_E_STORAGE, "store.failed", "");
    WRONG(gj_desk_open(T(path), NULL, T("{\"durability\": \"eternal\"}"), &desk, &error), "durability");
    WRONG(gj_desk_open(T(path), NULL, T("{\"speed\": 1}"), &desk, &error), NULL);
    WRONG(gj_desk_open(NONE, NULL, T("{\"busy_timeout_ms\": -1}"), &desk, &error), "busy_timeout_ms");

    write_file(path, 0, T("Dear diary, this is no database, however long it goes on and on and on and on.\n"));
    FAILS(gj_desk_open(T(path), NULL, NONE, &desk, &error), GJ_E_STORAGE, "store.not_ours", "");
    unlink(path);

    /* A file of ours whose marks are another program's, or of a later version (the SQLite file format, bytes 60 and 68). */
    gj_desk_close(desk_at(path, "{\"durability\": \"normal\"}"));
    write_file(path, 68, "\0\0\0\1", 4);
    FAILS(gj_desk_open(T(path), NULL, NONE, &desk, &error), GJ_E_STORAGE, "store.not_ours", "");
    write_file(path, 68, "\x67\x6A\0\1", 4);
    write_file(path, 60, "\0\0\0\x63", 4);
    FAILS(gj_desk_open(T(path), NULL, NONE, &desk, &error), GJ_E_STORAGE, "store.newer", "");
    CHECK(desk == NULL);
    drop_folder(folder);
}

/* Another process that writes to the database: it holds SQLite's write lock (WAL-index format: byte 120 of the -shm
 * file) until it is killed, or we are gone. */
static pid_t another_writer(const char *path) {
    char file[300], byte = 0;
    int ready[2], alive[2];
    struct flock lock;
    pid_t child;
    snprintf(file, sizeof file, "%s-shm", path);
    if (pipe(ready) != 0 || pipe(alive) != 0) abort();
    child = fork();
    if (child == 0) {
        int fd = open(file, O_RDWR);
        close(alive[1]);
        memset(&lock, 0, sizeof lock);
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = 120;
        lock.l_len = 1;
        if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "r", 1) != 1) _exit(1);
        while (read(alive[0], &byte, 1) > 0) continue;
        _exit(0);
    }
    close(ready[1]);
    close(alive[0]);
    check(child > 0 && read(ready[0], &byte, 1) == 1, "no second process holds the lock");
    close(ready[0]);
    return child;
}

static void busy(void) {
    char folder[256], path[300];
    gj_desk *desk, *second = NULL;
    pid_t writer;
    answer it;
    make_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/desk.db", folder);
    desk = desk_at(path, "{\"busy_timeout_ms\": 20}");
    CHECK(taken(enter(desk, "riverside", "k-1", NINE)));
    writer = another_writer(path);
    it = enter(desk, "riverside", "k-2", NINE);
    want_error(__LINE__, &it, GJ_E_STORAGE, "store.busy", "");
    FAILS(gj_desk_open(T(path), NULL, T("{\"busy_timeout_ms\": 20}"), &second, &error), GJ_E_STORAGE, "store.busy", "");
    /* Readers need not wait. */
    CHECK(entered(desk) == 1);
    CHECK(kill(writer, SIGKILL) == 0 && waitpid(writer, NULL, 0) == writer);
    CHECK(taken(enter(desk, "riverside", "k-2", NINE)));
    /* Two desks on one file see each other's work. */
    second = desk_at(path, NULL);
    CHECK(taken(enter(second, "riverside", "k-3", NINE)));
    CHECK(entered(desk) == 3);
    gj_desk_close(second);
    gj_desk_close(desk);
    drop_folder(folder);
}

static void full_disk(void) {
    char folder[256], path[300], id[32];
    gj_desk *desk, *second = NULL;
    long n = 0;
    answer it;
    make_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/desk.db", folder);
    FAILS(gj_desk_open(T(path), NULL, T("{\"max_pages\": 8}"), &second, &error), GJ_E_STORAGE, "store.full", "");
    desk = desk_at(path, "{\"max_pages\": 150, \"durability\": \"normal\"}");
    for (;;) {
        snprintf(id, sizeof id, "k-%ld", n);
        it = enter(desk, "riverside", id, NINE);
        if (it.status != GJ_OK || n > 5000) break;
        answer_free(&it);
        n++;
    }
    want_error(__LINE__, &it, GJ_E_STORAGE, "store.full", "");
    check(n > 0 && entered(desk) == n, "%ld cases were taken, the ledger has others", n);
    /* It is full, not spoilt: it says so again, and goes on where there is room. */
    it = enter(desk, "riverside", id, NINE);
    want_error(__LINE__, &it, GJ_E_STORAGE, "store.full", "");
    gj_desk_close(desk);
    desk = desk_at(path, NULL);
    CHECK(entered(desk) == n);
    CHECK(taken(enter(desk, "riverside", id, NINE)));
    CHECK(entered(desk) == n + 1);
    gj_desk_close(desk);
    drop_folder(folder);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

enum { THREADS = 4, EACH = 25 };

typedef struct {
    const gj_desk *desk;
    const gj_calendar *calendar;
    int number, good;
} caller;

static void *calls(void *of) {
    caller *me = (caller *)of;
    int n;
    for (n = 0; n < EACH; n++) {
        char command[512];
        gj_text *text = NULL;
        int64_t due = 0;
        snprintf(command, sizeof command,
                 "{\"id\":\"t%d-%d\",\"community\":\"riverside\",\"actor\":{\"id\":\"wang\",\"role\":\"agent\"},"
                 "\"recorded_at\":\"" NINE
                 "\",\"do\":{\"case.register\":{\"channel\":\"wechat\",\"text\":\"路灯不亮\"}}}",
                 me->number, n);
        me->good += gj_desk_submit(me->desk, T(command), &text, NULL) == GJ_OK;
        me->good += *gj_text_ascii(text, NULL) == '{';
        me->good += gj_calendar_deadline(me->calendar, MONDAY, T("4 h"), &due, NULL, NULL) == GJ_OK;
        me->good += due > MONDAY;
        gj_text_free(text);
    }
    return NULL;
}

/* Callers of one desk queue; a calendar is shared by all. */
static void threads(void) {
    gj_calendar *calendar = office();
    gj_desk *desk = desk_at(NULL, NULL);
    pthread_t thread[THREADS];
    caller one[THREADS];
    int n;
    for (n = 0; n < THREADS; n++) {
        one[n].desk = desk;
        one[n].calendar = calendar;
        one[n].number = n;
        one[n].good = 0;
        if (pthread_create(&thread[n], NULL, calls, &one[n]) != 0) abort();
    }
    for (n = 0; n < THREADS; n++) {
        pthread_join(thread[n], NULL);
        check(one[n].good == 4 * EACH, "thread %d: %d of %d went well", n, one[n].good, 4 * EACH);
    }
    CHECK(entered(desk) == THREADS * EACH);
    gj_desk_close(desk);
    gj_calendar_free(calendar);
}

/* --- garbage ------------------------------------------------------------------------------------------------------ */

static uint32_t drawn(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Spoils a text: other bytes, a piece cut out, a piece twice. The result has no terminator. */
static size_t spoil(const char *text, char *out, uint32_t *state) {
    size_t len = strlen(text), at = drawn(state) % len, n = 1 + drawn(state) % 8, rest;
    if (n > len - at) n = len - at;
    rest = len - at - n;
    memcpy(out, text, len);
    switch (drawn(state) % 3) {
    case 0: out[at] = (char)drawn(state); return len;
    case 1: memmove(out + at, out + at + n, rest); return len - n;
    default: memmove(out + at + n, text + at, n + rest); return len + n;
    }
}

/* Whatever comes in is answered, and never by a panic. */
static void garbage(void) {
    static const char *const seeds[] = {
        "{\"id\":\"k-1\",\"community\":\"riverside\",\"actor\":{\"id\":\"wang\",\"role\":\"agent\"},\"recorded_at\":"
        "\"" NINE "\","
        "\"do\":{\"case.register\":{\"channel\":\"hotline\",\"text\":\"厨房水管漏水了\"}}}",
        "{\"ledger\":{\"community\":\"riverside\",\"from\":\"" NINE "\",\"status\":\"assigned\",\"limit\":10}}",
        "{\"calendar\":{\"time_zone\":\"Asia/"
        "Shanghai\",\"table\":\"china\",\"hours\":{\"mon-fri\":[\"08:30-12:00\",\"22:30-06:00\"]}},"
        "\"start\":\"" NINE "\",\"budget\":{\"working_days\":-5,\"land\":\"close\"}}",
        "{\"total\":\"-1000.05\",\"shares\":[{\"key\":\"a\",\"weight\":\"89.5\"},{\"key\":\"b\",\"weight\":\"0."
        "000001\"}]}",
        NIGHT,
        "-99999999 working_days",
        "{\"actor\": {\"id\": \"li\", \"role\": \"agent\"}, \"purpose\": \"service\", \"at\": \"2026-03-02T09:00:00Z\", \"ask\": "
        "{\"contact_card\": {\"by\": {\"phone\": \"13800001234\"}}}}",
    };
    gj_desk *desk = desk_at(NULL, NULL);
    gj_calendar *calendar = office();
    char spoilt[2048];
    uint32_t state = 20260302;
    size_t n, round;
    for (round = 0; round < 300; round++) {
        for (n = 0; n < sizeof seeds / sizeof *seeds; n++) {
            size_t len = spoil(seeds[n], spoilt, &state);
            gj_text *text[8] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
            gj_rulebook *rulebook = NULL;
            int64_t due;
            int bad = 0, i;
            bad |= gj_desk_submit(desk, spoilt, len, &text[0], NULL) == GJ_E_INTERNAL;
            bad |= gj_desk_query(desk, spoilt, len, &text[1], NULL) == GJ_E_INTERNAL;
            bad |= gj_call(NULL, T("calendar.deadline"), spoilt, len, &text[2], NULL) == GJ_E_INTERNAL;
            bad |= gj_call(NULL, T("calendar.explain"), spoilt, len, &text[3], NULL) == GJ_E_INTERNAL;
            bad |= gj_call(NULL, T("money.apportion"), spoilt, len, &text[4], NULL) == GJ_E_INTERNAL;
            bad |= gj_call(NULL, spoilt, len, NONE, &text[5], NULL) == GJ_E_INTERNAL;
            bad |= gj_rulebook_check(spoilt, len, spoilt, len, &text[6], NULL) == GJ_E_INTERNAL;
            bad |= gj_desk_ask(desk, spoilt, len, &text[7], NULL) == GJ_E_INTERNAL;
            bad |= gj_rulebook_load(spoilt, len, &rulebook, NULL) == GJ_E_INTERNAL;
            bad |= gj_calendar_deadline(calendar, MONDAY, spoilt, len, &due, NULL, NULL) == GJ_E_INTERNAL;
            check(!bad, "an internal error for %.*s", (int)len, spoilt);
            for (i = 0; i < 8; i++) gj_text_free(text[i]);
            gj_rulebook_free(rulebook);
        }
    }
    gj_calendar_free(calendar);
    gj_desk_close(desk);
}

void run_boundary(void) {
    versions();
    null_pointers();
    crooked_text();
    reading();
    classifiers_without_pointers();
    wrong_examples();
    thresholds();
    models();
    classifiers();
    operations();
    contexts();
    working_time();
    arrays();
    arrays_of_instants_and_dates();
    cost();
    ten_mistakes();
    wrong_commands();
    own_rulebook();
    backwards();
    foreign_files();
    busy();
    full_disk();
    threads();
    garbage();
}
