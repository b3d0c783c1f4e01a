// Loaded into serverless-offline ahead of it: it would hold its ports when `npm start` is killed or crashes.
process.once("disconnect", () => process.exit(1));
