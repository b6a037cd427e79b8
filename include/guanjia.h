/* guanjia.h - the customer service of a property-management company.
 * Generated from ffi/src; do not edit. Licence MIT OR Apache-2.0.
 *
 * Status    Each call returns one. When it is not GJ_OK, out_error gets an error object, and every other out_* is NULL
 *           or zero.
 * Pointers  None may be NULL unless its comment says so; out_error may always be. What goes out through a pointer to a
 *           pointer is yours: free it once with the free function of its type, which takes NULL too. All else is
 *           borrowed for the call. Arrays that are written to lie apart from all others.
 * Text      UTF-8 with its length in bytes. What comes in needs no terminator; what goes out has one, and lives as long
 *           as the object it was asked of. An empty text may be (NULL, 0).
 * Time      Instants are microseconds since 1970-01-01T00:00:00Z, lengths are microseconds. The library reads no clock:
 *           every time is told to it.
 * Threads   What is immutable may be shared by any threads, as may a desk, whose callers queue. No object may cross
 *           fork(), nor be used while it is freed. There is no global state, and no thread outlives a call.
 */

#ifndef GUANJIA_H
#define GUANJIA_H

#include <stddef.h>
#include <stdint.h>

/**
 * The version of this header; gj_version tells that of the library.
 */
#define GJ_VERSION "0.1.0"

/**
 * The version of this interface. It changes only when programs must be built anew.
 */
#define GJ_ABI_VERSION 1

/**
 * No value: a row of an array that is absent or has no answer. INT64_MIN.
 */
#define GJ_NULL INT64_MIN

/**
 * No date: a row of an array of dates that is absent. INT32_MIN.
 */
#define GJ_NULL_DATE INT32_MIN

/**
 * A text that the agent writes or says to a customer.
 */
#define GJ_REPLY 0

/**
 * A note of what was said and done; what the caller says in it is not the agent's.
 */
#define GJ_CALL_NOTE 1

/**
 * Lines with a label each, such as "客服:" and "业主:".
 */
#define GJ_TRANSCRIPT 2

/**
 * The field of what the writer wants.
 */
#define GJ_FIELD_KIND 0

/**
 * The field of what it is about.
 */
#define GJ_FIELD_TOPIC 1

/**
 * The field of how soon harm is done.
 */
#define GJ_FIELD_URGENCY 2

/**
 * A person should settle the kind.
 */
#define GJ_ASK_KIND 1

/**
 * A person should settle the topic.
 */
#define GJ_ASK_TOPIC 2

/**
 * A person should settle the urgency.
 */
#define GJ_ASK_URGENCY 4

/**
 * A person should settle whether it is major.
 */
#define GJ_ASK_MAJOR 8

/**
 * A compiled working calendar: half-open intervals of open time. Immutable: any threads may share it.
 */
typedef struct gj_calendar gj_calendar;

/**
 * Reads messages: kind, topic, urgency, weight. Immutable: any threads may share it.
 */
typedef struct gj_classifier gj_classifier;

/**
 * What operations run in: rulebooks, their calendars, a classifier. Immutable: any threads may share it.
 */
typedef struct gj_context gj_context;

/**
 * Set phrases, greetings and forbidden words. Immutable: any threads may share it.
 */
typedef struct gj_courtesy gj_courtesy;

/**
 * A desk over a store. Any thread may call it; its callers queue. After a panic inside it refuses further calls
 * with GJ_E_INTERNAL: close it and open it again, what was committed is there.
 */
typedef struct gj_desk gj_desk;

/**
 * What went wrong. Immutable: any threads may share it.
 */
typedef struct gj_error gj_error;

/**
 * A model that gives a text one label of any set. Immutable: any threads may share it.
 */
typedef struct gj_model gj_model;

/**
 * A compiled rulebook. Immutable: any threads may share it.
 */
typedef struct gj_rulebook gj_rulebook;

/**
 * A text of ours: JSON, where nothing else is said. Immutable: any threads may share it.
 */
typedef struct gj_text gj_text;

/**
 * How a call went, or a row of an array. Numbers are never reused; treat unknown ones as GJ_E_INTERNAL.
 */
typedef int32_t gj_status;

/**
 * A charset that text is written out in.
 */
typedef int32_t gj_charset;

/**
 * Messages with the labels they should have, column by column. Set it to zeros first: a column that is NULL is absent,
 * and so is a row of it that is NULL. What is absent teaches nothing.
 */
typedef struct {
    /**
     * sizeof(gj_examples).
     */
    size_t struct_size;
    /**
     * Rows.
     */
    size_t n;
    /**
     * What was written or noted: `n` texts, UTF-8. Not NULL.
     */
    const char *const *text;
    /**
     * Bytes of each text.
     */
    const size_t *text_len;
    /**
     * What the writer wants: `n` codes such as "repair".
     */
    const char *const *kind;
    /**
     * Bytes of each kind.
     */
    const size_t *kind_len;
    /**
     * What it is about: `n` codes such as "lift".
     */
    const char *const *topic;
    /**
     * Bytes of each topic.
     */
    const size_t *topic_len;
    /**
     * How soon harm is done: `n` codes such as "urgent".
     */
    const char *const *urgency;
    /**
     * Bytes of each urgency.
     */
    const size_t *urgency_len;
    /**
     * Whether it goes to the superior at once: `n` numbers, 1 for yes, 0 for no, -1 for absent.
     */
    const int8_t *major;
} gj_examples;

/**
 * Where the answers of a classifier turn, each a likelihood from 0 to 1.
 */
typedef struct {
    /**
     * Below this confidence an answer asks: 0 never, 1 always.
     */
    float ask;
    /**
     * A danger this likely is treated as one, though another urgency be likelier.
     */
    float danger;
    /**
     * What is this likely to be major is treated so.
     */
    float major;
} gj_thresholds;

/**
 * A label by its place, the next best one, and how likely each is right, 0 to 1. Places are -1 in a row without answer.
 */
