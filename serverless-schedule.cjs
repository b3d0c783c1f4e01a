// The schedule of heartbeat in serverless.yml, out of the same settings that the function gets.
const { require: requireTypeScript } = require("tsx/cjs/api");
const { toSchedule } = requireTypeScript(
  "./cli/deploy/desired/eventbridge-schedule.ts",
  __filename,
);

const settingsOfHeartbeat = ["functions", "heartbeat", "environment"];

async function readSchedule({ resolveConfigurationProperty }) {
  const settings = await resolveConfigurationProperty(settingsOfHeartbeat);
  try {
    return toSchedule(settings);
  } catch (error) {
    // Serverless prints a stack, and the message where there is none.
    error.stack = undefined;
    throw error;
  }
}

module.exports = {
  rate: async (serverless) => (await readSchedule(serverless)).rate,
  timezone: async (serverless) => (await readSchedule(serverless)).timezone,
};
