import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` talks to a server that runs beside it; the built page is embedded in that server's binary.
const server = process.env.DAGY_API_URL ?? "http://127.0.0.1:8000";
const forwarded = ["/api", "/organizations", "/auth", "/signin", "/health", "/openapi.json"];

export default defineConfig({
  plugins: [react()],
  build: { target: "es2022", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
  server: { proxy: Object.fromEntries(forwarded.map((path) => [path, server])) },
});
