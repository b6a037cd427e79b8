// guanjia.hpp - guanjia.h for C++17: objects free themselves, failures are exceptions, text is std::string_view.
// What each call means and takes is said in guanjia.h. Licence MIT OR Apache-2.0.
#ifndef GUANJIA_HPP
#define GUANJIA_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guanjia.h"

namespace guanjia {

using length = std::chrono::microseconds;
/// Microseconds UTC.
using instant = std::chrono::time_point<std::chrono::system_clock, length>;

/// What went wrong; what() is the line in English.
class error : public std::runtime_error {
public:
    explicit error(const gj_error *cause)
        : std::runtime_error(gj_error_message(cause, nullptr)),
          status(gj_error_status(cause)),
          id(gj_error_id(cause, nullptr)),
          path(gj_error_path(cause, nullptr)),
          message_zh(gj_error_message_zh(cause, nullptr)),
          json(gj_error_json(cause, nullptr)) {}

    gj_status status;
    std::string id, path, message_zh, json;
};

namespace detail {

template <auto Free>
struct freeing {
    template <class T>
    void operator()(T *object) const noexcept {
        Free(object);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freeing<Free>>;

/// Runs a call that takes its arguments and `out_error`; throws what it refuses.
template <class Call, class... Arguments>
void run(Call call, Arguments... arguments) {
    gj_error *cause = nullptr;
    if (call(arguments..., &cause) != GJ_OK) {
        owned<gj_error, gj_error_free> keep(cause);
        throw error(cause);
    }
}

/// Runs a call that gives an object last of all but the error.
template <class Owned, class Call, class... Arguments>
Owned made(Call call, Arguments... arguments) {
    typename Owned::pointer object = nullptr;
    run(call, arguments..., &object);
    return Owned(object);
}

template <class Call, class... Arguments>
std::string told(Call call, Arguments... arguments) {
    auto text = made<owned<gj_text, gj_text_free>>(call, arguments...);
    std::size_t size = 0;
    const char *data = gj_text_data(text.get(), &size);
    return std::string(data, size);
}

/// Bytes of an object: asked for their number, then for themselves.
template <class Call, class Object>
std::string written(Call call, const Object *object) {
    std::size_t size = 0;
    run(call, object, static_cast<char *>(nullptr), std::size_t{0}, &size);
    std::string bytes(size, '\0');
    run(call, object, bytes.data(), bytes.size(), &size);
    return bytes;
}

/// A column of texts as C takes it; a view without data is absent.
struct column {
    template <class Rows, class Of>
    column(const Rows &rows, Of of) {
        data.reserve(rows.size());
        lens.reserve(rows.size());
        for (const auto &row : rows) {
            const std::string_view text = of(row);
            data.push_back(text.data());
            lens.push_back(text.size());
        }
    }
    explicit column(const std::vector<std::string_view> &texts)
        : column(texts, [](std::string_view text) { return text; }) {}

    std::vector<const char *> data;
    std::vector<std::size_t> lens;
};

/// A call over a column that gives a value and a status for each row.
template <class Row, class Call, class Object>
std::vector<Row> rows(Call call, const Object *object, const std::vector<std::string_view> &texts,
                      std::vector<gj_status> *statuses) {
    const column given(texts);
    std::vector<Row> out(texts.size());
    if (statuses) statuses->resize(texts.size());
    run(call, object, given.data.data(), given.lens.data(), texts.size(), out.data(),
        statuses ? statuses->data() : nullptr);
    return out;
}

inline std::int64_t micros(instant at) { return at.time_since_epoch().count(); }
inline instant at(std::int64_t micros) { return instant(length(micros)); }

}  // namespace detail

class rulebook {
public:
    /// From TOML or JSON.
    explicit rulebook(std::string_view text)
        : it(detail::made<decltype(it)>(gj_rulebook_load, text.data(), text.size())) {}

