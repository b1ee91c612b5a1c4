#include "diagnose/wording/redactor.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

/// What must be gone, and what must still be readable.
struct Case {
    const char* text;
    const char* gone;
    const char* stays;
};

class RedactorTest : public testing::TestWithParam<Case> {};

TEST_P(RedactorTest, TakesOutWhatMustNotLeave) {
    Redactor redactor;
    const std::string text = redactor.Redact(GetParam().text);
    EXPECT_EQ(text.find(GetParam().gone), std::string::npos) << text;
    EXPECT_NE(text.find(GetParam().stays), std::string::npos) << text;
    EXPECT_GE(redactor.count(), 1U);
    EXPECT_EQ(redactor.Redact(text), text) << "once is enough";
}

INSTANTIATE_TEST_SUITE_P(
    Secrets, RedactorTest,
    testing::Values(
        Case{"could not connect: postgresql://etl:hunter2@db.internal:5432/sales", "hunter2", "db.internal:5432/sales"},
        Case{"amqp://svc:p@ss:w0rd@mq:5672//", "w0rd", "mq:5672"},
        Case{"redis://:only-pass@cache:6379", "only-pass", "cache"},
        Case{"mysql://u:a/b+c@db/x failed", "a/b+c", "db/x failed"},
        Case{"host=db user=etl password=hunter2 dbname=sales", "hunter2", "dbname=sales"},
        Case{"Server=db;Uid=etl;Pwd=hunter2;Database=sales", "hunter2", "Database=sales"},
        Case{"AccountName=x;AccountKey=c2VjcmV0a2V5;EndpointSuffix=core", "c2VjcmV0a2V5", "EndpointSuffix=core"},
        Case{R"({"user": "etl", "password": "two words", "port": 5432})", "two words", "5432"},
        Case{R"(env {\"DB_PASSWORD\": \"hunter2\"} of the task)", "hunter2", "of the task"},
        Case{"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY in env", "wJalr", "in env"},
        Case{"the key AKIAIOSFODNN7EXAMPLE is not active", "AKIAIOSFODNN7EXAMPLE", "is not active"},
        Case{"Authorization: Bearer abc.def-123456 was refused", "abc.def-123456", "was refused"},
        Case{"curl -H 'X-Api-Key: 0123secret' https://api.example", "0123secret", "api.example"},
        Case{"Cookie: sid=31d4d96e407aad42; theme=dark\nnext line", "31d4d96e407aad42", "next line"},
        Case{"GET https://acct.blob/x?sv=2022&sig=Zm9v%2Fbar&ok=1", "Zm9v", "ok=1"},
        Case{"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.s3cr3tsignature expired", "eyJzdWIi", "expired"},
        Case{"ghp_16C7e42F292c6912E7710c838347Ae178B4a is revoked", "16C7e42F", "is revoked"},
        Case{"post to https://hooks.slack.com/services/T000/B000/XXXXYYYY failed", "XXXXYYYY", "failed"},
        Case{"dagy_sk_0123456789abcdef is unknown", "0123456789abcdef", "is unknown"},
        Case{"-----BEGIN RSA PRIVATE KEY-----\nMIIEpA\nIBAAK\n-----END RSA PRIVATE KEY-----\nafter", "MIIEpA", "after"},
        Case{"-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAK and the log ends", "MIIEpA", ""},
        Case{"pg_dump --password hunter2 sales", "hunter2", "sales"},
        Case{"opaque 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 value", "9f86d081884c",
             "value"}));

INSTANTIATE_TEST_SUITE_P(Addresses, RedactorTest,
                         testing::Values(Case{"mail to ann.example+etl@corp.example.com bounced", "ann.example",
                                              "bounced"},
                                         Case{"connect to 10.2.3.44:5432 timed out", "10.2.3.44", ":5432 timed out"},
                                         Case{"no route to fe80:0:0:0:204:61ff:fe9d:f156 at all", "204:61ff", "at all"},
                                         Case{"dial [2001:db8::8a2e:370:7334]:443", "8a2e", "]:443"}));

TEST(RedactorKeepsTest, WhatIsNoSecretStays) {
    for (const char* text :
         {"password authentication failed for user \"etl\"", "[Errno 111] Connection refused", "127.0.0.1:8080 and ::1",
          "2026-11-23 12:02:26,123 took 00:01:02", "orders_daily.py line 11 in fetch_orders",
          "manual__2026-11-19T02:00:00+00:00", "HTTPConnectionPool(host='api.shop.example', port=443)",
          "org.apache.spark.sql.execution.datasources.FileFormatWriter", "password: ***", "secret=None", "1.5.6",
          "sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedColumn) column \"amount\" does not exist"}) {
        Redactor redactor;
        EXPECT_EQ(redactor.Redact(text), text);
    }
}

TEST(RedactorKeepsTest, TheSameValueIsTheSameMarkAndAddressesComeBack) {
    Redactor redactor;
    const std::string text = redactor.Redact("10.0.0.1 then 10.0.0.2 then 10.0.0.1, password=hunter2");
    EXPECT_EQ(text, "‹ip-1› then ‹ip-2› then ‹ip-1›, password=‹secret-1›");
    EXPECT_EQ(redactor.Restore(text), "10.0.0.1 then 10.0.0.2 then 10.0.0.1, password=‹secret-1›");
}

}  // namespace
}  // namespace dagy::diagnose
