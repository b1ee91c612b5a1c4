#include "diagnose/history/source_scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFile = R"py(
BASE = "http://127.0.0.1"
OTHER = Variable.get("other_setting")

class Client:
    def get(self, path):
        return BASE + path

def get_duties(ds):
    return Client(Variable.get("token")).get("/duties (all)")

def check(ds):
    print(OTHER)

@dag(schedule=None, default_args={"conn_id": "billing_db"})
def roster():
    @task(retries=2)
    def pull():
        # a bracket ( in a comment
        text = """also ( in text"""
        return Variable.get("edition")

    @task
    def push():
        print(Variable.get("target"))

with DAG("crew", default_args={"owner": "rail"}) as dag:
    (EmptyOperator(task_id="begin") >> PythonOperator(task_id="get_duties", python_callable=get_duties)
     >> PythonOperator(task_id="check", python_callable=check))
    S3(task_id="upload", bucket="{{ var.value.bucket }}", conn="s3_one")
    S3.partial(task_id="many", conn="s3_two").expand(key=list_keys())
)py";

TEST(SourceScopeTest, FollowsAnOperatorToItsFunctionAndWhatThatUses) {
    const std::string source = TaskSource(kFile, "get_duties");
    EXPECT_THAT(source, HasSubstr("\"token\""));
    EXPECT_THAT(source, HasSubstr("class Client"));
    EXPECT_THAT(source, HasSubstr("BASE ="));
    EXPECT_THAT(source, Not(HasSubstr("other_setting")));
    EXPECT_THAT(TaskSource(kFile, "check"), HasSubstr("other_setting"));
}

TEST(SourceScopeTest, TakesADecoratedFunctionAlone) {
    const std::string source = TaskSource(kFile, "group.pull");
    EXPECT_THAT(source, HasSubstr("edition"));
    EXPECT_THAT(source, HasSubstr("@task(retries=2)"));
    EXPECT_THAT(source, Not(HasSubstr("target")));
}

TEST(SourceScopeTest, TakesACallWithItsArgumentsAndItsExpansion) {
    EXPECT_THAT(TaskSource(kFile, "upload"), HasSubstr("var.value.bucket"));
    EXPECT_THAT(TaskSource(kFile, "upload"), Not(HasSubstr("s3_two")));
    EXPECT_THAT(TaskSource(kFile, "many"), HasSubstr("list_keys"));
    EXPECT_EQ(TaskSource(kFile, "nobody"), "");
}

TEST(SourceScopeTest, SharesDefaultArguments) {
    EXPECT_THAT(SharedSource(kFile), HasSubstr("billing_db"));
}

TEST(SourceScopeTest, MentionsWholeNamesOnly) {
    EXPECT_TRUE(Mentions("conn_id=\"fx_feed\"", "fx_feed"));
    EXPECT_FALSE(Mentions("fx_feed_b", "fx_feed"));
    EXPECT_TRUE(Mentions("{{ var.value.bucket }}", "bucket"));
    EXPECT_FALSE(Mentions("my-bucket", "bucket"));
}

TEST(SourceScopeTest, SurvivesWhatIsNoPython) {
    for (const char* text : {"", "(((", "\"\"\"", "def", "def (", "task_id=", "task_id='", "@\n@\n", "x = (\n"}) {
        TaskSource(text, "x");
        SharedSource(text);
    }
}

}  // namespace
}  // namespace dagy::diagnose
