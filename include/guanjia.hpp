// guanjia.hpp - guanjia.h for C++17: objects free themselves, failures are exceptions, text is std::string_view.
// What each call means and takes is said in guanjia.h. Licence MIT OR Apache-2.0.
#ifndef GUANJIA_HPP
#define GUANJIA_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
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
    std::string query(std::string_view query) { return detail::told(gj_desk_query, get(), query.data(), query.size()); }
    const gj_desk *get() const { return it.get(); }

private:
    detail::owned<gj_desk, gj_desk_close> it;
};

}  // namespace guanjia

#endif  // GUANJIA_HPP
