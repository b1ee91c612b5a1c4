#include "identity/sign_in.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"
#include "identity/api_keys.h"
#include "identity/bootstrap.h"
#include "identity/memory_identity_store.h"

namespace dagy::identity {
namespace {

class SignInTest : public testing::Test {
  protected:
    MemoryIdentityStore identities_;
    ManualClock clock_{*ParseTime("2026-11-20T10:00:00Z")};
    FirstStart first_ = *Bootstrap(identities_, clock_);
    SignIn sign_in_{identities_, clock_};
    ApiKeys keys_{identities_, clock_};

    Identity Owner() { return FindLocalOwner(identities_).identity; }
    size_t Audited(const std::string& action) {
        size_t count = 0;
        for (const auto& entry : identities_.AuditEntries(first_.org, 1000)) count += entry.action == action;
        return count;
    }
};

ErrorCode CodeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::kInternal;
}

TEST_F(SignInTest, FirstStartHappensOnceAndItsKeyIsTheOwners) {
    EXPECT_FALSE(Bootstrap(identities_, clock_));
    const auto who = sign_in_.FromBearer(first_.api_key);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->org, first_.org);
    EXPECT_EQ(who->role, "owner");
    EXPECT_EQ(FindLocalOwner(identities_).deployment, first_.deployment);
}

TEST_F(SignInTest, NoSecretIsKept) {
    for (const auto& key : keys_.List(Owner())) {
        EXPECT_NE(key.sha256, first_.api_key);
        EXPECT_LT(key.prefix.size(), 20U);
    }
    EXPECT_EQ(identities_.Users(first_.org).front().password_hash.find(first_.owner_password), std::string::npos);
}

TEST_F(SignInTest, PasswordGivesATokenThatEnds) {
    const Granted granted = sign_in_.WithPassword("owner@localhost", first_.owner_password, "access_token", {});
    EXPECT_TRUE(granted.secret.starts_with("dagy_at_"));
    const auto who = sign_in_.FromBearer(granted.secret);
    ASSERT_TRUE(who);
    EXPECT_FALSE(sign_in_.FromSession(granted.secret));
    sign_in_.Out(*who, {});
    EXPECT_FALSE(sign_in_.FromBearer(granted.secret));
}

TEST_F(SignInTest, TokensExpire) {
    const Granted granted = sign_in_.WithPassword("owner@localhost", first_.owner_password, "access_token", {});
    clock_.Set(granted.expires_at);
    EXPECT_FALSE(sign_in_.FromBearer(granted.secret));
}

TEST_F(SignInTest, WrongPasswordAndUnknownAddressAnswerAlike) {
    const auto text = [&](const std::string& email) -> std::string {
        try {
            sign_in_.WithPassword(email, "wrong", "access_token", {});
        } catch (const Error& error) {
            return error.detail();
        }
        return "let in";
    };
    EXPECT_EQ(text("owner@localhost"), text("nobody@localhost"));
    EXPECT_EQ(Audited("login_failed"), 1U);
}

TEST_F(SignInTest, LinkWorksOnceAndOnlyAsALink) {
    const std::string link = sign_in_.NewLink(Owner());
    EXPECT_FALSE(sign_in_.FromBearer(link));
    EXPECT_FALSE(sign_in_.FromSession(link));
    const auto session = sign_in_.WithLink(link, {});
    ASSERT_TRUE(session);
    EXPECT_TRUE(sign_in_.FromSession(session->secret)->FromCookie());
    EXPECT_FALSE(sign_in_.FromBearer(session->secret));
    EXPECT_FALSE(sign_in_.WithLink(link, {}));
}

TEST_F(SignInTest, AKeyPastedAsALinkIsNotUsedUp) {
    EXPECT_FALSE(sign_in_.WithLink(first_.api_key, {}));
    EXPECT_TRUE(sign_in_.FromBearer(first_.api_key));
}

TEST_F(SignInTest, LinksAgeOut) {
    const std::string link = sign_in_.NewLink(Owner());
    clock_.Set(clock_.Now() + std::chrono::hours(2));
    EXPECT_FALSE(sign_in_.WithLink(link, {}));
}

TEST_F(SignInTest, AKeyNeverMayMoreThanItsMaker) {
    const MadeKey viewer = keys_.Make(Owner(), {.name = "board", .role = "viewer"}, {});
    const Identity who = *sign_in_.FromBearer(viewer.secret);
    EXPECT_EQ(CodeOf([&] { keys_.Make(who, {.role = "admin"}, {}); }), ErrorCode::kForbidden);
    EXPECT_EQ(CodeOf([&] { keys_.Make(who, {.scopes = {"runs.ingest"}}, {}); }), ErrorCode::kForbidden);
    EXPECT_EQ(CodeOf([&] { keys_.Make(Owner(), {.scopes = {"runs.fly"}}, {}); }), ErrorCode::kInvalidInput);
    EXPECT_EQ(CodeOf([&] { keys_.Make(Owner(), {.role = "king"}, {}); }), ErrorCode::kInvalidInput);

    const MadeKey narrow = keys_.Make(Owner(), {.scopes = {"admin.keys"}}, {});
    const MadeKey child = keys_.Make(*sign_in_.FromBearer(narrow.secret), {}, {});
    EXPECT_EQ(child.credential.scopes, std::vector<std::string>{"admin.keys"});
}

TEST_F(SignInTest, ARemovedKeyIsGoneAndAnotherOrganizationsIsNotThere) {
    const MadeKey made = keys_.Make(Owner(), {.name = "ci"}, {});
    const Identity stranger{.org = "org_other", .role = "owner", .kind = "api_key"};
    EXPECT_FALSE(keys_.Remove(stranger, made.credential.id, {}));
    EXPECT_TRUE(keys_.Remove(Owner(), made.credential.id, {}));
    EXPECT_FALSE(sign_in_.FromBearer(made.secret));
    EXPECT_FALSE(keys_.Remove(Owner(), made.credential.id, {}));
    EXPECT_EQ(Audited("delete"), 1U);
}

}  // namespace
}  // namespace dagy::identity