typedef struct {
    /**
     * The place of the label.
     */
    int32_t label;
    /**
     * The place of the next best label; the same where there is one label alone.
     */
    int32_t second;
    /**
     * How likely the label is right: of answers given with 0.8, eight in ten are.
     */
    float confidence;
    /**
     * How likely the next best one is.
     */
    float second_confidence;
} gj_choice;

/**
 * The labels of a text by their places; gj_classifier_label tells their codes.
 */
typedef struct {
    /**
     * What the writer wants: a place of GJ_FIELD_KIND.
     */
    gj_choice kind;
    /**
     * What it is about: a place of GJ_FIELD_TOPIC.
     */
    gj_choice topic;
    /**
     * How soon harm is done: a place of GJ_FIELD_URGENCY.
     */
    gj_choice urgency;
    /**
     * Whether it goes to the superior at once: 1 or 0.
     */
    gj_choice major;
    /**
     * 1 if safety cues, or a danger likely enough though not the likeliest, raised the urgency, else 0.
     */
    int32_t raised;
    /**
     * 1 if the text says enough, else 0: then the labels are what the lexicon falls back on.
     */
    int32_t known;
    /**
     * The GJ_ASK_ bits of the labels that a person should settle: their confidence is too low.
     */
    int32_t ask;
} gj_reading;

/**
 * All went well.
 */
#define GJ_OK 0

/**
 * The call is wrong: NULL, not UTF-8, out of range, a name or a field that does not exist. Your code must change.
 */
#define GJ_E_ARGUMENT 1

/**
 * The data are wrong, or a rule refuses. Somebody must correct or decide.
 */
#define GJ_E_DATA 2

/**
 * The store failed: in use, full, not ours, damaged. It is safe to make the call again.
 */
#define GJ_E_STORAGE 3

/**
 * A mistake of ours, a caught panic included. A desk that met a panic refuses further calls.
 */
#define GJ_E_INTERNAL 99

/**
 * GB 18030: holds every character of Unicode but U+E5E5.
 */
#define GJ_GB18030 0

/**
 * GBK, as code page 936 holds it: rare characters of names are not in it.
 */
#define GJ_GBK 1

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the interface that the library speaks.
 *
 * @return a number that equals GJ_ABI_VERSION, or the library does not fit this header: do not call it
 */
uint32_t gj_abi_version(void);

/**
 * The version of the library.
 *
 * @return terminated text such as "0.1.0", which lives for ever; GJ_VERSION is that of this header
 */
const char *gj_version(void);

/**
 * What the library is made of, for a report of trouble.
 *
 * @return terminated JSON, which lives for ever: `version`, `abi`, `features`, `sqlite` (its version),
 * `holidays_known_until` (the last day of the China table), `rulebook` (name and hash of the standard one),
 * `target`, `revision` (of the source; null if the builder did not say)
 */
const char *gj_build_info(void);

/**
 * The status that the call returned.
 *
 * @param error may be NULL
 * @return the status; GJ_OK for NULL
 */
gj_status gj_error_status(const gj_error *error);

/**
 * The stable id, to branch on: "argument", "operation.unknown", "calendar.no_working_time", "problems", "case.wrong_status",
 * "store.busy" and so on.
 *
 * @param error may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the error; empty for NULL
 */
const char *gj_error_id(const gj_error *error,
                        size_t *out_len);

/**
 * Where in the input: a parameter of the function, or a place in its JSON or TOML such as "targets[3].budget".
 *
 * @param error may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the error; empty if it is nowhere in particular, and for NULL
 */
const char *gj_error_path(const gj_error *error, size_t *out_len);

/**
 * What went wrong, in English, for a person.
 *
 * @param error may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the error; empty for NULL
 */
const char *gj_error_message(const gj_error *error, size_t *out_len);

/**
 * What went wrong, in Chinese, for a person.
 *
 * @param error may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the error; empty for NULL
 */
const char *gj_error_message_zh(const gj_error *error, size_t *out_len);

/**
 * Everything as JSON: `kind`, `code`, `path`, `words`, all `problems` of a file, the `refusal` with its clause.
 *
 * @param error may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the error; empty for NULL
 */
const char *gj_error_json(const gj_error *error, size_t *out_len);

/**
 * Frees an error.
 *
 * @param error may be NULL
 */
void gj_error_free(gj_error *error);

/**
 * The text as UTF-8.
 *
 * @param text may be NULL
 * @param out_len gets its bytes; may be NULL
 * @return terminated text that lives as long as `text`; empty for NULL
 */
const char *gj_text_data(const gj_text *text, size_t *out_len);

/**
 * The text in ASCII alone, all else as JSON escapes, so that a database column of any charset holds it.
 *
 * @param text may be NULL
 * @param out_len gets its bytes; may be NULL
 * @return terminated text that lives as long as `text`; empty for NULL
 */
const char *gj_text_ascii(const gj_text *text, size_t *out_len);

/**
 * Frees a text.
 *
 * @param text may be NULL
 */
void gj_text_free(gj_text *text);

/**
 * Reads and compiles a rulebook.
 *
 * @param data TOML, or JSON, which begins with a brace
 * @param len bytes of `data`
 * @param out_rulebook gets the rulebook, yours to free with gj_rulebook_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_DATA if it is wrong: gj_error_json lists all its problems, each with path, line and what
 * would be right
 */
gj_status gj_rulebook_load(const char *data, size_t len, gj_rulebook **out_rulebook, gj_error **out_error);

/**
 * Checks a rulebook and runs its scenarios. A rulebook that is wrong is an answer here, not an error.
 *
 * @param data TOML, or JSON, which begins with a brace
 * @param len bytes of `data`
 * @param scenarios TOML or JSON; (NULL, 0) for none
 * @param scenarios_len bytes of `scenarios`
 * @param out_result gets JSON with `ok`, `problems`, `scenario_problems` and `rehearsal`, yours to free with
 * gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_rulebook_check(const char *data,
                            size_t len,
                            const char *scenarios,
                            size_t scenarios_len,
                            gj_text **out_result,
                            gj_error **out_error);

/**
 * What a rulebook allows but probably does not mean: targets that never attach or run, budgets and levels that cannot
 * be reached, cases without a target, notices that are never sent.
 *
 * @param rulebook the rulebook
 * @param out_result gets JSON: an array of findings, each with `path`, `line` where it was read from TOML, `message`
 * and `expected`; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_rulebook_lint(const gj_rulebook *rulebook, gj_text **out_result, gj_error **out_error);

/**
 * Name, version and hash of a rulebook, by which cases are pinned to it.
 *
 * @param rulebook may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text such as "standard@1#0011223344556677", which lives as long as the rulebook; empty for
 * NULL
 */
