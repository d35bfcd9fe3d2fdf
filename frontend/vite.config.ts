import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  worker: { format: "es" },
  // Nothing is inlined: the content security policy of the server forbids fonts in data: addresses.
  build: { target: "es2023", chunkSizeWarningLimit: 1300, assetsInlineLimit: 0 },
  server: { proxy: { "/api": process.env.RFTDECK_URL ?? "http://127.0.0.1:8420" } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    // One jsdom for all files: making one for each takes ten times as long as the tests.
    pool: "threads",
    isolate: false,
    css: false,
  },
});
