// Checks every function before it is packaged for AWS Lambda. serverless-offline packages nothing and has no such limits.
const { require: requireTypeScript } = require("tsx/cjs/api");
const { checkFunction } = requireTypeScript("./cli/deploy/aws/lambda-environment.ts", __filename);

module.exports = class ServerlessChecks {
  constructor({ service }) {
    this.hooks = { "before:package:initialize": () => checkFunctions(service) };
  }
};

function checkFunctions({ provider, functions }) {
  try {
    for (const [name, { environment, events }] of Object.entries(functions)) {
      checkFunction({ name, environment: { ...provider.environment, ...environment }, events });
    }
  } catch (error) {
    // Serverless prints a stack, and the message where there is none.
    error.stack = undefined;
    throw error;
  }
}