const char *gj_rulebook_pin(const gj_rulebook *rulebook, size_t *out_len);

/**
 * Frees a rulebook. Contexts and desks made with it keep what they need.
 *
 * @param rulebook may be NULL
 */
void gj_rulebook_free(gj_rulebook *rulebook);

/**
 * Makes a context under a rulebook.
 *
 * @param rulebook the one in force; NULL for the standard one
 * @param out_context gets the context, yours to free with gj_context_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_context_new(const gj_rulebook *rulebook, gj_context **out_context, gj_error **out_error);

/**
 * Makes a context that holds a further rulebook, for operations that name one as "id@version".
 *
 * @param context stays as it is, and yours; NULL for the standards
 * @param rulebook the further one
 * @param out_context gets the new context, yours to free with gj_context_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_context_with(const gj_context *context,
                          const gj_rulebook *rulebook,
                          gj_context **out_context,
                          gj_error **out_error);

/**
 * Frees a context.
 *
 * @param context may be NULL
 */
void gj_context_free(gj_context *context);

/**
 * Runs an operation by name. "operations.list" names them all; guanjia.schema.json describes arguments and
 * results.
 *
 * @param context NULL for the standards
 * @param name such as "calendar.deadline"
 * @param name_len bytes of `name`
 * @param args JSON; (NULL, 0) for none
 * @param args_len bytes of `args`
 * @param out_result gets JSON, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an unknown name or arguments that do not fit; GJ_E_DATA for what the operation
 * refuses
 */
gj_status gj_call(const gj_context *context,
                  const char *name,
                  size_t name_len,
                  const char *args,
                  size_t args_len,
                  gj_text **out_result,
                  gj_error **out_error);

/**
 * Reads GB18030, and so GBK and GB 2312, which it contains.
 *
 * @param bytes as they came from a file or a column
 * @param len how many
 * @param out_text gets the text, plain and not JSON, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_DATA with every place that is not GB18030: paths such as "bytes[17]", and the bytes there
 */
gj_status gj_gb18030_decode(const char *bytes, size_t len, gj_text **out_text, gj_error **out_error);

/**
 * Writes text in a charset. Call it with (NULL, 0) for `out` to learn how much room is needed.
 *
 * @param text UTF-8
 * @param text_len bytes of `text`
 * @param charset GJ_GB18030 or GJ_GBK
 * @param out gets the bytes, not terminated, if there is room for all of them; NULL if `out_size` is 0
 * @param out_size bytes of room
 * @param out_len gets how many bytes there are, whether there was room or not; 0 if the text does not fit the charset
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
 * GJ_E_ARGUMENT for a wrong call; GJ_E_DATA with every character that the charset does not hold: paths such as
 * "text[3]", counted in characters
 */
gj_status gj_encode(const char *text,
                    size_t text_len,
                    gj_charset charset,
                    char *out,
                    size_t out_size,
                    size_t *out_len,
                    gj_error **out_error);

/**
 * The other reading of text that was probably read in the wrong charset on its way: `©ˮ` was 漏水, 鐗╀笟 was 物业. A
 * suspicion: show it to whoever can ask. The operation "text.misread" tells what happened, too.
 *
 * @param data UTF-8
 * @param len bytes of `data`
 * @param out_suspect gets 1 if the text is suspect, else 0
 * @param out_reading gets the other reading, plain and not JSON, yours to free with gj_text_free; NULL if the text is
 * not suspect or its characters are lost; may be NULL
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_misread(const char *data,
                     size_t len,
                     int32_t *out_suspect,
                     gj_text **out_reading,
                     gj_error **out_error);

/**
 * Text with its personal data hidden behind stars: phones, identity numbers, cards, plates, addresses of the net, names and
 * rooms. The operation "text.mask" takes many texts and chosen kinds, and puts consistent stand-ins.
 *
 * @param data UTF-8
 * @param len bytes of `data`
 * @param out_text gets the text, plain and not JSON, with as many characters as before, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_mask(const char *data,
                  size_t len,
                  gj_text **out_text,
                  gj_error **out_error);

/**
 * Compiles a calendar from its rules.
 *
 * @param rules JSON such as {"time_zone": "Asia/Shanghai", "table": "china", "hours": {"mon-fri": ["08:30-17:30"]}}
 * @param len bytes of `rules`
 * @param out_calendar gets the calendar, yours to free with gj_calendar_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for JSON that does not fit; GJ_E_DATA with every problem of the rules
 */
gj_status gj_calendar_new(const char *rules, size_t len, gj_calendar **out_calendar, gj_error **out_error);

/**
 * A calendar of a rulebook, by name.
 *
 * @param context NULL for the standards
 * @param name such as "office" of the rulebook in force, or "standard@1/office" of another one that the context
 * holds
 * @param len bytes of `name`
 * @param out_calendar gets the calendar, yours to free with gj_calendar_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT if there is no such calendar
 */
gj_status gj_calendar_named(const gj_context *context,
                            const char *name,
                            size_t len,
                            gj_calendar **out_calendar,
                            gj_error **out_error);

/**
 * A calendar with new days of its holiday table, the day the next year is announced. The one given stays as it is; the
 * operation "calendar.extend" gives the rules to be kept, and takes a version and the last day known.
 *
 * @param calendar whose table is to grow
 * @param days the text of a file: iCalendar, or JSON such as [{"date": "2027-01-01", "kind": "holiday", "name": "元旦"}]
 * @param len bytes of `days`
 * @param out_calendar gets the grown calendar, yours to free with gj_calendar_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_DATA with every mistake of the text and every contradiction
 */