    std::string pin() const { return gj_rulebook_pin(get(), nullptr); }
    /// What it allows but probably does not mean, JSON.
    std::string lint() const { return detail::told(gj_rulebook_lint, get()); }
    const gj_rulebook *get() const { return it.get(); }

private:
    detail::owned<gj_rulebook, gj_rulebook_free> it;
};

class context {
public:
    /// Of the standards.
    context() : it(detail::made<decltype(it)>(gj_context_new, static_cast<const gj_rulebook *>(nullptr))) {}
    explicit context(const rulebook &book) : it(detail::made<decltype(it)>(gj_context_new, book.get())) {}

    context with(const rulebook &book) const {
        return context(detail::made<decltype(it)>(gj_context_with, get(), book.get()));
    }
    std::string call(std::string_view name, std::string_view args = {}) const {
        return detail::told(gj_call, get(), name.data(), name.size(), args.data(), args.size());
    }
    const gj_context *get() const { return it.get(); }

private:
    using owned = detail::owned<gj_context, gj_context_free>;
    explicit context(owned made) : it(std::move(made)) {}
    owned it;
};

/// When something is due, and whether that rests on holidays not announced yet.
struct due {
    instant at;
    bool provisional;
};

class calendar {
public:
    /// From rules as JSON.
    explicit calendar(std::string_view rules)
        : it(detail::made<decltype(it)>(gj_calendar_new, rules.data(), rules.size())) {}
    /// A rulebook's own.
    calendar(const context &of, std::string_view name)
        : it(detail::made<decltype(it)>(gj_calendar_named, of.get(), name.data(), name.size())) {}

    instant after(instant start, length budget) const {
        std::int64_t out = 0;
        detail::run(gj_calendar_after, get(), detail::micros(start), std::int64_t{budget.count()}, &out);
        return detail::at(out);
    }
    due deadline(instant start, std::string_view budget) const {
        std::int64_t out = 0;
        std::int32_t provisional = 0;
        detail::run(gj_calendar_deadline, get(), detail::micros(start), budget.data(), budget.size(), &out,
                    &provisional);
        return {detail::at(out), provisional != 0};
    }
    length elapsed(instant from, instant to) const {
        std::int64_t out = 0;
        detail::run(gj_calendar_elapsed, get(), detail::micros(from), detail::micros(to), &out);
        return length(out);
    }
    bool is_open(instant at) const {
        std::int32_t out = 0;
        detail::run(gj_calendar_is_open, get(), detail::micros(at), &out);
        return out != 0;
    }
    instant next_open(instant at) const {
        std::int64_t out = 0;
        detail::run(gj_calendar_next_open, get(), detail::micros(at), &out);
        return detail::at(out);
    }
    instant prev_close(instant at) const {
        std::int64_t out = 0;
        detail::run(gj_calendar_prev_close, get(), detail::micros(at), &out);
        return detail::at(out);
    }
    /// Dates are days since 1970-01-01.
    std::int64_t working_days_between(std::int32_t from_days, std::int32_t to_days) const {
        std::int64_t out = 0;
        detail::run(gj_calendar_working_days_between, get(), from_days, to_days, &out);
        return out;
    }
    /// A column of starts in microseconds UTC to a column of due times; GJ_NULL is absent in and out.
    std::vector<std::int64_t> deadlines(const std::vector<std::int64_t> &starts, std::string_view budget,
                                        std::vector<gj_status> *statuses = nullptr) const {
        std::vector<std::int64_t> out(starts.size());
        if (statuses) statuses->resize(starts.size());
        detail::run(gj_calendar_deadlines, get(), starts.data(), starts.size(), budget.data(), budget.size(), out.data(),
                    static_cast<std::int32_t *>(nullptr), statuses ? statuses->data() : nullptr);
        return out;
    }
    const gj_calendar *get() const { return it.get(); }

private:
    detail::owned<gj_calendar, gj_calendar_free> it;
};

/// A message with the labels it should have; a label without data is absent.
struct example {
    std::string_view text, kind, topic, urgency;
    std::optional<bool> major;
};

/// Reads messages: kind, topic, urgency, weight.
class classifier {
public:
    /// The one that ships with the library.
    classifier() : it(detail::made<owned>(gj_classifier_standard)) {}
    /// From bytes of to_bytes.
    explicit classifier(std::string_view bytes)
        : it(detail::made<owned>(gj_classifier_from_bytes, bytes.data(), bytes.size())) {}

