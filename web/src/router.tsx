/** The addresses of the page. Filters live in the address, so that a link shows what its sender saw. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { FindPage } from "./pages/find_page";
import { FaultPage, NotFoundPage } from "./pages/not_found_page";
import { SignInPage } from "./pages/sign_in_page";
import { StartPage } from "./pages/start_page";
import { Shell } from "./parts/shell";
import { readCompare, readDag, readData, readErrors, readFind, readLogs, readNext, readRun, readStart } from "./search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: FaultPage });

const routes = [
  createRoute({ getParentRoute: () => root, path: "/", component: StartPage, validateSearch: readStart }),
  createRoute({ getParentRoute: () => root, path: "/sign-in", component: SignInPage, validateSearch: readNext }),
  createRoute({ getParentRoute: () => root, path: "/find", component: FindPage, validateSearch: readFind }),
  createRoute({
    getParentRoute: () => root,
    path: "/guidance",
    component: lazyRouteComponent(() => import("./pages/guidance_page"), "GuidancePage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags",
    component: lazyRouteComponent(() => import("./pages/dags_page"), "DagsPage"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId",
    component: lazyRouteComponent(() => import("./pages/dag_page"), "DagPage"),
    validateSearch: readDag,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId/runs/$date/$runId",
    component: lazyRouteComponent(() => import("./pages/run_page"), "RunPage"),
    validateSearch: readRun,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId/runs/$date/$runId/errors",
    component: lazyRouteComponent(() => import("./pages/errors_page"), "ErrorsPage"),
    validateSearch: readErrors,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId/runs/$date/$runId/data/$phase",
    component: lazyRouteComponent(() => import("./pages/data_page"), "DataPage"),
    validateSearch: readData,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId/runs/$date/$runId/compare/$phase",
    component: lazyRouteComponent(() => import("./pages/compare_page"), "ComparePage"),
    validateSearch: readCompare,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/dags/$dagId/runs/$date/$runId/logs/$phase",
    component: lazyRouteComponent(() => import("./pages/logs_page"), "LogsPage"),
    validateSearch: readLogs,
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
    return text === "" ? "" : `?${text}`;
  },
  defaultErrorComponent: FaultPage,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