gj_status gj_calendar_extend(const gj_calendar *calendar,
                             const char *days,
                             size_t len,
                             gj_calendar **out_calendar,
                             gj_error **out_error);

/**
 * Frees a calendar.
 *
 * @param calendar may be NULL
 */
void gj_calendar_free(gj_calendar *calendar);

/**
 * The instant at which a length of working time has passed: the earliest, so that work due at the end of Friday is
 * due on Friday.
 *
 * @param calendar the hours that count
 * @param start where it begins, in microseconds UTC
 * @param length in microseconds; counts backwards if negative; 0 gives `start`
 * @param out_at gets the instant, in microseconds UTC
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if the calendar has no
 * answer: it never opens, or the result lies outside of the years 1900 to 2200
 */
gj_status gj_calendar_after(const gj_calendar *calendar,
                            int64_t start,
                            int64_t length,
                            int64_t *out_at,
                            gj_error **out_error);

/**
 * gj_calendar_after over arrays. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param starts `n` instants in microseconds UTC, or GJ_NULL
 * @param lengths `n` lengths in microseconds, or GJ_NULL
 * @param n rows
 * @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `starts` or `lengths` has it or there is no
 * answer
 * @param out_status gets `n` statuses, as gj_calendar_after returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_after_many(const gj_calendar *calendar,
                                 const int64_t *starts,
                                 const int64_t *lengths,
                                 size_t n,
                                 int64_t *out_at,
                                 gj_status *out_status,
                                 gj_error **out_error);

/**
 * When a budget is used up.
 *
 * @param calendar the hours that count
 * @param start where it begins, in microseconds UTC
 * @param budget text such as "4 h", "PT4H", "5 working_days", "3 days", or a JSON record such as {"working_days":
 * 5, "land": "close"}
 * @param budget_len bytes of `budget`
 * @param out_due gets the instant, in microseconds UTC
 * @param out_provisional gets 1 if it rests on holidays not announced yet, else 0; may be NULL
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no budget, or an instant outside of the years 1 to 9999; GJ_E_DATA if the
 * calendar has no answer
 */
gj_status gj_calendar_deadline(const gj_calendar *calendar,
                               int64_t start,
                               const char *budget,
                               size_t budget_len,
                               int64_t *out_due,
                               int32_t *out_provisional,
                               gj_error **out_error);

/**
 * gj_calendar_deadline over an array of instants. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param starts `n` instants in microseconds UTC, or GJ_NULL
 * @param n rows
 * @param budget as gj_calendar_deadline takes it
 * @param budget_len bytes of `budget`
 * @param out_due gets `n` instants in microseconds UTC; GJ_NULL where `starts` has it or there is no answer
 * @param out_provisional gets for each row 1 if it rests on holidays not announced yet, else 0; may be NULL
 * @param out_status gets `n` statuses, as gj_calendar_deadline returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_deadlines(const gj_calendar *calendar,
                                const int64_t *starts,
                                size_t n,
                                const char *budget,
                                size_t budget_len,
                                int64_t *out_due,
                                int32_t *out_provisional,
                                gj_status *out_status,
                                gj_error **out_error);

/**
 * The working time from one instant to another.
 *
 * @param calendar the hours that count
 * @param from in microseconds UTC
 * @param to in microseconds UTC
 * @param out_elapsed gets the length, in microseconds; negative if `to` comes first
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one outside of 1900 to
 * 2200
 */
gj_status gj_calendar_elapsed(const gj_calendar *calendar,
                              int64_t from,
                              int64_t to,
                              int64_t *out_elapsed,
                              gj_error **out_error);

/**
 * gj_calendar_elapsed over arrays. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param from `n` instants in microseconds UTC, or GJ_NULL
 * @param to `n` instants in microseconds UTC, or GJ_NULL
 * @param n rows
 * @param out_elapsed gets `n` lengths in microseconds; GJ_NULL where `from` or `to` has it or there is no answer
 * @param out_status gets `n` statuses, as gj_calendar_elapsed returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_elapsed_many(const gj_calendar *calendar,
                                   const int64_t *from,
                                   const int64_t *to,
                                   size_t n,
                                   int64_t *out_elapsed,
                                   gj_status *out_status,
                                   gj_error **out_error);

/**
 * Whether an instant is working time. The opening instant is, the closing one is not.
 *
 * @param calendar the hours that count
 * @param at in microseconds UTC
 * @param out_open gets 1 or 0
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one outside of 1900 to
 * 2200
 */
gj_status gj_calendar_is_open(const gj_calendar *calendar, int64_t at, int32_t *out_open, gj_error **out_error);

/**
 * gj_calendar_is_open over an array. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param at `n` instants in microseconds UTC, or GJ_NULL
 * @param n rows
 * @param out_open gets for each row 1 or 0; -1 where `at` has no instant or there is no answer
 * @param out_status gets `n` statuses, as gj_calendar_is_open returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_is_open_many(const gj_calendar *calendar,
                                   const int64_t *at,
                                   size_t n,
                                   int8_t *out_open,
                                   gj_status *out_status,
                                   gj_error **out_error);

/**
 * The instant itself if it is working time, else the next opening.
 *
 * @param calendar the hours that count
 * @param at in microseconds UTC
 * @param out_at gets the instant, in microseconds UTC
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if there is no opening
 */
gj_status gj_calendar_next_open(const gj_calendar *calendar, int64_t at, int64_t *out_at, gj_error **out_error);

/**
 * gj_calendar_next_open over an array. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param at `n` instants in microseconds UTC, or GJ_NULL
 * @param n rows
 * @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `at` has it or there is no answer
 * @param out_status gets `n` statuses, as gj_calendar_next_open returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_next_open_many(const gj_calendar *calendar,
                                     const int64_t *at,
                                     size_t n,
                                     int64_t *out_at,
                                     gj_status *out_status,
                                     gj_error **out_error);

/**
 * The instant itself if work goes on just before it, else the last closing.
 *
 * @param calendar the hours that count
 * @param at in microseconds UTC
 * @param out_at gets the instant, in microseconds UTC
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA if there is no closing
 */
