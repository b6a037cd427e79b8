/* A contact comes in on the last working day before the Spring Festival; the desk says when it is due, and why.
 *
 *     cc desk.c $(pkg-config --cflags --libs guanjia) -o desk && ./desk
 *
 * or with CMake: find_package(guanjia 0.1 REQUIRED) and target_link_libraries(desk PRIVATE guanjia::guanjia)
 */
#include <guanjia.h>
#include <stdio.h>
#include <string.h>

#define TEXT(text) (text), strlen(text)

static const char contact[] =
    "{\"id\": \"k-1\", \"community\": \"riverside\", \"actor\": {\"id\": \"wang\", \"role\": \"agent\"},"
    " \"recorded_at\": \"2026-02-14T17:50:00+08:00\","
    " \"do\": {\"case.register\": {\"case_id\": \"A-1\", \"channel\": \"wechat\", \"text\": \"2单元一楼的感应灯不亮了\"}}}";
static const char question[] = "{\"case\": {\"case_id\": \"A-1\", \"now\": \"2026-02-14T17:55:00+08:00\"}}";

/* Prints what the answer says in Chinese, line by line; a real program reads the JSON. */
static void print_chinese(const char *json) {
    const char *at = json;
    while ((at = strstr(at, "\"zh\":\"")) != NULL) {
        at += strlen("\"zh\":\"");
        printf("%.*s\n", (int)strcspn(at, "\""), at);
    }
}

int main(void) {
    gj_desk *desk = NULL;
    gj_text *receipt = NULL, *answer = NULL;
    gj_error *error = NULL;
    gj_status status = gj_desk_open(TEXT("desk.db"), NULL, NULL, 0, &desk, &error);
    if (status == GJ_OK) status = gj_desk_submit(desk, TEXT(contact), &receipt, &error);
    if (status == GJ_OK) status = gj_desk_query(desk, TEXT(question), &answer, &error);
    if (status == GJ_OK) print_chinese(gj_text_data(answer, NULL));
    else fprintf(stderr, "%s: %s\n", gj_error_id(error, NULL), gj_error_message_zh(error, NULL));
    gj_error_free(error);
    gj_text_free(answer);
    gj_text_free(receipt);
    gj_desk_close(desk);
    return status == GJ_OK ? 0 : 1;
}
