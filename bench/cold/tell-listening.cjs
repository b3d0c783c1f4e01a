// Loaded before a runner: on a message it tells the port on which the runner listens, and the CPU time of the process.
const { Server } = require("node:net");

const listening = new Promise((resolve) => {
  const { listen } = Server.prototype;
  Server.prototype.listen = function listenAndTell(...given) {
    this.once("listening", () => resolve(this.address().port));
    return listen.apply(this, given);
  };
});

process.on("message", async () => {
  const { user, system } = process.cpuUsage();
  process.send({ port: await listening, cpuMs: (user + system) / 1_000 });
});
