import type { NoResponse } from "../../../lib/effects/transport.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { commandText } from "../../shared/command-text.ts";

/** Says what to do about an endpoint that did not respond, by Node's error code. */
export function adviceForNoResponse(response: NoResponse): string {
  const { code, cause } = response;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return "its name cannot be resolved: check the setting, and this machine's DNS";
  }
  if (/CERT|SIGNATURE|SELF_SIGNED|ISSUER|ALTNAME/.test(code)) {
    return "its certificate is not trusted here: a proxy that reads TLS? NODE_EXTRA_CA_CERTS adds its authority";
  }
  if (otherProtocolOf(response) !== undefined) {
    return "another protocol is spoken there: check the setting's scheme (http or https) and port, and what stands in between";
  }
  if (code === "ECONNREFUSED") {
    return `nothing listens there: check the setting; for the local emulator run ${commandText("start")}`;
  }
  return cause === "timeout"
    ? "check the firewall: TCP 443 has to be open outwards; an HTTP proxy is not used"
    : "check the network between here and there; an HTTP proxy is not used";
}
