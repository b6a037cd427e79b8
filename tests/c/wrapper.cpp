// guanjia.hpp: every call goes through, every failure is thrown, nothing leaks.
#include <cstdio>

#include "guanjia.hpp"
// Twice, as the header allows.
#include "guanjia.hpp"

namespace {

int failed = 0, passed = 0;

void check(bool good, const char *words) {
    (good ? passed : failed)++;
    if (!good) std::printf("FAILED %s\n", words);
}

/// The id of what `work` throws.
template <class Work>
std::string thrown(Work work) {
    try {
        work();
    } catch (const guanjia::error &error) {
        check(error.status != GJ_OK && *error.what() && !error.message_zh.empty() && error.json.front() == '{',
              "an error's fields");
        return error.id;
    }
    return "";
}

#define CHECK(good) check((good), #good)

// 2026-03-02T09:00:00+08:00, a Monday.
constexpr guanjia::instant MONDAY{guanjia::length{1772413200000000}};

void working_time() {
    using std::chrono::hours;
    guanjia::context standards;
    guanjia::calendar office(standards, "office"), always(R"({"time_zone": "Asia/Shanghai", "round_the_clock": true})");
    CHECK(always.after(MONDAY, hours(30)) == MONDAY + hours(30));
    CHECK(always.deadline(MONDAY, "4 h").at == MONDAY + hours(4));
    CHECK(office.deadline(MONDAY, "400 working_days").provisional && !office.deadline(MONDAY, "1 h").provisional);
    CHECK(always.elapsed(MONDAY, MONDAY - hours(3)) == -hours(3));
    CHECK(office.is_open(MONDAY) && !office.is_open(MONDAY - hours(9)));
    CHECK(office.next_open(MONDAY) == MONDAY && office.prev_close(MONDAY) == MONDAY);
    CHECK(office.working_days_between(20514, 20521) == 5);
    std::vector<gj_status> statuses;
    auto due = always.deadlines({MONDAY.time_since_epoch().count(), GJ_NULL, INT64_MAX}, "1 h", &statuses);
    CHECK(due[0] == (MONDAY + hours(1)).time_since_epoch().count() && due[1] == GJ_NULL && due[2] == GJ_NULL);
    CHECK(statuses[1] == GJ_OK && statuses[2] == GJ_E_ARGUMENT);
    CHECK(thrown([&] { office.after(guanjia::instant::max(), hours(1)); }) == "argument");
    CHECK(thrown([&] { guanjia::calendar(standards, "nowhere"); }) == "argument");
    CHECK(thrown([&] { guanjia::calendar("{\"time_zone\": \"UTC\"}").next_open(MONDAY); }) == "calendar.no_working_time");
}

void rulebooks() {
    CHECK(thrown([] { guanjia::rulebook("format = 2"); }) == "problems");
    guanjia::context standards, moved = std::move(standards);
    CHECK(moved.call("operations.list").find("calendar.deadline") != std::string::npos);
    CHECK(thrown([&] { moved.call("no.such", "{}"); }) == "operation.unknown");
}

void desks() {
    guanjia::desk desk;
    auto command = R"({"id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
        "recorded_at": "2026-03-02T09:00:00+08:00", "do": {"case.register": {"channel": "hotline", "text": "漏水"}}})";
    CHECK(desk.submit(command).find("case.registered") != std::string::npos);
    CHECK(desk.submit_all(std::string("[") + command + "]").find("\"repeated\":true") != std::string::npos);
    CHECK(desk.advance(MONDAY + std::chrono::hours(48), 1000).find("\"more\":false") != std::string::npos);
    CHECK(desk.query(R"({"verify": {"community": "riverside"}})").front() == '{');
    CHECK(desk.unlock(R"({"passphrase": "correct horse battery"})").find("\"created\":true") != std::string::npos);
    CHECK(desk.rotate(R"({"passphrase": "another horse and battery"})").find("\"epoch\":2") != std::string::npos);
    CHECK(desk.ask(R"({"actor": {"id": "li", "role": "agent"}, "at": "2026-03-04T09:00:00Z",
                       "ask": {"contact_card": {"by": {"phone": "13800001234"}}}})") == R"({"contact_card":{"callers":[]}})");
    desk.lock();
    CHECK(thrown([&] { desk.rotate(R"({"passphrase": "correct horse battery"})"); }) == "vault.locked");
    CHECK(thrown([&] { desk.query("{}"); }) == "argument");
    CHECK(thrown([] { guanjia::desk("/nowhere/desk.db"); }) == "store.failed");
    CHECK(thrown([] { guanjia::desk({}, nullptr, "{\"speed\": 1}"); }) == "argument");
}

void classifiers() {
    using texts = std::vector<std::string_view>;
    guanjia::classifier standard;
    auto labels = standard.classify("电梯困人了,快来!");
    CHECK(standard.label(GJ_FIELD_TOPIC, labels.topic.label) == "lift" && labels.major.label == 1);
    CHECK(standard.label(GJ_FIELD_TOPIC, -1).empty() && standard.labels(GJ_FIELD_KIND) > 1);
    CHECK(standard.explain("电梯困人了").front() == '{' && standard.measures().front() == '[');
    std::vector<gj_status> statuses;
    auto rows = standard.classify(texts{"电梯困人了,快来!", {}, "\xFF"}, &statuses);
    CHECK(rows[0].topic.label == labels.topic.label && rows[1].topic.label == -1 && rows[2].topic.label == -1);
    CHECK(statuses[0] == GJ_OK && statuses[1] == GJ_OK && statuses[2] == GJ_E_ARGUMENT);
    CHECK(standard.classify(texts{}).empty());

    auto ours = guanjia::classifier::train("ours@1", {{"电梯坏了", "repair", "lift", "normal", false},
                                                      {"楼上太吵", "complaint", "noise", {}, {}},
                                                      {"电梯困人了", {}, "lift", "emergency", true}});
    guanjia::classifier again(ours.to_bytes()), moved = std::move(ours);
    CHECK(again.name() == "ours@1" && again.labels(GJ_FIELD_TOPIC) == 2 && again.to_bytes() == moved.to_bytes());
    CHECK(thrown([] { guanjia::classifier::train("ours@1", {}); }) == "problems");
    CHECK(thrown([] { guanjia::classifier("GJMD"); }) == "model");

    auto model = guanjia::model::train({"电梯坏了", "电梯又停了", "楼上太吵"}, {"lift", "lift", "noise"});
    guanjia::model loaded(model.to_bytes());
    CHECK(loaded.labels() == 2 && loaded.label(loaded.classify("电梯停了").label) == "lift");
    CHECK(loaded.classify(texts{"太吵", {}}).back().label == -1);
    CHECK(loaded.explain("太吵", 1).find("noise") != std::string::npos && loaded.measure().front() == '{');
    CHECK(thrown([&] { loaded.explain("太吵", 2); }) == "argument");
    CHECK(thrown([] { guanjia::model::train({"a", "b"}, {"x", "x"}); }) == "problems");
    CHECK(thrown([&] { guanjia::model(moved.to_bytes()); }) == "model");
}

}  // namespace

int main() {
    working_time();
    rulebooks();
    desks();
    classifiers();
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
