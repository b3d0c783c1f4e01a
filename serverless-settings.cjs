// Gives serverless.yml parts of the settings: the schedule of heartbeat and the limits of webhook. A wrong value ends the
// command with its name.
const { require: requireTypeScript } = require("tsx/cjs/api");
const load = (file) => requireTypeScript(`./cli/deploy/aws/${file}.ts`, __filename);
const { toSchedule } = load("eventbridge-schedule");
const { toStackSetting } = load("stack-settings");

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

module.exports = {
  rate: async (serverless) => (await readSchedule(serverless)).rate,
  timezone: async (serverless) => (await readSchedule(serverless)).timezone,
  throttleRate: readNumber("WEBHOOK_THROTTLE_RATE"),
  throttleBurst: readNumber("WEBHOOK_THROTTLE_BURST"),
  reservedConcurrency: readNumber("WEBHOOK_RESERVED_CONCURRENCY"),
};