    /// Without a lexicon with the standard one; settings are JSON.
    static classifier train(std::string_view name, const std::vector<example> &examples, std::string_view lexicon = {},
                            std::string_view settings = {}) {
        const detail::column text(examples, [](const example &one) { return one.text; });
        const detail::column kind(examples, [](const example &one) { return one.kind; });
        const detail::column topic(examples, [](const example &one) { return one.topic; });
        const detail::column urgency(examples, [](const example &one) { return one.urgency; });
        std::vector<std::int8_t> major;
        for (const auto &one : examples) major.push_back(one.major ? static_cast<std::int8_t>(*one.major) : -1);
        gj_examples given{};
        given.struct_size = sizeof given;
        given.n = examples.size();
        given.text = text.data.data();
        given.text_len = text.lens.data();
        given.kind = kind.data.data();
        given.kind_len = kind.lens.data();
        given.topic = topic.data.data();
        given.topic_len = topic.lens.data();
        given.urgency = urgency.data.data();
        given.urgency_len = urgency.lens.data();
        given.major = major.data();
        return classifier(detail::made<owned>(gj_classifier_train, name.data(), name.size(), &given, lexicon.data(),
                                              lexicon.size(), settings.data(), settings.size()));
    }
    std::string to_bytes() const { return detail::written(gj_classifier_to_bytes, get()); }

    std::string name() const { return gj_classifier_name(get(), nullptr); }
    /// How many labels a field has, GJ_FIELD_KIND and so on.
    std::size_t labels(std::int32_t field) const { return gj_classifier_labels(get(), field); }
    /// The code of a label by its place; lives as long as the classifier.
    std::string_view label(std::int32_t field, std::int32_t place) const {
        std::size_t size = 0;
        const char *data = gj_classifier_label(get(), field, place, &size);
        return {data, size};
    }
    gj_reading classify(std::string_view text) const {
        gj_reading out{};
        detail::run(gj_classifier_classify, get(), text.data(), text.size(), &out);
        return out;
    }
    /// A view without data is absent; places are -1 in rows without answer.
    std::vector<gj_reading> classify(const std::vector<std::string_view> &texts,
                                     std::vector<gj_status> *statuses = nullptr) const {
        return detail::rows<gj_reading>(gj_classifier_classify_many, get(), texts, statuses);
    }
    /// What spoke for the labels, JSON.
    std::string explain(std::string_view text, std::size_t limit = 10) const {
        return detail::told(gj_classifier_explain, get(), text.data(), text.size(), limit);
    }
    /// How it did on examples it had not seen, JSON.
    std::string measures() const { return detail::told(gj_classifier_measures, get()); }
    /// Where its answers turn.
    gj_thresholds thresholds() const {
        gj_thresholds out{};
        detail::run(gj_classifier_thresholds, get(), &out);
        return out;
    }
    /// The same classifier with other thresholds.
    classifier with_thresholds(const gj_thresholds &thresholds) const {
        return classifier(detail::made<owned>(gj_classifier_with_thresholds, get(), &thresholds));
    }
    const gj_classifier *get() const { return it.get(); }

private:
    using owned = detail::owned<gj_classifier, gj_classifier_free>;
    explicit classifier(owned made) : it(std::move(made)) {}
    owned it;
};

/// Gives a text one label of any set.
class model {
public:
    /// From bytes of to_bytes.
    explicit model(std::string_view bytes)
        : it(detail::made<owned>(gj_model_from_bytes, bytes.data(), bytes.size())) {}

