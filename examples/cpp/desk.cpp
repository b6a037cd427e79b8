// The same case as examples/c/desk.c, in C++: when is it due, on a calendar of one's own and at the desk?
//
//     c++ -std=c++17 desk.cpp $(pkg-config --cflags --libs guanjia) -o desk && ./desk
#include <guanjia.hpp>
#include <iostream>

int main() try {
    guanjia::desk desk;
    desk.submit(R"({
        "id": "k-1", "community": "riverside", "actor": {"id": "wang", "role": "agent"},
        "recorded_at": "2026-02-14T17:50:00+08:00",
        "do": {"case.register": {"case_id": "A-1", "channel": "wechat", "text": "2单元一楼的感应灯不亮了"}}
    })");
    std::cout << desk.query(R"({"overdue": {"now": "2026-02-25T09:00:00+08:00"}})") << "\n";

    guanjia::context standards;
    std::cout << standards.call("calendar.deadline", R"({
        "calendar": "office", "start": "2026-02-14T17:50:00+08:00", "budget": "30 min"
    })") << "\n";
    desk.query(R"({"case": {"case_id": "A-2", "now": "2026-02-14T17:55:00+08:00"}})");
} catch (const guanjia::error &error) {
    std::cout << error.id << ": " << error.message_zh << "\n";
}
