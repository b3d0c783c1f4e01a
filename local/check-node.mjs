// This module is imported first, so that an old Node prints one clear line instead of a stack.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const docs = import.meta.url.includes("/node_modules/datastream-relay/")
  ? "node_modules/datastream-relay/docs"
  : "docs";
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `datastream-relay needs Node 20.19 or newer; this is Node ${process.versions.node}\npage: ${docs}/troubleshooting.md#doctor-node`,
  );
  process.exit(1);
}
