// Builds every function, as `npm run build` does.
process.argv.splice(2, 0, "build");
await import("./cli/bin.mjs");
