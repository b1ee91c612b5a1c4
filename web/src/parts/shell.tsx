/** What surrounds every page: skip link, header, the place for the page. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { signOut } from "../api/client";
import { meQuery } from "../api/queries";
import { kSearchBoxId } from "../hits/search_box";

export function Shell() {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    // A page that was walked to takes the focus, so that a screen reader starts at its top; the first one leaves it alone.
    if (shown.current !== pathname) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    shown.current = pathname;
  }, [pathname]);
  useSearchKey();
  const signingIn = pathname === "/sign-in";
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="brand" aria-label="dagy, all runs">
          <img src="/icon.svg" alt="" width="24" height="24" /> dagy
        </Link>
        {!signingIn && (
          <nav aria-label="Main">
            <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
              Runs
            </Link>
            <Link to="/dags" activeOptions={{ exact: true }}>
              DAGs
            </Link>
            <Link to="/guidance">Rules</Link>
            <a href="/docs">API</a>
          </nav>
        )}
        {!signingIn && <Account />}
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `/` leads to the search box from anywhere. */
function useSearchKey() {
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      event.preventDefault();
      const focus = () => document.getElementById(kSearchBoxId)?.focus();
      if (document.getElementById(kSearchBoxId)) focus();
      // After the page has taken the focus, as every page that is walked to does.
      else void navigate({ to: "/" }).then(() => requestAnimationFrame(focus));
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate]);
}

function Account() {
  const { data: me } = useQuery(meQuery);
  const queries = useQueryClient();
  const navigate = useNavigate();
  if (!me) return null;
  const leave = async () => {
    await signOut();
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <div className="account">
      <span className="quiet small account-name">
        {me.user.email ?? me.organization.name} · {me.role}
      </span>
      <button type="button" className="button button-small" onClick={leave}>
        Sign out
      </button>
    </div>
  );
}