gj_status gj_calendar_prev_close(const gj_calendar *calendar, int64_t at, int64_t *out_at, gj_error **out_error);

/**
 * gj_calendar_prev_close over an array. A row that cannot be answered does not hinder the others.
 *
 * @param calendar the hours that count
 * @param at `n` instants in microseconds UTC, or GJ_NULL
 * @param n rows
 * @param out_at gets `n` instants in microseconds UTC; GJ_NULL where `at` has it or there is no answer
 * @param out_status gets `n` statuses, as gj_calendar_prev_close returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_prev_close_many(const gj_calendar *calendar,
                                      const int64_t *at,
                                      size_t n,
                                      int64_t *out_at,
                                      gj_status *out_status,
                                      gj_error **out_error);

/**
 * The working days from one date to another, the second not counted.
 *
 * @param calendar whose working days
 * @param from_days the first date, in days since 1970-01-01
 * @param to_days the second date, in days since 1970-01-01
 * @param out_days gets the number; negative if the second date comes first
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no date; GJ_E_DATA for one outside of the years 1900 to 2200
 */
gj_status gj_calendar_working_days_between(const gj_calendar *calendar,
                                           int32_t from_days,
                                           int32_t to_days,
                                           int64_t *out_days,
                                           gj_error **out_error);

/**
 * gj_calendar_working_days_between over arrays. A row that cannot be answered does not hinder the others.
 *
 * @param calendar whose working days
 * @param from_days `n` dates in days since 1970-01-01, or GJ_NULL_DATE
 * @param to_days `n` dates in days since 1970-01-01, or GJ_NULL_DATE
 * @param n rows
 * @param out_days gets `n` numbers; GJ_NULL where `from_days` or `to_days` has no date or there is no answer
 * @param out_status gets `n` statuses, as gj_calendar_working_days_between returns them; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_calendar_working_days_between_many(const gj_calendar *calendar,
                                                const int32_t *from_days,
                                                const int32_t *to_days,
                                                size_t n,
                                                int64_t *out_days,
                                                gj_status *out_status,
                                                gj_error **out_error);

/**
 * The courtesy of a rulebook. Phrases and greetings are had by the operations "courtesy.phrase" and
 * "courtesy.greeting".
 *
 * @param rulebook NULL for the standard one
 * @param out_courtesy gets the courtesy, yours to free with gj_courtesy_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_courtesy_new(const gj_rulebook *rulebook, gj_courtesy **out_courtesy, gj_error **out_error);

/**
 * Frees a courtesy.
 *
 * @param courtesy may be NULL
 */
void gj_courtesy_free(gj_courtesy *courtesy);

/**
 * What in a text should not have been said.
 *
 * @param courtesy the rules
 * @param data the text, UTF-8
 * @param len bytes of `data`
 * @param kind GJ_REPLY, GJ_CALL_NOTE or GJ_TRANSCRIPT
 * @param out_result gets JSON: an array of findings, each with `start` and `end` in characters, `text`, `rule`, `kind`,
 * `severity`, `clause`, `why` and `instead`; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK, whatever is found; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_courtesy_check(const gj_courtesy *courtesy,
                            const char *data,
                            size_t len,
                            int32_t kind,
                            gj_text **out_result,
                            gj_error **out_error);

/**
 * How many findings each of many texts has, and how grave the gravest is: to pick those that gj_courtesy_check is asked
 * about.
 *
 * @param courtesy the rules
 * @param data `n` texts, UTF-8; NULL for one that is absent, which has no finding
 * @param lens bytes of each
 * @param n how many
 * @param kind GJ_REPLY, GJ_CALL_NOTE or GJ_TRANSCRIPT, of all of them
 * @param out_findings gets `n` numbers of findings
 * @param out_severity gets `n` numbers: 0 for none, 1 minor, 2 serious, 3 grave
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call or a text that is not UTF-8, whose place the error names; all rows are
 * 0 then
 */
gj_status gj_courtesy_check_many(const gj_courtesy *courtesy,
                                 const char *const *data,
                                 const size_t *lens,
                                 size_t n,
                                 int32_t kind,
                                 int32_t *out_findings,
                                 int32_t *out_severity,
                                 gj_error **out_error);

/**
 * The classifier that ships with the library.
 *
 * @param out_classifier gets the classifier, yours to free with gj_classifier_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_standard(gj_classifier **out_classifier, gj_error **out_error);

/**
 * Learns from messages with their labels. The same examples, lexicon and settings give the same classifier.
 *
 * @param name its name and version, such as "ours@1"
 * @param name_len bytes of `name`
 * @param examples the messages; each field must have at least two labels among them
 * @param lexicon the cues, TOML; (NULL, 0) for those of the standard
 * @param lexicon_len bytes of `lexicon`
 * @param settings JSON such as {"cost": 2, "balance": 0.5, "order": 2, "least": 1, "seed": 1}, each of which may be left
 * out: what following the examples closely is worth, how far rare labels weigh more, 0 to 1, the longest run of
 * characters, 1 to 4, in how many texts it must occur, and what the order of learning follows from; (NULL, 0) for none
 * @param settings_len bytes of `settings`
 * @param out_classifier gets the classifier, yours to free with gj_classifier_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "topic[3]"; GJ_E_DATA with every problem of the
 * examples or of the lexicon
 */
gj_status gj_classifier_train(const char *name,
                              size_t name_len,
                              const gj_examples *examples,
                              const char *lexicon,
                              size_t lexicon_len,
                              const char *settings,
                              size_t settings_len,
                              gj_classifier **out_classifier,
                              gj_error **out_error);

/**
 * A classifier from the bytes of gj_classifier_to_bytes.
 *
 * @param data the bytes
 * @param len how many
 * @param out_classifier gets the classifier, yours to free with gj_classifier_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for what holds no classifier, was damaged, or was written by
 * a later version of the library
 */
