// serverless-offline loads this module first. Otherwise it would hold its ports when `npm start` is killed or
// crashes.
process.once("disconnect", () => process.exit(1));
