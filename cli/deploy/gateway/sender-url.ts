import { isLoopback } from "../local-emulators.ts";
import { parentPath } from "./wanted-gateway.ts";

/**
 * Returns what begins every sender's address. No page says if the API's `invokeUrl` ends with the resource's
 * path, so both are taken. Only https is called, or this machine in a rehearsal.
 */
export function toSenderUrl(invokeUrl: string, isRehearsal: boolean): string | undefined {
  const whole = /^https?:\/\//.test(invokeUrl) ? invokeUrl : `https://${invokeUrl}`;
  const base = whole.replace(/\/(\{type\+\}|%7Btype(\+|%2B)%7D)\/?$/i, "").replace(/\/$/, "");
  const url = base.endsWith(parentPath) ? base : `${base}${parentPath}`;
  const { protocol = "", hostname = "" } = URL.canParse(whole) ? new URL(whole) : {};
  const isPublic = protocol === "https:" && hostname.includes(".");
  return isPublic || (isRehearsal && isLoopback(url)) ? url : undefined;
}