gj_status gj_classifier_from_bytes(const char *data, size_t len, gj_classifier **out_classifier, gj_error **out_error);

/**
 * Writes a classifier down, its lexicon included. Call it with (NULL, 0) for `out` to learn how much room is needed.
 *
 * @param classifier the classifier
 * @param out gets the bytes if there is room for all of them; NULL if `out_size` is 0
 * @param out_size bytes of room
 * @param out_len gets how many bytes there are, whether there was room or not
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
 * GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_to_bytes(const gj_classifier *classifier,
                                 char *out,
                                 size_t out_size,
                                 size_t *out_len,
                                 gj_error **out_error);

/**
 * Where the answers of a classifier turn.
 *
 * @param classifier the classifier
 * @param out_thresholds gets the thresholds
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_thresholds(const gj_classifier *classifier,
                                   gj_thresholds *out_thresholds,
                                   gj_error **out_error);

/**
 * The same classifier with other thresholds; its bytes keep them. The first one is left as it is.
 *
 * @param classifier the classifier
 * @param thresholds each from 0 to 1
 * @param out_classifier gets the other classifier, yours to free with gj_classifier_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "thresholds.danger"
 */
gj_status gj_classifier_with_thresholds(const gj_classifier *classifier,
                                        const gj_thresholds *thresholds,
                                        gj_classifier **out_classifier,
                                        gj_error **out_error);

/**
 * The thresholds that fit labelled messages which a classifier has not learned from: a share of the dangers among them is
 * found, as few others as possible are taken for one, and what is major is told apart as well as can be. What fewer than
 * 20 examples would tell stays as it is.
 *
 * @param classifier the classifier
 * @param examples the messages; `urgency` and `major` are looked at
 * @param found the share of the dangers to be found, 0 to 1, such as 0.95
 * @param out_thresholds gets the thresholds, for gj_classifier_with_thresholds
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_tune(const gj_classifier *classifier,
                             const gj_examples *examples,
                             float found,
                             gj_thresholds *out_thresholds,
                             gj_error **out_error);

/**
 * The texts most worth labelling by hand: those whose labels a classifier is least sure of, the least sure first; of equal
 * texts the first alone.
 *
 * @param classifier the classifier
 * @param data `n` texts, UTF-8
 * @param lens bytes of each
 * @param n rows
 * @param out_rows gets the places of the texts
 * @param room how many places to give at most
 * @param out_count gets how many there are
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "data[3]"
 */
gj_status gj_classifier_uncertain(const gj_classifier *classifier,
                                  const char *const *data,
                                  const size_t *lens,
                                  size_t n,
                                  size_t *out_rows,
                                  size_t room,
                                  size_t *out_count,
                                  gj_error **out_error);

/**
 * Frees a classifier.
 *
 * @param classifier may be NULL
 */
void gj_classifier_free(gj_classifier *classifier);

/**
 * Name and version of a classifier.
 *
 * @param classifier may be NULL
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text such as "standard@1", which lives as long as the classifier; empty for NULL
 */
const char *gj_classifier_name(const gj_classifier *classifier, size_t *out_len);

/**
 * How many labels a field has: their places go from 0 to below that.
 *
 * @param classifier may be NULL
 * @param field GJ_FIELD_KIND, GJ_FIELD_TOPIC or GJ_FIELD_URGENCY
 * @return the number; 0 for NULL and for another field
 */
size_t gj_classifier_labels(const gj_classifier *classifier, int32_t field);

/**
 * The code of a label by its place.
 *
 * @param classifier may be NULL
 * @param field GJ_FIELD_KIND, GJ_FIELD_TOPIC or GJ_FIELD_URGENCY
 * @param label its place, as a reading has it
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text such as "lift", which lives as long as the classifier; empty for NULL, another field, and a
 * place without label such as -1
 */
const char *gj_classifier_label(const gj_classifier *classifier, int32_t field, int32_t label, size_t *out_len);

/**
 * The labels of a text.
 *
 * @param classifier the classifier
 * @param data what the resident wrote, or the desk noted, UTF-8
 * @param len bytes of `data`
 * @param out_reading gets the labels by their places
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_classify(const gj_classifier *classifier,
                                 const char *data,
                                 size_t len,
                                 gj_reading *out_reading,
                                 gj_error **out_error);

/**
 * gj_classifier_classify over an array; nothing is allocated for a row. A row that cannot be read does not hinder the
 * others.
 *
 * @param classifier the classifier
 * @param data `n` texts, UTF-8; NULL for one that is absent
 * @param lens bytes of each
 * @param n rows
 * @param out_readings gets `n` readings; all places are -1 and all else 0 where the text is absent or not UTF-8
 * @param out_status gets `n` statuses, as gj_classifier_classify returns them, GJ_OK for an absent text; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_classify_many(const gj_classifier *classifier,
                                      const char *const *data,
                                      const size_t *lens,
                                      size_t n,
                                      gj_reading *out_readings,
                                      gj_status *out_status,
                                      gj_error **out_error);

/**
 * What spoke for the labels of a text: spans of it with weights that add up to the scores.
 *
 * @param classifier the classifier
 * @param data the text, UTF-8
 * @param len bytes of `data`
 * @param limit so many pieces of evidence one by one for each field, the rest together
 * @param out_result gets JSON as the operation "classify.explain" gives it: `labels`, and `explained` with each field's
 * `label`, `score` and `evidence`; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_explain(const gj_classifier *classifier,
                                const char *data,
                                size_t len,
                                size_t limit,
                                gj_text **out_result,
                                gj_error **out_error);

/**
 * How a classifier did on examples it had not seen while it was learned.
 *
 * @param classifier the classifier
 * @param out_result gets JSON: an array with `field`, `n`, `accuracy`, `macro_f1`, `labels`, `confusion`, `reliability`
 * and `calibration_error` of each field; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_classifier_measures(const gj_classifier *classifier, gj_text **out_result, gj_error **out_error);

/**
 * Learns a label of any set from texts. The same texts, labels and settings give the same model.
 *
 * @param texts `n` texts, UTF-8
 * @param text_lens bytes of each
 * @param labels `n` labels, UTF-8, at least two different ones; a text may stand there twice with two labels
 * @param label_lens bytes of each
 * @param n rows
 * @param settings JSON as gj_classifier_train takes it; (NULL, 0) for none
 * @param settings_len bytes of `settings`
 * @param out_model gets the model, yours to free with gj_model_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "texts[3]"; GJ_E_DATA with every problem of the
 * examples, with paths such as "labels[3]"
 */
