import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

const forwarded = ["/api", "/organizations", "/auth", "/signin", "/health", "/docs", "/openapi.json"];

export default defineConfig(({ mode }) => {
  // `npm run dev` talks to a server that runs beside it; the built page is embedded in that server's binary.
  const server = loadEnv(mode, ".", "DAGY_").DAGY_API_URL ?? "http://127.0.0.1:8000";
  return {
    plugins: [react()],
    // Nothing inlined: the page is served under a policy that allows no inline script or style.
    build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
    test: { include: ["src/**/*.test.ts"] },
    server: {
      proxy: Object.fromEntries(
        // The server compares Origin with Host: both stay what the browser sent.
        forwarded.map((path) => [path, { target: server, changeOrigin: false }]),
      ),
    },
  };
});
