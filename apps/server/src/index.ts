export { createApp } from "./app.ts";
export { type Config, loadEnv } from "./env.ts";