gj_status gj_model_train(const char *const *texts,
                         const size_t *text_lens,
                         const char *const *labels,
                         const size_t *label_lens,
                         size_t n,
                         const char *settings,
                         size_t settings_len,
                         gj_model **out_model,
                         gj_error **out_error);

/**
 * A model from the bytes of gj_model_to_bytes.
 *
 * @param data the bytes
 * @param len how many
 * @param out_model gets the model, yours to free with gj_model_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for what holds no such model, was damaged, or was written by
 * a later version of the library
 */
gj_status gj_model_from_bytes(const char *data, size_t len, gj_model **out_model, gj_error **out_error);

/**
 * Writes a model down. Call it with (NULL, 0) for `out` to learn how much room is needed.
 *
 * @param model the model
 * @param out gets the bytes if there is room for all of them; NULL if `out_size` is 0
 * @param out_size bytes of room
 * @param out_len gets how many bytes there are, whether there was room or not
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
 * GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_model_to_bytes(const gj_model *model, char *out, size_t out_size, size_t *out_len, gj_error **out_error);

/**
 * Frees a model.
 *
 * @param model may be NULL
 */
void gj_model_free(gj_model *model);

/**
 * How many labels a model knows: their places go from 0 to below that.
 *
 * @param model may be NULL
 * @return the number; 0 for NULL
 */
size_t gj_model_labels(const gj_model *model);

/**
 * A label by its place.
 *
 * @param model may be NULL
 * @param label its place, as a choice has it
 * @param out_len gets the bytes of the text; may be NULL
 * @return terminated text that lives as long as the model; empty for NULL and for a place without label such as -1
 */
const char *gj_model_label(const gj_model *model, int32_t label, size_t *out_len);

/**
 * The label of a text.
 *
 * @param model the model
 * @param data the text, UTF-8
 * @param len bytes of `data`
 * @param out_choice gets the label and the next best one, by their places
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_model_classify(const gj_model *model,
                            const char *data,
                            size_t len,
                            gj_choice *out_choice,
                            gj_error **out_error);

/**
 * gj_model_classify over an array; nothing is allocated for a row. A row that cannot be read does not hinder the others.
 *
 * @param model the model
 * @param data `n` texts, UTF-8; NULL for one that is absent
 * @param lens bytes of each
 * @param n rows
 * @param out_choices gets `n` choices; both places are -1 and all else 0 where the text is absent or not UTF-8
 * @param out_status gets `n` statuses, as gj_model_classify returns them, GJ_OK for an absent text; may be NULL
 * @param out_error gets what went wrong with the call as a whole; may be NULL
 * @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_model_classify_many(const gj_model *model,
                                 const char *const *data,
                                 const size_t *lens,
                                 size_t n,
                                 gj_choice *out_choices,
                                 gj_status *out_status,
                                 gj_error **out_error);

/**
 * What speaks for and against a label of a text: spans of it with weights that add up to the score.
 *
 * @param model the model
 * @param data the text, UTF-8
 * @param len bytes of `data`
 * @param label the place of the label, the one chosen or another
 * @param limit so many pieces of evidence one by one, the rest together
 * @param out_result gets JSON: `label`, `score` and `evidence`; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call, a place without label included
 */
gj_status gj_model_explain(const gj_model *model,
                           const char *data,
                           size_t len,
                           int32_t label,
                           size_t limit,
                           gj_text **out_result,
                           gj_error **out_error);

/**
 * How a model did on texts it had not seen while it was learned.
 *
 * @param model the model
 * @param out_result gets JSON: `field`, `n`, `accuracy`, `macro_f1`, `labels`, `confusion`, `reliability` and
 * `calibration_error`; yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_model_measure(const gj_model *model, gj_text **out_result, gj_error **out_error);

/**
 * Opens a desk. Cases that the store holds go on under the rulebooks they were registered under.
 *
 * @param path an SQLite file, UTF-8, which is made if it is not there; (NULL, 0) for a desk in memory
 * @param path_len bytes of `path`
 * @param rulebook the one in force; NULL for the standard one
 * @param options JSON: `durability` "full" (default: a commit survives a power cut) or "normal", `busy_timeout_ms`
 * (5000) to wait for another process, `max_pages` of 4096 bytes that the file may have; (NULL, 0) for the
 * defaults. They are checked but mean nothing to a desk in memory
 * @param options_len bytes of `options`
 * @param out_desk gets the desk, yours to close with gj_desk_close
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_STORAGE if the file is not ours, newer, in use or cannot be
 * written
 */
gj_status gj_desk_open(const char *path,
                       size_t path_len,
                       const gj_rulebook *rulebook,
                       const char *options,
                       size_t options_len,
                       gj_desk **out_desk,
                       gj_error **out_error);

/**
 * Takes one command in one transaction. A repeat of a command is answered with the receipt of the first.
 *
 * @param desk the desk
 * @param command JSON, `desk.command` of guanjia.schema.json
 * @param len bytes of `command`
 * @param out_receipt gets JSON, `desk.receipt`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no command; GJ_E_DATA for a refusal, whose code is the error's id;
 * GJ_E_STORAGE. Nothing of a command that failed is written
 */
gj_status gj_desk_submit(const gj_desk *desk,
                         const char *command,
                         size_t len,
                         gj_text **out_receipt,
                         gj_error **out_error);

/**
 * Takes many commands, each for itself. Neighbours of one community share a transaction.
 *
 * @param desk the desk
 * @param commands a JSON array of `desk.command`
 * @param len bytes of `commands`
 * @param out_answers gets a JSON array of {"receipt": ...} or {"refusal": ...} in the same order, yours to free
 * with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK, refusals or not; GJ_E_ARGUMENT for no array of commands: none is taken; GJ_E_STORAGE: those
 * before may have been taken, and repeating all is safe
 */
