/** The way in: a key, or email and password. The session is a cookie that scripts cannot read. */
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { createSession } from "../api/client";
import { meQuery } from "../api/queries";
import { ProblemNote } from "../parts/problem_note";
import { useTitle } from "../parts/use_title";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  useTitle("Sign in");
  const { next } = route.useSearch();
  const [way, setWay] = useState<"key" | "password">("key");
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const router = useRouter();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "");
    setBusy(true);
    setFault(null);
    try {
      const me = await createSession(
        way === "key" ? { key: field("key").trim() } : { email: field("email").trim(), password: field("password") },
      );
      queries.clear();
      queries.setQueryData(meQuery.queryKey, me);
      router.history.push(next ?? "/");
    } catch (error) {
      setFault(error);
      setBusy(false);
    }
  };

  return (
    <div className="sign-in">
      <h1>Sign in to dagy</h1>
      <form onSubmit={submit} className="card">
        <fieldset className="toggle">
          <legend className="visually-hidden">Sign in with</legend>
          <Way name="key" now={way} pick={setWay} label="Key" />
          <Way name="password" now={way} pick={setWay} label="Email and password" />
        </fieldset>
        {way === "key" ? (
          <label>
            API key or access token
            <input
              name="key"
              type="password"
              required
              autoComplete="off"
              spellCheck={false}
              placeholder="dagy_sk_…"
              className="mono"
            />
          </label>
        ) : (
          <>
            <label>
              Email
              <input name="email" type="email" required autoComplete="username" />
            </label>
            <label>
              Password
              <input name="password" type="password" required autoComplete="current-password" />
            </label>
          </>
        )}
        {fault !== null && <ProblemNote error={fault} what="Not signed in." />}
        <button type="submit" className="button button-main" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <p className="quiet small">
        The server printed a key when it first started. On its machine, <code>dagy link</code> prints a link that signs
        you in once.
      </p>
    </div>
  );
}

interface WayProps {
  name: "key" | "password";
  now: string;
  pick: (way: "key" | "password") => void;
  label: string;
}

const Way = ({ name, now, pick, label }: WayProps) => (
  <label className="toggle-choice">
    <input type="radio" name="way" value={name} checked={now === name} onChange={() => pick(name)} />
    {label}
  </label>
);
