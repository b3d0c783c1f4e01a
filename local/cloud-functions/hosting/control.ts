import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, problemResponse } from "../../http/response.ts";
import type { CloudFunctionsEmulator } from "../emulator.ts";
import { actionsIn, type JsonObject, triggersIn } from "../resources.ts";
import { fireTrigger } from "../triggers.ts";
import { runnerOf } from "./runner.ts";
