// What serverless.yml takes out of settings: the schedule of heartbeat, the limits of webhook, and checks of every function.
// A wrong value ends the command with its name.
const { require: requireTypeScript } = require("tsx/cjs/api");
const load = (file) => requireTypeScript(`./cli/deploy/aws/${file}.ts`, __filename);
const { toSchedule } = load("eventbridge-schedule");
const { toStackSetting } = load("stack-settings");
const { checkFunction } = load("lambda-environment");

/** Serverless prints a stack, and the message where there is none. */
async function withMessage(read) {
  try {
    return await read();
  } catch (error) {
    error.stack = undefined;
    throw error;
  }
}

const readSchedule = ({ resolveConfigurationProperty: resolve }) =>
  withMessage(async () => toSchedule(await resolve(["functions", "heartbeat", "environment"])));

const readNumber =
  (name) =>
  ({ resolveVariable }) =>
    withMessage(async () => toStackSetting(name, await resolveVariable(`env:${name}, ''`)) ?? null);

/** Returns the bytes of each function's environment. */
async function checkFunctions({ resolveConfigurationProperty: resolve }) {
  const common = await resolve(["provider", "environment"]);
  const bytes = {};
  for (const name of Object.keys(await resolve(["functions"]))) {
    const own = await resolve(["functions", name, "environment"]);
    const events = await resolve(["functions", name, "events"]);
    const environment = { ...common, ...own };
    bytes[name] = await withMessage(async () => checkFunction({ name, environment, events }));
  }
  return bytes;
}

module.exports = {
  rate: async (serverless) => (await readSchedule(serverless)).rate,
  timezone: async (serverless) => (await readSchedule(serverless)).timezone,
  throttleRate: readNumber("WEBHOOK_THROTTLE_RATE"),
  throttleBurst: readNumber("WEBHOOK_THROTTLE_BURST"),
  reservedConcurrency: readNumber("WEBHOOK_RESERVED_CONCURRENCY"),
  environmentBytes: checkFunctions,
};