    /// As many labels as texts; settings are JSON.
    static model train(const std::vector<std::string_view> &texts, const std::vector<std::string_view> &labels,
                       std::string_view settings = {}) {
        if (texts.size() != labels.size()) throw std::invalid_argument("labels: one for each text");
        const detail::column text(texts), label(labels);
        return model(detail::made<owned>(gj_model_train, text.data.data(), text.lens.data(), label.data.data(),
                                         label.lens.data(), texts.size(), settings.data(), settings.size()));
    }
    std::string to_bytes() const { return detail::written(gj_model_to_bytes, get()); }

    std::size_t labels() const { return gj_model_labels(get()); }
    /// A label by its place; lives as long as the model.
    std::string_view label(std::int32_t place) const {
        std::size_t size = 0;
        const char *data = gj_model_label(get(), place, &size);
        return {data, size};
    }
    gj_choice classify(std::string_view text) const {
        gj_choice out{};
        detail::run(gj_model_classify, get(), text.data(), text.size(), &out);
        return out;
    }
    /// A view without data is absent; places are -1 in rows without answer.
    std::vector<gj_choice> classify(const std::vector<std::string_view> &texts,
                                    std::vector<gj_status> *statuses = nullptr) const {
        return detail::rows<gj_choice>(gj_model_classify_many, get(), texts, statuses);
    }
    /// What speaks for and against a label by its place, JSON.
    std::string explain(std::string_view text, std::int32_t place, std::size_t limit = 10) const {
        return detail::told(gj_model_explain, get(), text.data(), text.size(), place, limit);
    }
    /// How it did on texts it had not seen, JSON.
    std::string measure() const { return detail::told(gj_model_measure, get()); }
    const gj_model *get() const { return it.get(); }

private:
    using owned = detail::owned<gj_model, gj_model_free>;
    explicit model(owned made) : it(std::move(made)) {}
    owned it;
};

/// Takes and answers JSON, as guanjia.schema.json describes it.
class desk {
public:
    /// In memory.
    desk() : desk(std::string_view()) {}
    /// On a file; without a rulebook under the standard one.
    explicit desk(std::string_view path, const rulebook *book = nullptr, std::string_view options = {})
        : it(detail::made<decltype(it)>(gj_desk_open, path.data(), path.size(), book ? book->get() : nullptr,
                                        options.data(), options.size())) {}

    std::string submit(std::string_view command) {
        return detail::told(gj_desk_submit, get(), command.data(), command.size());
    }
    std::string submit_all(std::string_view commands) {
        return detail::told(gj_desk_submit_all, get(), commands.data(), commands.size());
    }
    std::string advance(instant now, std::size_t limit) {
        return detail::told(gj_desk_advance, get(), detail::micros(now), limit);
    }
    /// Puts another rulebook in force.
    std::string adopt(const rulebook &book) { return detail::told(gj_desk_adopt, get(), book.get()); }
    /// Adds announced days, the text of a file, and times anew what rested on them.
    std::string extend(std::string_view days, instant now) {
        return detail::told(gj_desk_extend, get(), days.data(), days.size(), detail::micros(now));
    }
    /// Times anew what rested on days not announced when it was set.
    std::string retime(instant now) { return detail::told(gj_desk_retime, get(), detail::micros(now)); }
    /// Opens the vault: JSON, `desk.opener`.
    std::string unlock(std::string_view opener) {
        return detail::told(gj_desk_unlock, get(), opener.data(), opener.size());
    }
    /// Closes the vault.
    void lock() { detail::told(gj_desk_lock, get()); }
    /// Gives the vault another key: JSON, `desk.opener`.
    std::string rotate(std::string_view opener) {
        return detail::told(gj_desk_rotate, get(), opener.data(), opener.size());
    }
    /// Answers a question about persons, recorded before it is told: JSON, `desk.request`.
    std::string ask(std::string_view request) {
        return detail::told(gj_desk_ask, get(), request.data(), request.size());
    }
    std::string query(std::string_view query) { return detail::told(gj_desk_query, get(), query.data(), query.size()); }
    const gj_desk *get() const { return it.get(); }

private:
    detail::owned<gj_desk, gj_desk_close> it;
};

}  // namespace guanjia

#endif  // GUANJIA_HPP
