// Does what the Apache OpenWhisk Node.js runner does between HTTP and the function, with the runner's own packages: express
// reads the JSON of /init and /run, source is evaluated, and the end of an activation is marked in both outputs. Nothing else
// of the runner is here. It is CommonJS and sloppy on purpose. `npm run bench` starts it with the runner's flag --expose-gc.
//   https://github.com/apache/openwhisk-runtime-nodejs, core/nodejsActionBase, read 2026-11-30
const express = require("express");

const endMarker = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";
const bodyMax = "48mb";
let entry;

const app = express();
app.use(express.json({ limit: bodyMax }));

app.post("/init", (request, response) => {
  entry = evaluate(request.body.value.code);
  response.status(200).json({ OK: true });
});

app.post("/run", async ({ body }, response) => {
  for (const [name, value] of Object.entries(body)) {
    if (name !== "value" && typeof value === "string") {
      process.env[`__OW_${name.toUpperCase()}`] = value;
    }
  }
  const result = await entry(body.value);
  console.log(endMarker);
  console.error(endMarker);
  response.status(200).json(result);
});

function evaluate(code) {
  // biome-ignore lint/security/noGlobalEval: a direct eval is what the runner does with source.
  return eval(`(function(){ ${code}
    try { return main } catch (e) { return module.exports.main || exports.main }
  })()`);
}

app.listen(0, "127.0.0.1");