gj_status gj_desk_submit_all(const gj_desk *desk,
                             const char *commands,
                             size_t len,
                             gj_text **out_answers,
                             gj_error **out_error);

/**
 * Tells what time alone has brought: warnings, breaches, escalations. Call it from a timer; the journal does not
 * depend on how often.
 *
 * @param desk the desk
 * @param now in microseconds UTC
 * @param limit at most so many wakes
 * @param out_advanced gets JSON, `desk.advanced`: `events`, `notices`, and `more` if the limit was reached, yours
 * to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one before what was
 * told; GJ_E_STORAGE
 */
gj_status gj_desk_advance(const gj_desk *desk, int64_t now, size_t limit, gj_text **out_advanced, gj_error **out_error);

/**
 * Puts another rulebook in force: for new cases, and for those that `case.rebase` moves to it. All others go on
 * under the one they are pinned to.
 *
 * @param desk the desk
 * @param rulebook the one in force from now on
 * @param out_adopted gets JSON, `desk.adopted`, with the rulebook's pin, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_STORAGE: the rulebook before stays in force
 */
gj_status gj_desk_adopt(const gj_desk *desk, const gj_rulebook *rulebook, gj_text **out_adopted, gj_error **out_error);

/**
 * Adds announced days to the holiday tables, the day they are announced: the rulebook in force grows, and so do those
 * of the cases whose due times rested on them. Those due times alone are computed anew, each with a journal row that
 * has both values.
 *
 * @param desk the desk
 * @param days the text of an iCalendar or JSON file, as the operation `calendar.extend` takes it
 * @param len bytes of `days`
 * @param now in microseconds UTC
 * @param out_retimed gets JSON, `desk.retimed`: `cases` computed anew, and how many of them `moved`, yours to free
 * with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for days that cannot be read or contradict a table, with
 * all problems, and for a `now` before what was told; GJ_E_STORAGE
 */
gj_status gj_desk_extend(const gj_desk *desk,
                         const char *days,
                         size_t len,
                         int64_t now,
                         gj_text **out_retimed,
                         gj_error **out_error);

/**
 * Computes due times anew that rested on days not announced when they were set: after the rulebook in force, or the
 * table that comes with this library, has learnt of them.
 *
 * @param desk the desk
 * @param now in microseconds UTC
 * @param out_retimed gets JSON, `desk.retimed`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for an instant outside of the years 1 to 9999; GJ_E_DATA for one before what was
 * told; GJ_E_STORAGE
 */
gj_status gj_desk_retime(const gj_desk *desk, int64_t now, gj_text **out_retimed, gj_error **out_error);

/**
 * Answers a question from one snapshot: a case with its clocks, the ledger, the outbox, the month report and so
 * on.
 *
 * @param desk the desk
 * @param query JSON, `desk.query`
 * @param len bytes of `query`
 * @param out_answer gets JSON, `desk.answer`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no question; GJ_E_DATA if the record is not there; GJ_E_STORAGE
 */
gj_status gj_desk_query(const gj_desk *desk, const char *query, size_t len, gj_text **out_answer, gj_error **out_error);

/**
 * Opens the vault of the store, and makes it where there is none: from then on personal data can be written, and read
 * by gj_desk_ask.
 *
 * @param desk the desk
 * @param opener JSON, `desk.opener`: {"key": 64 hexadecimal digits} or {"passphrase": ...}. The library wipes its
 * copies; yours is yours to wipe
 * @param len bytes of `opener`
 * @param out_unlocked gets JSON, `desk.unlocked`: `created`, `epoch`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no opener; GJ_E_DATA for a key or passphrase that does not open it; GJ_E_STORAGE
 */
gj_status gj_desk_unlock(const gj_desk *desk,
                         const char *opener,
                         size_t len,
                         gj_text **out_unlocked,
                         gj_error **out_error);

/**
 * Closes the vault: nothing personal is read or written until it is opened again.
 *
 * @param desk the desk
 * @param out_locked gets `{}`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for a wrong call
 */
gj_status gj_desk_lock(const gj_desk *desk, gj_text **out_locked, gj_error **out_error);

/**
 * Gives the vault another key or passphrase. Every customer's key is wrapped anew in one transaction; no history is
 * rewritten, and the old key opens nothing of the store any more.
 *
 * @param desk the desk, its vault open
 * @param opener JSON, `desk.opener`: what opens it from now on
 * @param len bytes of `opener`
 * @param out_rotated gets JSON, `desk.rotated`: `keys`, `epoch`, yours to free with gj_text_free
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no opener; GJ_E_DATA if the vault is closed or a key in it was forged: then
 * nothing is changed; GJ_E_STORAGE
 */
gj_status gj_desk_rotate(const gj_desk *desk,
                         const char *opener,
                         size_t len,
                         gj_text **out_rotated,
                         gj_error **out_error);

/**
 * Answers a question about persons by the rulebook's permissions: who is calling, a file, what a case says, who looked
 * at a file. The read, or its refusal, is recorded before anything is told.
 *
 * @param desk the desk, its vault open
 * @param request JSON, `desk.request`: `actor`, `purpose`, `at`, `ask`
 * @param len bytes of `request`
 * @param out_told gets JSON, `desk.told`, yours to free with gj_text_free. It holds personal data and is wiped when it is freed: wipe what you copy
 * @param out_error gets what went wrong; may be NULL
 * @return GJ_OK; GJ_E_ARGUMENT for no request; GJ_E_DATA for a refusal, or a record that is not there; GJ_E_STORAGE
 */
gj_status gj_desk_ask(const gj_desk *desk,
                      const char *request,
                      size_t len,
                      gj_text **out_told,
                      gj_error **out_error);

/**
 * Closes a desk. No call may be under way.
 *
 * @param desk may be NULL
 */
void gj_desk_close(gj_desk *desk);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* GUANJIA_H */
