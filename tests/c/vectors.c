/* Runs tests/vectors: the form of a file is told in its README. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define HOUR INT64_C(3600000000)
/* A step without a limit of its own. */
#define NO_LIMIT 1000000

/* --- text forms --------------------------------------------------------------------------------------------------- */

static int digits(const char **at, int n, int *out) {
    *out = 0;
    while (n-- > 0) {
        if (**at < '0' || **at > '9') return 0;
        *out = 10 * *out + (*(*at)++ - '0');
    }
    return 1;
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int32_t days_of(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
    return (int32_t)(365L * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468L);
}

static int parse_date(const char **at, int32_t *out) {
    int year, month, day;
    if (!digits(at, 4, &year) || *(*at)++ != '-' || !digits(at, 2, &month) || *(*at)++ != '-' || !digits(at, 2, &day))
        return 0;
    *out = days_of(year, month, day);
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int64_t fraction(const char **at) {
    int64_t micros = 0, unit = 100000;
    if (**at != '.') return 0;
    for (++*at; **at >= '0' && **at <= '9'; ++*at, unit /= 10) micros += unit * (**at - '0');
    return micros;
}

/* RFC 3339 with an offset, in microseconds since 1970 UTC. */
static int parse_instant(const char *at, int64_t *out) {
    int32_t days;
    int hour, minute, second, off_hour = 0, off_minute = 0, sign = 0;
    int64_t micros;
    if (!at || !parse_date(&at, &days) || (*at != 'T' && *at != ' ')) return 0;
    at++;
    if (!digits(&at, 2, &hour) || *at++ != ':' || !digits(&at, 2, &minute) || *at++ != ':' || !digits(&at, 2, &second))
        return 0;
    micros = fraction(&at);
    if (*at == 'Z') {
        at++;
    } else if (*at == '+' || *at == '-') {
        sign = *at++ == '+' ? 1 : -1;
        if (!digits(&at, 2, &off_hour) || *at++ != ':' || !digits(&at, 2, &off_minute)) return 0;
    } else {
        return 0;
    }
    *out = (((int64_t)days * 24 + hour - sign * off_hour) * 60 + minute - sign * off_minute) * 60000000 +
           second * INT64_C(1000000) + micros;
    return *at == 0;
}

static int64_t unit_of(const char *name) {
    static const struct {
        const char *name;
        int64_t micros;
    } units[] = {{"H", HOUR},        {"h", HOUR},        {"hours", HOUR},          {"hour", HOUR},
                 {"M", HOUR / 60},   {"min", HOUR / 60}, {"minutes", HOUR / 60},   {"minute", HOUR / 60},
                 {"S", HOUR / 3600}, {"s", HOUR / 3600}, {"seconds", HOUR / 3600}, {"second", HOUR / 3600}};
    size_t n;
    for (n = 0; n < sizeof units / sizeof *units; n++)
        if (strcmp(units[n].name, name) == 0) return units[n].micros;
    return 0;
}

/* One number in millionths: lengths have at most six decimals. */
static int parse_number(const char **at, int64_t *out) {
    int64_t whole = 0;
    const char *from = *at;
    for (; **at >= '0' && **at <= '9'; ++*at) whole = 10 * whole + (**at - '0');
    if (*at == from) return 0;
    *out = 1000000 * whole + fraction(at);
    return 1;
}

/* `PT1H30M`, `-PT0.5S`, `15 min`; days are no length. */
static int parse_length(const char *at, int64_t *out) {
    int sign = 1;
    int64_t number, total = 0;
    char unit[2] = {0, 0};
    if (!at) return 0;
    if (*at == '-') sign = -1, at++;
    if (strncmp(at, "PT", 2) != 0) {
        if (!parse_number(&at, &number) || *at++ != ' ' || !unit_of(at)) return 0;
        *out = sign * (number * (unit_of(at) / 1000000));
        return 1;
    }
    for (at += 2; *at; at++) {
        if (!parse_number(&at, &number)) return 0;
        unit[0] = *at;
        if (!unit_of(unit)) return 0;
        total += number * (unit_of(unit) / 1000000);
    }
    *out = sign * total;
    return 1;
}

/* --- cases -------------------------------------------------------------------------------------------------------- */

/* What a case or step is called when it fails. */
typedef struct {
    const char *file, *name;
} place;

/* Whether an answer is what `wanted` (a case or a step) expects; tells how not. */
static int check_wanted(place at, const char *form, const json *wanted, const answer *got) {
    const json *expect = json_get(wanted, "expect"), *error = json_get(wanted, "error");
    const char *code = json_text(error, "code"), *path = json_text(error, "path");
    char where[256];
    if (!check((expect != NULL) != (error != NULL), "%s: %s: has neither or both of expect and error", at.file,
               at.name))
        return 0;
    if (expect && got->status != GJ_OK)
        return check(0, "%s: %s, %s: expected %.*s\n    got the error %s at `%s`: %s", at.file, at.name, form,
                     (int)expect->source_len, expect->source, got->id, got->path, gj_error_message(got->error, NULL));
    if (expect)
        return check(json_fits(expect, got->value, where, sizeof where),
                     "%s: %s, %s: at `%s` expected %.*s\n    got %s", at.file, at.name, form, where,
                     (int)expect->source_len, expect->source, gj_text_data(got->text, NULL));
    if (got->status == GJ_OK)
        return check(0, "%s: %s, %s: expected the error %s\n    got %s", at.file, at.name, form, code,
                     gj_text_data(got->text, NULL));
    return check(code && strcmp(code, got->id) == 0 && (!path || strcmp(path, got->path) == 0),
                 "%s: %s, %s: expected the error %s at `%s`\n    got %s at `%s`: %s", at.file, at.name, form,
                 code ? code : "(none)", path ? path : "(anywhere)", got->id, got->path,
                 gj_error_message(got->error, NULL));
}

/* A typed call went as the call by name did: it gave the same number, or an error of the same id. */
static void check_same(place at, const char *form, const answer *named, gj_status status, gj_error *error,
                       int64_t wanted, int64_t got) {
    answer typed = answer_of(status, NULL, error);
    if (named->status != GJ_OK) {
        check(status == named->status && strcmp(typed.id, named->id) == 0, "%s: %s, %s: by name the error %s, typed %s",
              at.file, at.name, form, named->id, status ? typed.id : "none");
    } else if (check(status == GJ_OK, "%s: %s, %s: by name an answer, typed the error %s", at.file, at.name, form,
                     typed.id)) {
        check(wanted == got, "%s: %s, %s: by name %lld, typed %lld", at.file, at.name, form, (long long)wanted,
              (long long)got);
    }
    answer_free(&typed);
}

static gj_status calendar_of(const gj_context *context, const json *calendar, gj_calendar **out, gj_error **error) {
    if (calendar && calendar->kind == JSON_TEXT)
        return gj_calendar_named(context, calendar->text, calendar->text_len, out, error);
    if (calendar) return gj_calendar_new(calendar->source, calendar->source_len, out, error);
    return gj_calendar_new(NULL, 0, out, error);
}

/* Rows around the one that matters: an hour earlier, absent, and out of range. */
enum { ROWS = 4 };
static const gj_status ROW_STATUS[ROWS] = {GJ_OK, GJ_OK, GJ_OK, GJ_E_ARGUMENT};

static void spread(int64_t *rows, int64_t value) {
    rows[0] = value - HOUR;
    rows[1] = value;
    rows[2] = GJ_NULL;
    rows[3] = INT64_MAX;
}

/* The rows around came out as they should, and the first as it does alone. */
static void check_rows(place at, const char *form, const int64_t *out, const gj_status *status, gj_status wanted_status,
                       int64_t wanted, gj_status first_status, int64_t first) {
    check(status[1] == wanted_status && out[1] == (wanted_status ? GJ_NULL : wanted),
          "%s: %s, %s among others: status %d and %lld, alone %d and %lld", at.file, at.name, form, status[1],
          (long long)out[1], wanted_status, (long long)wanted);
    check(status[0] == first_status && out[0] == (first_status ? GJ_NULL : first),
          "%s: %s, %s: the row before: status %d and %lld, alone %d and %lld", at.file, at.name, form, status[0],
          (long long)out[0], first_status, (long long)first);
    check(status[2] == ROW_STATUS[2] && out[2] == GJ_NULL, "%s: %s, %s: an absent row: %d, %lld", at.file, at.name,
          form, status[2], (long long)out[2]);
    check(status[3] == ROW_STATUS[3] && out[3] == GJ_NULL, "%s: %s, %s: a row out of range: %d, %lld", at.file, at.name,
          form, status[3], (long long)out[3]);
}

static void typed_after(place at, const gj_calendar *calendar, int64_t start, int64_t length, const answer *named,
                        int64_t wanted) {
    int64_t got = 0, starts[ROWS], lengths[ROWS], out[ROWS], first = 0;
    gj_status status[ROWS], whole, one;
    gj_error *error = NULL;
    whole = gj_calendar_after(calendar, start, length, &got, &error);
    check_same(at, "after", named, whole, error, wanted, got);
    CHECK(gj_calendar_after_many(calendar, &start, &length, 1, out, status, NULL) == GJ_OK);
    check(status[0] == whole && out[0] == (whole ? GJ_NULL : got), "%s: %s: after_many of one", at.file, at.name);
    spread(starts, start);
    lengths[0] = lengths[1] = lengths[2] = lengths[3] = length;
    one = gj_calendar_after(calendar, starts[0], length, &first, NULL);
    CHECK(gj_calendar_after_many(calendar, starts, lengths, ROWS, out, status, NULL) == GJ_OK);
    check_rows(at, "after_many", out, status, whole, got, one, first);
}

static void typed_deadline(place at, const gj_calendar *calendar, const json *args, const answer *named) {
    const json *budget = json_get(args, "budget");
    const json *said = json_get(named->value, "provisional");
    const char *text = budget && budget->kind == JSON_TEXT ? budget->text : budget ? budget->source : NULL;
    size_t len = budget ? budget->kind == JSON_TEXT ? budget->text_len : budget->source_len : 0;
    int64_t start, wanted = 0, got = 0, first = 0, length, starts[ROWS], out[ROWS];
    int32_t provisional = 7, first_provisional, flags[ROWS];
    gj_status status[ROWS], whole, one;
    gj_error *error = NULL;
    if (!budget || !parse_instant(json_text(args, "start"), &start)) {
        check(named->status != GJ_OK, "%s: %s: arguments that the typed form cannot take", at.file, at.name);
        return;
    }
    if (named->status == GJ_OK && !parse_instant(json_text(named->value, "due"), &wanted))
        check(0, "%s: %s: the due time is no instant", at.file, at.name);
    whole = gj_calendar_deadline(calendar, start, text, len, &got, &provisional, &error);
    check_same(at, "deadline", named, whole, error, wanted, got);
    check(provisional == (said && said->kind == JSON_TRUE), "%s: %s: provisional %d", at.file, at.name, provisional);
    if (named->status == GJ_OK || strncmp(named->id, "calendar.", strlen("calendar.")) == 0) {
        CHECK(gj_calendar_deadlines(calendar, &start, 1, text, len, out, flags, status, NULL) == GJ_OK);
        check(status[0] == whole && out[0] == (whole ? GJ_NULL : got) && flags[0] == provisional,
              "%s: %s: deadlines of one", at.file, at.name);
        spread(starts, start);
        one = gj_calendar_deadline(calendar, starts[0], text, len, &first, &first_provisional, NULL);
        CHECK(gj_calendar_deadlines(calendar, starts, ROWS, text, len, out, flags, status, NULL) == GJ_OK);
        check_rows(at, "deadlines", out, status, whole, got, one, first);
        check(flags[0] == first_provisional && flags[1] == provisional && flags[2] == 0 && flags[3] == 0,
              "%s: %s: provisional among others", at.file, at.name);
        if (budget->kind == JSON_TEXT && parse_length(text, &length))
            typed_after(at, calendar, start, length, named, wanted);
    }
}

static void typed_elapsed(place at, const gj_calendar *calendar, const json *args, const answer *named) {
    int64_t from, to, wanted = 0, got = 0, first = 0, froms[ROWS], tos[ROWS], out[ROWS];
    gj_status status[ROWS], whole, one;
    gj_error *error = NULL;
    if (!parse_instant(json_text(args, "from"), &from) || !parse_instant(json_text(args, "to"), &to)) {
        check(named->status != GJ_OK, "%s: %s: arguments that the typed form cannot take", at.file, at.name);
        return;
    }
    if (named->status == GJ_OK && !parse_length(json_text(named->value, "elapsed"), &wanted))
        check(0, "%s: %s: the result is no length", at.file, at.name);
    whole = gj_calendar_elapsed(calendar, from, to, &got, &error);
    check_same(at, "elapsed", named, whole, error, wanted, got);
    CHECK(gj_calendar_elapsed_many(calendar, &from, &to, 1, out, status, NULL) == GJ_OK);
    check(status[0] == whole && out[0] == (whole ? GJ_NULL : got), "%s: %s: elapsed_many of one", at.file, at.name);
    spread(froms, from);
    tos[0] = tos[1] = tos[2] = tos[3] = to;
    one = gj_calendar_elapsed(calendar, froms[0], to, &first, NULL);
    CHECK(gj_calendar_elapsed_many(calendar, froms, tos, ROWS, out, status, NULL) == GJ_OK);
    check_rows(at, "elapsed_many", out, status, whole, got, one, first);
}

static void typed_instant(place at, const char *op, const gj_calendar *calendar, const json *args,
                          const answer *named) {
    int64_t instant, wanted = 0, got = 0, first = 0, instants[ROWS], out[ROWS];
    int32_t open = 0;
    int8_t flags[ROWS];
    gj_status status, one, rows[ROWS];
    gj_error *error = NULL;
    if (!parse_instant(json_text(args, "at"), &instant)) {
        check(named->status != GJ_OK, "%s: %s: arguments that the typed form cannot take", at.file, at.name);
        return;
    }
    if (strcmp(op, "calendar.is_open") == 0) {
        const json *said = json_get(named->value, "open");
        status = gj_calendar_is_open(calendar, instant, &open, &error);
        check_same(at, "is_open", named, status, error, said && said->kind == JSON_TRUE, open);
        spread(instants, instant);
        CHECK(gj_calendar_is_open_many(calendar, instants, ROWS, flags, rows, NULL) == GJ_OK);
        check(rows[1] == status && flags[1] == (status ? -1 : open), "%s: %s: is_open_many", at.file, at.name);
        check(rows[2] == ROW_STATUS[2] && flags[2] == -1 && rows[3] == ROW_STATUS[3] && flags[3] == -1,
              "%s: %s: is_open_many of rows without answer", at.file, at.name);
        return;
    }
    if (named->status == GJ_OK && !parse_instant(json_text(named->value, "at"), &wanted))
        check(0, "%s: %s: the result is no instant", at.file, at.name);
    status = strcmp(op, "calendar.next_open") == 0 ? gj_calendar_next_open(calendar, instant, &got, &error)
                                                   : gj_calendar_prev_close(calendar, instant, &got, &error);
    check_same(at, op, named, status, error, wanted, got);
    spread(instants, instant);
    if (strcmp(op, "calendar.next_open") == 0) {
        one = gj_calendar_next_open(calendar, instants[0], &first, NULL);
        CHECK(gj_calendar_next_open_many(calendar, instants, ROWS, out, rows, NULL) == GJ_OK);
    } else {
        one = gj_calendar_prev_close(calendar, instants[0], &first, NULL);
        CHECK(gj_calendar_prev_close_many(calendar, instants, ROWS, out, rows, NULL) == GJ_OK);
    }
    check_rows(at, op, out, rows, status, got, one, first);
}

static void typed_days(place at, const gj_calendar *calendar, const json *args, const answer *named) {
    const char *from_text = json_text(args, "from"), *to_text = json_text(args, "to");
    long long wanted = 0;
    int32_t from, to;
    int64_t got = 0, one;
    gj_status status, row;
    gj_error *error = NULL;
    if (!from_text || !to_text || !parse_date(&from_text, &from) || !parse_date(&to_text, &to)) {
        check(named->status != GJ_OK, "%s: %s: arguments that the typed form cannot take", at.file, at.name);
        return;
    }
    json_integer(json_get(named->value, "days"), &wanted);
    status = gj_calendar_working_days_between(calendar, from, to, &got, &error);
    check_same(at, "working_days_between", named, status, error, wanted, got);
    CHECK(gj_calendar_working_days_between_many(calendar, &from, &to, 1, &one, &row, NULL) == GJ_OK);
    check(row == status && one == (status ? GJ_NULL : got), "%s: %s: working_days_between_many", at.file, at.name);
}

/* The grown calendar is that of the rules which the call by name gives. */
static void typed_extend(place at, const gj_calendar *calendar, const json *args, const answer *named) {
    const json *days = json_get(args, "days"), *rules = json_get(named->value, "rules");
    int is_text = days && days->kind == JSON_TEXT;
    int32_t from = days_of(2026, 1, 1), to = days_of(2029, 1, 1), day;
    gj_calendar *grown = NULL, *wanted = NULL;
    gj_error *error = NULL;
    gj_status status;
    if (!days || json_get(args, "version") || json_get(args, "known_until")) return;
    status = gj_calendar_extend(calendar, is_text ? days->text : days->source, is_text ? days->text_len : days->source_len,
                                &grown, &error);
    check_same(at, "extend", named, status, error, 0, 0);
    if (grown && rules && CHECK(gj_calendar_new(rules->source, rules->source_len, &wanted, NULL) == GJ_OK)) {
        for (day = from; day < to; day++) {
            int64_t one = -1, other = -2;
            gj_calendar_working_days_between(grown, day, day + 1, &one, NULL);
            gj_calendar_working_days_between(wanted, day, day + 1, &other, NULL);
            check(one == other, "%s: %s: day %d of the grown calendar: %lld, of its rules %lld", at.file, at.name, day,
                  (long long)one, (long long)other);
        }
    }
    gj_calendar_free(grown);
    gj_calendar_free(wanted);
}

/* A wrong call by name may be one that types rule out: only what both forms can say is compared. */
static int can_be_typed(const char *op, const answer *named) {
    if (strncmp(op, "calendar.", 9) != 0 || strcmp(op, "calendar.explain") == 0) return 0;
    return named->status == GJ_OK || named->status == GJ_E_DATA || strncmp(named->path, "calendar", 8) == 0 ||
           strncmp(named->path, "budget", 6) == 0;
}

/* Every typed form of an operation must say what the call by name says. */
static void run_typed(place at, const gj_context *context, const char *op, const json *args, const answer *named) {
    gj_calendar *calendar = NULL;
    gj_error *error = NULL;
    gj_status status;
    if (!can_be_typed(op, named)) return;
    status = calendar_of(context, json_get(args, "calendar"), &calendar, &error);
    if (status != GJ_OK) {
        check_same(at, "calendar", named, status, error, 0, 0);
        return;
    }
    if (strcmp(op, "calendar.deadline") == 0) {
        typed_deadline(at, calendar, args, named);
    } else if (strcmp(op, "calendar.elapsed") == 0) {
        typed_elapsed(at, calendar, args, named);
    } else if (strcmp(op, "calendar.working_days_between") == 0) {
        typed_days(at, calendar, args, named);
    } else if (strcmp(op, "calendar.extend") == 0) {
        typed_extend(at, calendar, args, named);
    } else if (json_get(args, "at")) {
        typed_instant(at, op, calendar, args, named);
    }
    gj_calendar_free(calendar);
}

static int is_true(const json *value) { return value && value->kind == JSON_TRUE; }

static void check_label(place at, const gj_classifier *classifier, const answer *named, const char *key, int32_t field,
                        int32_t label) {
    const char *wanted = json_text(named->value, key), *got = gj_classifier_label(classifier, field, label, NULL);
    check(wanted && strcmp(wanted, got) == 0, "%s: %s, classify: %s is by name %s, typed %s", at.file, at.name, key,
          wanted ? wanted : "(none)", got);
}

static void check_confidence(place at, const answer *named, const char *key, const gj_choice *choice) {
    const json *wanted = json_get(json_get(named->value, "confidence"), key);
    check(wanted && wanted->kind == JSON_NUMBER && strtof(wanted->source, NULL) == choice->confidence,
          "%s: %s, classify: the confidence of %s is by name %.*s, typed %g", at.file, at.name, key,
          wanted ? (int)wanted->source_len : 0, wanted ? wanted->source : "", (double)choice->confidence);
}

/* The fields that are to be asked about, as bits. */
static int32_t asked(const json *ask) {
    static const struct {
        const char *field;
        int32_t bit;
    } bits[] = {{"kind", GJ_ASK_KIND}, {"topic", GJ_ASK_TOPIC}, {"urgency", GJ_ASK_URGENCY}, {"major", GJ_ASK_MAJOR}};
    int32_t all = 0;
    size_t n;
    for (ask = ask ? ask->child : NULL; ask; ask = ask->next)
        for (n = 0; n < sizeof bits / sizeof *bits; n++)
            if (json_text(ask, "field") && strcmp(json_text(ask, "field"), bits[n].field) == 0) all |= bits[n].bit;
    return all;
}

/* Labels by their places are those that the call by name tells, alone and among an earlier, an absent and a broken text. */
static void typed_labels(place at, const json *args, const answer *named) {
    const json *text = json_get(args, "text");
    const char *data[ROWS] = {"\xE6\xBC\x8F\xE6\xB0\xB4", NULL, NULL, "\xFF"};
    size_t lens[ROWS] = {6, 0, 0, 1};
    gj_classifier *classifier = NULL;
    gj_reading one, first, rows[ROWS];
    gj_status status[ROWS], alone;
    gj_error *error = NULL;
    if (!text || text->kind != JSON_TEXT || named->status != GJ_OK) return;
    if (!CHECK(gj_classifier_standard(&classifier, NULL) == GJ_OK)) return;
    alone = gj_classifier_classify(classifier, text->text, text->text_len, &one, &error);
    check_same(at, "classify", named, alone, error, 0, 0);
    check_label(at, classifier, named, "kind", GJ_FIELD_KIND, one.kind.label);
    check_label(at, classifier, named, "topic", GJ_FIELD_TOPIC, one.topic.label);
    check_label(at, classifier, named, "second_topic", GJ_FIELD_TOPIC, one.topic.second);
    check_label(at, classifier, named, "urgency", GJ_FIELD_URGENCY, one.urgency.label);
    check_confidence(at, named, "kind", &one.kind);
    check_confidence(at, named, "topic", &one.topic);
    check_confidence(at, named, "urgency", &one.urgency);
    check_confidence(at, named, "major", &one.major);
    check(one.major.label == is_true(json_get(named->value, "major")) &&
              one.raised == is_true(json_get(named->value, "raised")) &&
              one.known == is_true(json_get(named->value, "known")) &&
              one.ask == asked(json_get(named->value, "ask")),
          "%s: %s, classify: typed major %d, raised %d, known %d, ask %d\n    by name %s", at.file, at.name,
          one.major.label, one.raised, one.known, one.ask, gj_text_data(named->text, NULL));
    data[1] = text->text;
    lens[1] = text->text_len;
    CHECK(gj_classifier_classify(classifier, data[0], lens[0], &first, NULL) == GJ_OK);
    CHECK(gj_classifier_classify_many(classifier, data, lens, ROWS, rows, status, NULL) == GJ_OK);
    check(memcmp(status, ROW_STATUS, sizeof status) == 0, "%s: %s, classify_many: the statuses", at.file, at.name);
    check(memcmp(&rows[0], &first, sizeof first) == 0 && memcmp(&rows[1], &one, sizeof one) == 0,
          "%s: %s, classify_many: a row is not what it is alone", at.file, at.name);
    check(rows[2].topic.label == -1 && rows[3].topic.label == -1, "%s: %s, classify_many: rows without answer",
          at.file, at.name);
    gj_classifier_free(classifier);
}

static void run_case(const char *file, const gj_context *context, const json *one) {
    place at = {NULL, NULL};
    const char *op = json_text(one, "op");
    const json *args = json_get(one, "args");
    gj_text *text = NULL;
    gj_error *error = NULL;
    gj_status status;
    answer got;
    at.file = file;
    at.name = json_text(one, "name");
    if (!check(at.name && op && args, "%s: a case without name, op or args", file)) return;
    status = gj_call(context, op, strlen(op), args->source, args->source_len, &text, &error);
    got = answer_of(status, text, error);
    check_wanted(at, "by name", one, &got);
    run_typed(at, context, op, args, &got);
    if (strcmp(op, "classify.text") == 0) typed_labels(at, args, &got);
    answer_free(&got);
}

static gj_rulebook *rulebook_of(const char *file, const char *path) {
    gj_rulebook *rulebook = NULL;
    gj_error *error = NULL;
    size_t len;
    char *text = read_file(path, &len);
    gj_status status;
    answer loaded;
    if (!check(text != NULL, "%s: the rulebook %s cannot be read", file, path)) return NULL;
    status = gj_rulebook_load(text, len, &rulebook, &error);
    loaded = answer_of(status, NULL, error);
    check(rulebook != NULL, "%s: the rulebook %s: %s", file, path, gj_error_message(error, NULL));
    answer_free(&loaded);
    free(text);
    return rulebook;
}

/* --- scripts ------------------------------------------------------------------------------------------------------ */

static gj_status adopt(const char *file, gj_desk *desk, const char *path, gj_text **text, gj_error **error) {
    gj_rulebook *rulebook = rulebook_of(file, path);
    gj_status status = gj_desk_adopt(desk, rulebook, text, error);
    gj_rulebook_free(rulebook);
    return status;
}

/* Does one step; 0 if the file says none. */
static int take_step(const char *file, gj_desk *desk, const json *step, answer *out) {
    const json *submit = json_get(step, "submit"), *all = json_get(step, "submit_all"),
               *query = json_get(step, "query"), *unlock = json_get(step, "unlock"), *rotate = json_get(step, "rotate"),
               *ask = json_get(step, "ask");
    const char *advance = json_text(step, "advance"), *rulebook = json_text(step, "adopt"), *retime = json_text(step, "retime");
    const json *extend = json_get(step, "extend"), *days = json_get(extend, "days");
    long long limit = NO_LIMIT;
    int64_t now;
    gj_text *text = NULL;
    gj_error *error = NULL;
    gj_status status;
    if (submit) {
        status = gj_desk_submit(desk, submit->source, submit->source_len, &text, &error);
    } else if (all) {
        status = gj_desk_submit_all(desk, all->source, all->source_len, &text, &error);
    } else if (query) {
        status = gj_desk_query(desk, query->source, query->source_len, &text, &error);
    } else if (unlock) {
        status = gj_desk_unlock(desk, unlock->source, unlock->source_len, &text, &error);
    } else if (json_get(step, "lock")) {
        status = gj_desk_lock(desk, &text, &error);
    } else if (rotate) {
        status = gj_desk_rotate(desk, rotate->source, rotate->source_len, &text, &error);
    } else if (ask) {
        status = gj_desk_ask(desk, ask->source, ask->source_len, &text, &error);
    } else if (rulebook) {
        status = adopt(file, desk, rulebook, &text, &error);
    } else if (extend && parse_instant(json_text(extend, "now"), &now)) {
        status = gj_desk_extend(desk, days->source, days->source_len, now, &text, &error);
    } else if (parse_instant(retime, &now)) {
        status = gj_desk_retime(desk, now, &text, &error);
    } else if (parse_instant(advance, &now)) {
        json_integer(json_get(step, "limit"), &limit);
        status = gj_desk_advance(desk, now, (size_t)limit, &text, &error);
    } else {
        return 0;
    }
    *out = answer_of(status, text, error);
    return 1;
}

/* Plays a story; a step that goes wrong ends it. */
static void play(const char *file, const char *form, const gj_rulebook *rulebook, const char *path,
                 const json *script) {
    const json *steps = json_get(script, "steps"), *step;
    gj_desk *desk = NULL;
    gj_error *error = NULL;
    gj_status status = gj_desk_open(path, path ? strlen(path) : 0, rulebook, NULL, 0, &desk, &error);
    answer opened = answer_of(status, NULL, error);
    char name[256];
    int n = 0, going = check(status == GJ_OK, "%s: no desk %s: %s", file, form, gj_error_message(error, NULL));
    place at = {NULL, NULL};
    at.file = file;
    at.name = name;
    for (step = steps ? steps->child : NULL; step && going; step = step->next, n++) {
        answer got;
        snprintf(name, sizeof name, "%s, step %d", json_text(script, "name"), n);
        going = check(take_step(file, desk, step, &got), "%s: %s: is no step", file, name);
        if (going) {
            going = check_wanted(at, form, step, &got);
            answer_free(&got);
        }
    }
    gj_desk_close(desk);
    answer_free(&opened);
}

static void run_script(const char *file, const gj_rulebook *rulebook, const json *script) {
    char folder[256], path[300];
    if (!check(json_text(script, "name") && json_count(json_get(script, "steps")) > 0,
               "%s: a script without name or steps", file))
        return;
    play(file, "in memory", rulebook, NULL, script);
    make_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/desk.db", folder);
    play(file, "on a file", rulebook, path, script);
    drop_folder(folder);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

void run_vectors(const char *path) {
    size_t len = 0, where = 0;
    char *text = read_file(path, &len);
    json *file = text ? json_read(text, len, &where) : NULL;
    const char *book = json_text(file, "rulebook");
    const json *cases = json_get(file, "cases"), *scripts = json_get(file, "scripts"), *one;
    gj_rulebook *rulebook = book ? rulebook_of(path, book) : NULL;
    gj_context *context = NULL;
    check(text != NULL, "%s cannot be read", path);
    check(!text || file, "%s is no JSON at byte %lu", path, (unsigned long)where);
    check(!file || json_count(cases) + json_count(scripts) > 0, "%s holds nothing", path);
    if (file && (!book || rulebook) && CHECK(gj_context_new(rulebook, &context, NULL) == GJ_OK)) {
        for (one = cases ? cases->child : NULL; one; one = one->next) run_case(path, context, one);
        for (one = scripts ? scripts->child : NULL; one; one = one->next) run_script(path, rulebook, one);
    }
    gj_context_free(context);
    gj_rulebook_free(rulebook);
    json_free(file);
    free(text);
}
